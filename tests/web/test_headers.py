"""What surrounds every answer, and which requests are turned away before any view sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.config import Config
from app.db import db
from tests.cast import Cast, csrf_token, sign_in, submit
from tests.support.databases import RunDatabase
from tests.web.conftest import with_probes
from tests.web.probe import effects

ANYTHING = [
    "/probe/page",
    "/probe/act",
    "/nothing-here",
    "/probe/raise/unforeseen",
    "/api/probe/raise/conflict",
    "/healthz",
]
OWN = "http://localhost"


@pytest.fixture
def deploy(test_config: Config, run_database: RunDatabase) -> Iterator:
    """Return a function that gives a browser of an installation configured otherwise."""
    made: list[Flask] = []

    def start(**changes) -> FlaskClient:
        app = with_probes(replace(test_config, database_url=run_database.url, **changes))
        made.append(app)
        return FlaskClient(app, app.response_class)  # no session of the test's to look after

    yield start
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.mark.parametrize("path", ANYTHING)
def test_every_answer_says_what_a_browser_may_do(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert all(re.fullmatch(r"'(self|none)'( 'nonce-[\w-]{20,}')?", sources) for sources in policy.values())
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"].startswith(("private", "no-"))
    assert {"Cookie", "Accept-Language"} <= {each.strip() for each in headers["Vary"].split(",")}


def test_nonce_is_another_one_each_time_and_is_used(client: FlaskClient) -> None:
    answers = [client.get("/probe/page") for _turn in range(2)]

    nonces = [re.search(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])[1] for answer in answers]
    assert nonces[0] != nonces[1]
    assert f'nonce="{nonces[0]}"' in answers[0].text


def test_page_of_a_person_is_never_stored(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.customer)

    assert client.get("/probe/who").headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": OWN.replace("http:", "https:")},
        {"Origin": f"{OWN}1"},
        {"Origin": f"{OWN}.evil.example"},
        {"Referer": "https://evil.example/page"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": OWN, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_form_from_elsewhere_is_refused(client: FlaskClient, database: Session, headers: dict[str, str]) -> None:
    data = {"csrf_token": csrf_token(client)}

    answer = client.post("/probe/act", data=data, headers=headers)

    assert answer.status_code == 403
    assert effects(database) == 0


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": OWN}, {"Referer": f"{OWN}/probe/page"}, {"Origin": OWN, "Sec-Fetch-Site": "same-origin"}]
)
def test_form_from_here_is_taken(client: FlaskClient, database: Session, headers: dict[str, str]) -> None:
    client.get("/probe/page")
    data = {"csrf_token": csrf_token(client)}

    assert client.post("/probe/act", data=data, headers=headers).status_code == 200


def test_link_from_elsewhere_may_lead_here(client: FlaskClient) -> None:
    assert client.get("/probe/page", headers={"Referer": "https://elsewhere.example/"}).status_code == 200


@pytest.mark.parametrize("token", [None, "", "wrong", "Ilx1MDAwMCI.aaaa.bbbb"])
def test_form_without_its_token_is_refused(client: FlaskClient, database: Session, token: str | None) -> None:
    answer = submit(client, "/probe/act", csrf_token=token)

    assert answer.status_code == 400
    assert effects(database) == 0


def test_token_of_another_browser_is_refused(app: Flask, client: FlaskClient, cast: Cast) -> None:
    other = app.test_client()
    with other.session_transaction() as cookie:
        cookie["csrf_token"] = "fedcba98" * 5
    sign_in(client, cast.customer)
    csrf_token(client)

    assert submit(client, "/probe/act", csrf_token=csrf_token(other)).status_code == 400


@pytest.mark.parametrize("path", ["/probe/%00", "/probe/page?q=%00", "/probe/page?%00=1", "/q/1%00"])
def test_nul_in_an_address_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {400, 404}


@pytest.mark.parametrize(
    "path", ["/q/9223372036854775808", "/q/99999999999999999999999", "/q/-1", "/a/9223372036854775808"]
)
def test_id_beyond_63_bits_is_an_address_that_does_not_exist(client: FlaskClient, database: Session, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "samen.example.evil.example", "samen.example:99999999", "", "a b"])
def test_only_trusted_hosts_are_served(deploy, host: str) -> None:
    browser = deploy(trusted_hosts=("samen.example",))

    answer = browser.get("/probe/page", headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert browser.get("/probe/page", headers={"Host": "samen.example"}).status_code == 200


def test_https_installation_binds_cookie_and_browser_to_it(deploy) -> None:
    browser = deploy(base_url="https://samen.example")

    answer = browser.get("/probe/page?lang=nl", base_url="https://samen.example")
    with browser.session_transaction(base_url="https://samen.example") as cookie:
        cookie["x"] = 1

    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert all("Secure" in each and "SameSite=Lax" in each for each in answer.headers.getlist("Set-Cookie"))
    settings = browser.application.config
    assert settings["SESSION_COOKIE_NAME"] == "__Host-samen"
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["SESSION_COOKIE_HTTPONLY"]
    assert settings["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_body_beyond_the_limit_is_refused(client: FlaskClient, database: Session) -> None:
    token = csrf_token(client)

    answers = [
        client.post("/probe/act", data={"csrf_token": token, "text": "x" * 1_100_000}),
        client.post("/probe/act", data=b"x" * 1_100_000, content_type="application/octet-stream"),
        client.post("/api/probe/act", json={"text": "x" * 1_100_000}),
        client.post(
            "/probe/act",
            data={"csrf_token": token, **{f"field{n}": "x" for n in range(300)}},
            content_type="multipart/form-data",
        ),
    ]

    assert [answer.status_code for answer in answers] == [413] * 4
    assert effects(database) == 0
