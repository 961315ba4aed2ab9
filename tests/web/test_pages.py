"""Plain pages, and the letters page for trying out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import wiring
from app.config import Config
from app.db import db
from app.factory import create_app
from app.mail import queue_letter
from app.web.letters import pieces
from tests.cast import Cast, sign_in
from tests.support.databases import RunDatabase


@pytest.mark.parametrize("path", ["/help", "/how-ranking-works", "/accessibility"])
@pytest.mark.parametrize("code", ["en", "nl"])
def test_everybody_can_read_it(client: FlaskClient, path: str, code: str) -> None:
    page = client.get(path, query_string={"lang": code})

    assert page.status_code == 200
    assert f'<html lang="{code}"' in page.text
    assert page.text.count("<h1") == 1


def test_a_suspended_person_is_told_on_each_page(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.suspended)

    assert "Your account is suspended." in client.get("/help").text
    assert "Your account is suspended." not in client.application.test_client().get("/help").text


@pytest.fixture
def trying_out(test_config: Config, run_database: RunDatabase):
    """Return the application as it is in development, with a letter."""
    app = create_app(replace(test_config, environment="development", database_url=run_database.fresh()))
    with app.app_context():
        queue_letter(
            to="who@example.org",
            subject="Look <here>",
            body=f"Go to {test_config.base_url}/confirm?token=abc\nor http://evil.example/x",
            language="nl",
            message_id="1@example.org",
        )
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_letters_are_shown_with_links_to_this_site_only(trying_out: Flask) -> None:
    page = FlaskClient(trying_out).get("/letters", base_url="http://127.0.0.1:5000")

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    assert 'href="http://127.0.0.1:5000/confirm?token=abc"' in page.text
    assert 'href="http://evil.example' not in page.text
    assert "Look &lt;here&gt;" in page.text


@pytest.mark.parametrize(
    "address, host",
    [
        ("192.0.2.7", "127.0.0.1"),
        ("10.0.0.1", "localhost"),
        ("::ffff:10.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "evil.example"),
        ("127.0.0.1", "127.0.0.1.evil.example"),
        ("", "127.0.0.1"),
    ],
)
def test_letters_are_for_this_machine_only(trying_out: Flask, address: str, host: str) -> None:
    answer = FlaskClient(trying_out).get(
        "/letters", base_url=f"http://{host}:5000", environ_overrides={"REMOTE_ADDR": address}
    )

    assert answer.status_code in {400, 404}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.0.0.9"])
def test_this_machine_has_several_addresses(trying_out: Flask, address: str) -> None:
    answer = FlaskClient(trying_out).get(
        "/letters", base_url="http://localhost:5000", environ_overrides={"REMOTE_ADDR": address}
    )

    assert answer.status_code == 200


@pytest.mark.parametrize("changed", [{"environment": "production"}, {"smtp_url": "smtp://127.0.0.1:2525"}])
def test_elsewhere_the_letters_page_does_not_exist(test_config: Config, changed: dict[str, str]) -> None:
    app = create_app(replace(test_config, **{"environment": "development", **changed}))

    assert not [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("letters.")]


def test_the_letters_page_is_not_among_the_usual_pages(client: FlaskClient) -> None:
    assert client.get("/letters").status_code == 404
    assert set(wiring.LETTER_BLUEPRINTS).isdisjoint(wiring.BLUEPRINTS)


def test_a_text_is_cut_at_its_links(app: Flask) -> None:
    with app.app_context():
        assert pieces("a http://127.0.0.1:5000/x?y=1 b") == [
            ("a ", None),
            ("http://127.0.0.1:5000/x?y=1", "http://127.0.0.1:5000/x?y=1"),
            (" b", None),
        ]
        assert pieces("http://127.0.0.1:5000.evil.example/x") == [("http://127.0.0.1:5000.evil.example/x", None)]
