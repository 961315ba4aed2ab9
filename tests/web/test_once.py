"""Once-keys: a double click, a retry or a form sent again has one effect and gets the same answer."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.web import once
from app.web.once import OnceKey
from tests.accounts import make
from tests.cast import Cast, csrf_token, sign_in, submit
from tests.support.processes import killed_at_each_step, together
from tests.web.probe import effects

KEY = "a-key-of-this-form"


def test_two_forms_without_a_key_are_two_forms(client: FlaskClient, database: Session) -> None:
    for _turn in range(2):
        submit(client, "/probe/act", once_key=None)

    assert effects(database) == 2


@pytest.mark.parametrize(
    "fields",
    [{"then": "/probe/page?x=1#a7"}, {"body": "done, with ünïcode", "status": 201}, {"body": ""}],
)
def test_form_sent_twice_has_one_effect_and_the_same_answer(client: FlaskClient, database: Session, fields) -> None:
    first = submit(client, "/probe/act", once_key=KEY, **fields)
    second = submit(client, "/probe/act", once_key=KEY, **fields)

    assert effects(database) == 1
    for part in ("status_code", "location", "content_type"):
        assert getattr(first, part) == getattr(second, part)
    assert first.location or first.data == second.data  # nobody reads what a redirect says


def test_other_content_under_the_same_key_is_a_conflict(client: FlaskClient, database: Session) -> None:
    submit(client, "/probe/act", once_key=KEY, text="first")
    second = submit(client, "/probe/act", once_key=KEY, text="second")

    assert second.status_code == 409
    assert b"once_key" not in second.data
    assert effects(database) == 1


def test_answer_too_long_to_keep_is_not_given_again_in_part(client: FlaskClient, database: Session) -> None:
    fields = {"body": "x", "times": once.LONGEST_BODY + 1}

    assert submit(client, "/probe/act", once_key=KEY, **fields).status_code == 200
    assert submit(client, "/probe/act", once_key=KEY, **fields).status_code == 409
    assert effects(database) == 1


def test_key_belongs_to_one_person_one_address_and_one_method(app: Flask, client: FlaskClient, cast: Cast) -> None:
    other = app.test_client()
    sign_in(client, cast.customer)
    sign_in(other, cast.peer)

    submit(client, "/probe/act", once_key=KEY)
    submit(other, "/probe/act", once_key=KEY)
    submit(client, "/probe/signed-in", once_key=KEY)
    client.put("/probe/act", data={"csrf_token": csrf_token(client), "once_key": KEY})

    assert effects(sa.orm.object_session(cast.peer)) == 4


def test_refusal_does_not_use_the_key_up(client: FlaskClient, database: Session) -> None:
    refused = submit(client, "/probe/act", once_key=KEY, status=422)
    mended = submit(client, "/probe/act", once_key=KEY, text="mended")

    assert (refused.status_code, mended.status_code) == (422, 200)
    assert effects(database) == 1


def test_program_sends_the_key_as_a_header(client: FlaskClient, database: Session) -> None:
    def send(content: dict) -> tuple[int, bytes]:
        answer = client.post("/api/probe/act", json=content, headers={"Idempotency-Key": KEY})
        return answer.status_code, answer.data

    first, again, other = send({"n": 1}), send({"n": 1}), send({"n": 2})

    assert first == again == (201, b'{"number": 1}')
    assert other[0] == 409
    assert effects(database) == 1


def test_uploaded_file_is_part_of_the_content(client: FlaskClient, database: Session) -> None:
    def send(content: bytes) -> int:
        fields = {"csrf_token": csrf_token(client), "once_key": KEY, "file": (io.BytesIO(content), "a.txt")}
        return client.post("/probe/act", data=fields, content_type="multipart/form-data").status_code

    assert [send(b"one"), send(b"one"), send(b"two")] == [200, 200, 409]


@pytest.mark.parametrize("key", ["x" * 100_000, "\x00", "ключ", "'; DROP TABLE once_keys; --", " "])
def test_any_text_can_be_a_key(client: FlaskClient, database: Session, key: str) -> None:
    answers = [submit(client, "/probe/act", once_key=key).status_code for _turn in range(2)]

    assert answers == [200, 200]
    assert effects(database) == 1


def test_keys_are_forgotten_after_two_days(
    client: FlaskClient, database: Session, clock: time_machine.Traveller
) -> None:
    submit(client, "/probe/act", once_key=KEY)
    clock.shift(once.KEPT - timedelta(minutes=1))
    once.forget_old_keys()
    assert database.scalar(sa.select(sa.func.count()).select_from(OnceKey)) == 1

    clock.shift(timedelta(minutes=2))
    once.forget_old_keys()

    assert database.scalar(sa.select(sa.func.count()).select_from(OnceKey)) == 0


def test_what_was_sent_cannot_be_guessed_from_what_is_kept(app: Flask, client: FlaskClient, database: Session) -> None:
    """A form may hold a password, and a plain digest could be tried against a list of them."""
    fields = {"text": "a password", "once_key": KEY}
    submit(client, "/probe/act", **fields)
    app.secret_key, secret = "another secret", app.secret_key
    try:
        submit(client, "/probe/act", **{**fields, "once_key": "another"})
    finally:
        app.secret_key = secret

    kept = database.scalars(sa.select(OnceKey.request_digest)).all()
    assert len(set(kept)) == 2


@pytest.mark.commits
def test_eight_at_the_same_moment_have_one_effect_and_one_answer(app: Flask, database: Session) -> None:
    """R3 and R9; at full size: ./dev bench faults_database and faults_outbox."""
    whose = make.person()
    browser = app.test_client()
    sign_in(browser, whose)
    token = csrf_token(browser)

    def send(_number: int) -> tuple[int, str | None]:
        answer = browser.post("/probe/act", data={"csrf_token": token, "once_key": KEY, "then": "/probe/page"})
        return answer.status_code, answer.location

    assert together(app, send, processes=8) == [(303, "/probe/page")] * 8
    assert effects(database) == 1


@pytest.mark.commits
def test_killed_at_any_step_a_retry_has_the_one_effect(app: Flask, database: Session) -> None:
    def send(key: str) -> int:
        return app.test_client().post("/api/probe/act", json={}, headers={"Idempotency-Key": key}).status_code

    for done, _step in enumerate(killed_at_each_step(app, lambda: send(f"key {effects(database)}")), 1):
        assert send(f"key {done - 1}") == 201
        assert effects(database) == done
