"""Every error is one page, or one problem+json: a code, a sentence, a request id, and nothing of the cause."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.config import Config
from app.db import db
from tests.cast import Cast, sign_in, submit
from tests.web.conftest import with_probes

STATUS = {
    "invalid": 422,
    "not_allowed": 403,
    "not_found": 404,
    "conflict": 409,
    "too_many": 429,
    "locked": 503,
    "full": 507,
    "no_room": 507,
    "no_connection": 503,
    "unforeseen": 500,
}


@pytest.mark.parametrize("name", sorted(STATUS))
def test_error_becomes_a_page(client: FlaskClient, database: Session, name: str) -> None:
    answer = client.get(f"/probe/raise/{name}")

    assert answer.status_code == STATUS[name]
    assert answer.mimetype == "text/html"
    assert answer.text.count("<h1") == 1
    assert answer.headers["X-Request-ID"] in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("name", [*sorted(STATUS), "sign_in_first"])
def test_error_becomes_a_problem_document(client: FlaskClient, database: Session, name: str) -> None:
    answer = client.get(f"/api/probe/raise/{name}")

    status = STATUS.get(name, 401)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert set(answer.json) == {"type", "title", "status", "code", "request_id"}
    assert (answer.json["status"], answer.json["request_id"]) == (status, answer.headers["X-Request-ID"])
    assert "secret" not in answer.text


def test_domain_sentence_reaches_the_person(client: FlaskClient, database: Session) -> None:
    assert "Somebody changed it." in client.get("/probe/raise/conflict").text
    assert client.get("/api/probe/raise/conflict").json["code"] == "changed"


def test_too_many_and_busy_say_when_to_come_back(client: FlaskClient, database: Session) -> None:
    assert client.get("/probe/raise/too_many").headers["Retry-After"] == "17"
    for name in ("locked", "full", "no_room", "no_connection"):
        assert client.get(f"/probe/raise/{name}").headers["Retry-After"] == "5"


def test_busy_page_speaks_the_language_asked_for(client: FlaskClient, database: Session) -> None:
    for language, words in (("en", "Not available just now"), ("nl", "Nu even niet beschikbaar")):
        assert words in client.get("/probe/raise/full", headers={"Accept-Language": language}).text


def test_visitor_is_sent_to_sign_in_and_back(client: FlaskClient, database: Session) -> None:
    answer = client.get("/probe/raise/sign_in_first?x=1")

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/probe/raise/sign_in_first?x%3D1"


def test_page_speaks_the_readers_language(client: FlaskClient, database: Session) -> None:
    dutch = client.get("/nothing-here?lang=nl").text

    assert '<html lang="nl"' in dutch
    assert "This page" not in dutch


def test_our_own_mistake_is_told_in_the_language_asked_for(client: FlaskClient, database: Session) -> None:
    for language, words in (("en", "Something went wrong"), ("nl", "Er ging iets mis")):
        headers = {"Accept-Language": language}
        page, problem = (client.get(f"{root}/probe/raise/unforeseen", headers=headers) for root in ("", "/api"))

        assert f'<html lang="{language}">' in page.text
        assert problem.json["title"].startswith(words)
        assert page.text.count(words) == 2  # the title and the heading, and nothing of the other language
        assert page.text.count("<h1>") == 1
        assert "<h2>" not in page.text


def test_wrong_method_names_the_right_ones(client: FlaskClient, database: Session) -> None:
    page, problem = submit(client, "/probe/page"), client.get("/api/probe/act")

    assert (page.status_code, problem.status_code) == (405, 405)
    assert set(page.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert set(problem.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


@pytest.mark.parametrize(
    "body, content_type, status",
    [
        ("{", "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ("\xff", "application/json", 400),
        ("{}", "text/plain", 415),
        ("", "application/json", 400),
        ("text=\xff", "application/x-www-form-urlencoded", 415),
        ("--x\r\n", "multipart/form-data; boundary=x", 415),
        ("--x", "multipart/form-data", 415),
        ('{"text": "\\ud800"}', "application/json", 422),
    ],
)
def test_body_that_cannot_be_read_is_the_senders_mistake(client, database, body, content_type, status) -> None:
    answer = client.post("/api/probe/act", data=body.encode("latin-1"), content_type=content_type)

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_body_of_no_known_encoding_is_the_senders_mistake(client: FlaskClient, database: Session) -> None:
    answer = client.post("/probe/act", data=b"text=\xff&x=%ff", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400


@pytest.mark.parametrize("sent", ["short", "x" * 65, "a b c d e f", "<script>", "id\x1b[31m-12345678"])
def test_request_id_of_our_own_replaces_a_strange_one(client: FlaskClient, sent: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": sent})

    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-ID"])


def test_request_id_that_came_along_is_kept(client: FlaskClient) -> None:
    sent = "7f3c9d2e-0b1a-4c5d-8e9f-001122334455"

    assert client.get("/healthz", headers={"X-Request-ID": sent}).headers["X-Request-ID"] == sent


class TestWithoutDatabase:
    """The database does not answer: people see a page, machines that watch see which part is away."""

    @pytest.fixture
    def away(self, test_config: Config, tmp_path) -> FlaskClient:
        app = with_probes(replace(test_config, database_url=f"sqlite:///{tmp_path}/no-such-folder/samen.db"))
        app.testing = False  # else Flask hands exceptions on to the test
        yield FlaskClient(app, app.response_class)  # no session of the test's to look after
        with app.app_context():
            db.engine.dispose()

    @pytest.mark.parametrize("path", ["/", "/questions", "/probe/act"])
    def test_pages_are_unavailable_for_a_while(self, away, path: str) -> None:
        answer = away.get(path)

        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "<h1>" in answer.text

    def test_missing_page_is_missing_all_the_same(self, away) -> None:
        assert away.get("/nothing-here").status_code == 404

    def test_person_with_a_session_gets_a_page_too(self, app: Flask, away, client: FlaskClient, cast: Cast) -> None:
        sign_in(client, cast.customer)
        cookie = client.get_cookie("samen").value

        seen = [away.get(path, headers={"Cookie": f"samen={cookie}"}).status_code for path in ("/", "/nothing-here")]
        assert seen == [503, 404]

    def test_alive_but_not_ready(self, away) -> None:
        assert away.get("/healthz").status_code == 200
        assert away.get("/readyz").status_code == 503
