"""Language, theme and time zone: asked for in the address, kept in a cookie, else the person's, else the browser's."""

from __future__ import annotations

import pytest
from babel.support import Translations
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.cast import Cast, sign_in

PAGE = "/probe/page"


def language_of(text: str) -> str:
    return text.partition('<html lang="')[2][:2]


@pytest.mark.parametrize(
    "header, language",
    [("nl", "nl"), ("en", "en"), ("nl-BE,en;q=0.5", "nl"), ("fr,nl;q=0.3,en;q=0.2", "nl"), ("de", "en"), ("", "en")],
)
def test_visitor_reads_what_the_browser_asks_for(client: FlaskClient, header: str, language: str) -> None:
    assert language_of(client.get(PAGE, headers={"Accept-Language": header}).text) == language


def test_switch_is_kept_in_a_cookie(client: FlaskClient) -> None:
    assert language_of(client.get(f"{PAGE}?lang=nl").text) == "nl"
    assert language_of(client.get(PAGE).text) == "nl"
    assert language_of(client.get(f"{PAGE}?lang=en").text) == "en"
    assert language_of(client.get(PAGE).text) == "en"


@pytest.mark.parametrize("asked", ["de", "", "NL", "nl<script>", "nl\r\nSet-Cookie: x=1"])
def test_language_nobody_knows_changes_nothing(client: FlaskClient, asked: str) -> None:
    answer = client.get(PAGE, query_string={"lang": asked})

    assert language_of(answer.text) == "en"
    assert "samen_language" not in str(answer.headers)


def test_person_reads_her_own_language_until_she_switches(client: FlaskClient, cast: Cast) -> None:
    cast.customer.interface_language = "nl"
    sign_in(client, cast.customer)

    assert language_of(client.get(PAGE).text) == "nl"
    assert language_of(client.get(f"{PAGE}?lang=en").text) == "en"


def test_switch_keeps_address_and_arguments(client: FlaskClient) -> None:
    page = client.get(f"{PAGE}?after=12~3&tag=a&tag=b&q=%3Cb%3E").text

    assert 'href="/probe/page?after=12~3&amp;tag=a&amp;tag=b&amp;q=%3Cb%3E&amp;lang=nl"' in page


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_is_kept_in_a_cookie(client: FlaskClient, theme: str) -> None:
    assert f'<html lang="en" data-theme="{theme}">' in client.get(f"{PAGE}?theme={theme}").text
    assert f'<html lang="en" data-theme="{theme}">' in client.get(PAGE).text
    assert '<html lang="en">' in client.get(f"{PAGE}?theme=system").text


def test_theme_nobody_knows_changes_nothing(client: FlaskClient) -> None:
    assert '<html lang="en">' in client.get(f"{PAGE}?theme=neon").text


def test_person_sees_her_own_theme(client: FlaskClient, cast: Cast) -> None:
    cast.customer.theme = "dark"
    sign_in(client, cast.customer)

    assert 'data-theme="dark"' in client.get(PAGE).text


def test_switching_writes_nothing(client: FlaskClient, database: Session, count_queries) -> None:
    with count_queries() as ran:
        client.get(f"{PAGE}?lang=nl&theme=dark")

    assert ran.count == 0, ran


def test_a_program_gets_the_language_it_asks_for_rather_than_the_person_s(client: FlaskClient, cast: Cast) -> None:
    cast.customer.interface_language = "nl"
    sign_in(client, cast.customer)

    assert client.get("/api/nothing", headers={"Accept-Language": "en"}).json["title"].startswith("This page")


def test_catalogue_is_read_once_and_not_for_each_page(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get(f"{PAGE}?lang=nl")
    read: list[object] = []
    load = Translations.load
    monkeypatch.setattr(Translations, "load", lambda *args: read.append(args) or load(*args))

    client.get(f"{PAGE}?lang=nl")

    assert read == []
