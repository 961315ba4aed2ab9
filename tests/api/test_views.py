"""What programs are promised: the person's own rights within the token's scopes, and every error in one shape."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import fields
from sqlalchemy import func, select

from app import clock
from app.api import messages
from app.community.models.posts import Answer, Question
from app.db import db
from app.privacy.audiences import organisation_audience
from app.requests.models import HelpRequest
from app.web import throttle
from tests.accounts import make as accounts
from tests.api.programs import Program, program_of
from tests.cast import Cast, sign_in
from tests.community import make

QUESTION = {"title": "How do I read my water meter?", "body": "It shows **two** numbers.", "category": "water"}


@pytest.fixture
def program(app: Flask, cast: Cast) -> Program:
    """The customer's own program."""
    return program_of(app, cast.customer)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_question_is_asked_and_read_again(program: Program, cast: Cast) -> None:
    make.category("Water", slug="water")

    asked = program.post("/requests", {**QUESTION, "tags": ["Meter", "red number"]})

    assert asked.status_code == 201
    told = program.get(f"/requests/{asked.json['id']}").json
    assert (told["title"], told["body"], told["state"]) == (QUESTION["title"], QUESTION["body"], "open")
    assert "<strong>two</strong>" in told["html"]
    assert (told["tags"], told["category"], told["channel"]) == (["meter", "red-number"], "water", "api")
    assert told["asker"]["handle"] == cast.customer.handle
    assert told["url"].startswith("http://127.0.0.1:5000/q/")


def test_answers_are_posted_and_listed_on_behalf_of_the_token_s_organisation(app: Flask, cast: Cast) -> None:
    question = make.question(cast.customer)
    agent = program_of(app, cast.agent, acting_for_organisation_id=cast.waterworks.id)

    made = agent.post(f"/requests/{question.id}/answers", {"body": "Read the black one only."})

    assert made.status_code == 201
    (answer,) = agent.get(f"/requests/{question.id}/answers").json["items"]
    assert (answer["id"], answer["author"]["organisation"]) == (made.json["id"], "Waterworks")
    assert (answer["author"]["capacity"], answer["is_accepted"]) == ("agent", False)
    told = agent.get(f"/requests/{question.id}").json
    assert (told["answers_count"], told["state"]) == (1, "answered")


def test_the_accepted_answer_is_told(program: Program, cast: Cast) -> None:
    answer = make.accepted(make.answer(make.question(cast.customer), cast.peer))

    assert program.get(f"/requests/{answer.question_id}").json["accepted_answer_id"] == answer.id
    assert program.get(f"/requests/{answer.question_id}/answers").json["items"][0]["is_accepted"]


def test_who_can_help_is_told_to_who_asked_and_to_the_helper_herself(app: Flask, program: Program, cast: Cast) -> None:
    make.category("Water", slug="water")
    asked = program.post("/requests", QUESTION).json["id"]

    told = program.get(f"/requests/{asked}/decision").json

    assert told["candidates_count"] >= 1
    handles = {each["helper"]["handle"] for each in told["shown"]}
    assert cast.peer.handle in handles
    assert all(each["sentence"] and 0 < each["propensity"] <= 1 for each in told["shown"])
    own = program_of(app, cast.peer).get(f"/requests/{asked}/decision").json
    assert (own["shown"], own["candidates_count"]) == ([], None)
    assert {each["helper"]["handle"] for each in own["own"]} == {cast.peer.handle}
    assert program_of(app, cast.outsider).get(f"/requests/{asked}/decision").status_code == 404


def test_a_helper_who_was_left_out_is_told_why(app: Flask, program: Program, cast: Cast) -> None:
    make.category("Water", slug="water")
    cast.peer.languages = ["fr"]
    db.session.flush()  # read when the question is routed
    asked = program.post("/requests", QUESTION).json["id"]

    told = program_of(app, cast.peer).get(f"/requests/{asked}/decision", headers={"Accept-Language": "nl"}).json

    (against,) = told["own_reasons_against"]
    assert (against["helper"]["handle"], against["code"]) == (cast.peer.handle, "other_language")
    assert against["reason"].startswith("De vraag")
    assert told["own"] == []


def test_a_request_that_was_never_routed_has_no_decision(program: Program, cast: Cast) -> None:
    assert program.get(f"/requests/{make.question(cast.customer).id}/decision").status_code == 404


def test_own_requests_are_listed_page_by_page(program: Program, cast: Cast) -> None:
    now = clock.now()
    own = [make.question(cast.customer, created_at=now - timedelta(minutes=n)).id for n in range(5)]
    make.question(cast.peer)

    seen, after = [], None
    while True:
        page = program.get("/requests", query_string={"mine": 1, "limit": 2, **({"after": after} if after else {})})
        seen += [each["id"] for each in page.json["items"]]
        if (after := page.json["next"]) is None:
            break

    assert seen == own


def test_status_says_who_and_what(app: Flask, cast: Cast) -> None:
    agent = program_of(app, cast.agent, "read", acting_for_organisation_id=cast.waterworks.id)

    told = agent.get("/status").json

    assert told["person"] == {
        "name": cast.agent.name,
        "handle": cast.agent.handle,
        "capacity": "agent",
        "organisation": "Waterworks",
    }
    assert told["scopes"] == ["read"]
    assert not told["may_write"]
    assert told["audiences"] == ["public", organisation_audience(cast.waterworks.id)]


def test_categories_are_told(program: Program) -> None:
    make.category("Water", slug="water")

    assert {"slug": "water", "names": {"en": "Water", "nl": "Water"}} in program.get("/categories").json["items"]


@pytest.mark.parametrize(
    "path", ["/status", "/categories", "/requests", "/requests/1", "/requests/1/answers", "/requests/1/decision"]
)
def test_nothing_is_told_without_a_token(client: FlaskClient, cast: Cast, path: str) -> None:
    answer = Program(client, None).get(path)

    assert (answer.status_code, answer.json["code"]) == (401, "sign_in_first")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/requests", "/requests/1/answers"])
def test_nothing_is_taken_without_a_token(client: FlaskClient, cast: Cast, path: str) -> None:
    assert Program(client, None).post(path, {}).status_code == 401


@pytest.mark.parametrize("more", [{"revoked_at": True}, {"expires_at": True}], ids=["revoked", "past its end"])
def test_a_token_that_ended_is_none(app: Flask, cast: Cast, more: dict[str, bool]) -> None:
    ended = program_of(app, cast.customer, **{name: clock.now() - timedelta(seconds=1) for name in more})

    answer = ended.get("/status")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_session_is_no_token(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.customer)

    assert Program(client, None).get("/status").status_code == 401


def test_a_token_is_no_session(app: Flask, client: FlaskClient, cast: Cast) -> None:
    _row, secret = accounts.api_token(cast.operator)

    answer = client.get("/mine", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 303


def test_a_token_that_only_reads_changes_nothing(app: Flask, cast: Cast) -> None:
    question = make.question(cast.customer)
    make.category("Water", slug="water")
    reader = program_of(app, cast.peer, "read")

    for path, sent in (("/requests", QUESTION), (f"/requests/{question.id}/answers", {"body": "Turn it off."})):
        answer = reader.post(path, sent)
        assert (answer.status_code, answer.json["code"]) == (403, "scope_missing")
    assert reader.get(f"/requests/{question.id}").status_code == 200
    assert (count(Question), count(Answer)) == (1, 0)


def test_a_token_that_only_writes_reads_nothing(app: Flask, cast: Cast) -> None:
    answer = program_of(app, cast.peer, "write").get("/requests")

    assert (answer.status_code, answer.json["code"]) == (403, "scope_missing")


def test_a_suspended_person_s_program_is_refused(app: Flask, cast: Cast) -> None:
    question = make.question(cast.customer)

    answer = program_of(app, cast.suspended).post(f"/requests/{question.id}/answers", {"body": "Turn it off."})

    assert (answer.status_code, answer.json["code"]) == (403, "account_suspended")


def test_hidden_is_absent(app: Flask, cast: Cast) -> None:
    hidden = make.question(cast.agent, audience=organisation_audience(cast.waterworks.id))
    outsider, agent = program_of(app, cast.outsider), program_of(app, cast.agent)

    assert agent.get(f"/requests/{hidden.id}").status_code == 200
    for tail in ("", "/answers"):
        shown, absent = outsider.get(f"/requests/{hidden.id}{tail}"), outsider.get(f"/requests/{hidden.id + 999}{tail}")
        assert shown.status_code == absent.status_code == 404
        assert {**shown.json, "request_id": ""} == {**absent.json, "request_id": ""}
    assert outsider.post(f"/requests/{hidden.id}/answers", {"body": "Turn it off."}).status_code == 404
    assert outsider.get("/requests").json["items"] == []


def test_the_same_key_has_one_effect_and_one_answer(program: Program) -> None:
    make.category("Water", slug="water")
    key = {"Idempotency-Key": "one-two-three"}

    first = program.post("/requests", QUESTION, headers=key)
    again = program.post("/requests", QUESTION, headers=key)

    assert first.status_code == again.status_code == 201
    assert (first.json, first.mimetype) == (again.json, again.mimetype)
    assert count(HelpRequest) == 1
    other = program.post("/requests", {**QUESTION, "title": "Something else entirely?"}, headers=key)
    assert (other.status_code, other.json["code"]) == (409, "once_key_reused")


@pytest.mark.parametrize(
    "sent, field",
    [
        ({}, "title"),
        ({**QUESTION, "title": 7}, "title"),
        ({**QUESTION, "title": "Short"}, "title"),
        ({**QUESTION, "title": "A title with \x00 inside"}, "title"),
        ({**QUESTION, "title": "A title with \ud800 inside"}, "title"),
        ({**QUESTION, "body": "x" * 30_001}, "body"),
        ({**QUESTION, "body": "A body with \x00 inside"}, "body"),
        ({**QUESTION, "tags": ["fine", 3]}, "tags.1"),
        ({**QUESTION, "tags": list("abcdef")}, "tags"),
        ({**QUESTION, "category": "nowhere"}, "category"),
        ({**QUESTION, "audience": "org:1"}, "audience"),
        ({**QUESTION, "colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_used_is_told_field_by_field(program: Program, sent: dict[str, object], field: str) -> None:
    make.category("Water", slug="water")

    answer = program.post("/requests", sent)

    assert answer.status_code == 422
    assert field in {each["field"] for each in answer.json["errors"]}
    assert count(HelpRequest) == 0


@pytest.mark.parametrize("arguments", ["mine=perhaps", "order=sideways", "limit=0", "limit=101", "after=yesterday"])
def test_a_list_with_bad_arguments_is_refused(program: Program, arguments: str) -> None:
    assert program.get(f"/requests?{arguments}").status_code == 422


@pytest.mark.parametrize("body", ["", "{", "[]", '"text"', "[" * 50_000])
def test_what_is_no_json_object_is_refused(program: Program, body: str) -> None:
    answer = program.call("POST", "/requests", data=body, content_type="application/json")

    assert answer.status_code in {400, 422}


def test_other_content_methods_and_addresses_are_refused(program: Program) -> None:
    assert program.call("POST", "/requests", data=QUESTION).status_code == 415
    refused = program.call("DELETE", "/requests")
    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]
    assert program.get("/nothing").status_code == 404
    assert program.get("/requests/99999999999999999999").status_code == 404


@pytest.mark.commits
def test_a_token_has_a_limit(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(throttle.LIMITS, "api_by_token", throttle.Limit(2, 60))

    answers = [program.get("/status") for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_no_cache_keeps_an_answer(program: Program) -> None:
    answer = program.get("/status")

    assert "no-store" in answer.headers["Cache-Control"]
    assert "Authorization" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "sent, field, dutch",
    [
        ({**QUESTION, "title": None}, "title", "Dit mag niet leeg zijn."),
        ({**QUESTION, "title": 7}, "title", "Dit moet tekst zijn."),
        ({**QUESTION, "title": "x" * 301}, "title", "Hoogstens 300 tekens."),
        ({"body": "b", "category": "water"}, "title", "Dit is nodig."),
        ({**QUESTION, "tags": "meter"}, "tags", "Dit moet een lijst zijn."),
        ({**QUESTION, "role": "operator"}, "role", "Er is geen veld met deze naam."),
        ([], "_schema", "Dit moet een object met benoemde velden zijn."),
    ],
)
def test_what_is_wrong_with_a_field_is_told_in_the_language_asked_for(program, sent, field, dutch) -> None:
    told = {
        language: program.post("/requests", sent, headers={"Accept-Language": language}).json
        for language in ("nl", "en")
    }

    assert {"field": field, "detail": dutch} in told["nl"]["errors"]
    assert told["nl"]["title"] == "Een deel van wat je stuurde is niet bruikbaar."
    assert dutch not in str(told["en"])


@pytest.mark.parametrize(
    "query, dutch",
    [
        ({"limit": 0}, "Dit moet van 1 tot en met 100 zijn."),
        ({"limit": "x"}, "Dit moet een heel getal zijn."),
        ({"order": "best"}, "Dit moet een van deze zijn: newest, active, unanswered."),
        ({"mine": "perhaps"}, "Dit moet true of false zijn."),
    ],
)
def test_what_is_wrong_with_an_argument_is_told_in_dutch(program, query, dutch) -> None:
    told = program.get("/requests", query_string=query, headers={"Accept-Language": "nl"}).json

    assert [each["detail"] for each in told["errors"]] == [dutch]


def test_every_message_of_the_fields_the_api_takes_has_its_words() -> None:
    kinds = [fields.String(), fields.Integer(), fields.Boolean(), fields.List(fields.String())]
    said = {str(text) for kind in kinds for text in kind.error_messages.values()}

    assert said <= set(messages.WORDS)
