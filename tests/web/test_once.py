"""One key, one effect: double clicks, retries, forms sent again after "back"."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.community.models import Answer
from app.db import db
from app.web import once
from app.web.once import OnceKey
from tests.accounts import make as accounts
from tests.cast import Cast, csrf_token, sign_in, submit
from tests.community import make as community


def _answers() -> int:
    return db.session.scalar(select(func.count(Answer.id))) or 0


def test_a_key_sent_twice_has_one_effect_and_one_answer(client: FlaskClient, cast: Cast) -> None:
    path = f"/q/{community.question(cast.customer).id}/answers"
    sign_in(client, cast.peer)
    key = once.new_key()

    first, second = (submit(client, path, body="Turn it off and on.", once_key=key) for _ in range(2))

    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert first.status_code == 303
    assert _answers() == 1


def test_a_key_with_other_content_is_refused(client: FlaskClient, cast: Cast) -> None:
    path = f"/q/{community.question(cast.customer).id}/answers"
    sign_in(client, cast.peer)
    key = once.new_key()
    submit(client, path, body="Turn it off and on.", once_key=key)

    refused = submit(client, path, body="Something else.", once_key=key)

    assert refused.status_code == 409
    assert _answers() == 1


def test_a_key_of_a_refused_form_may_be_sent_again(client: FlaskClient, cast: Cast) -> None:
    path = f"/q/{community.question(cast.customer).id}/answers"
    sign_in(client, cast.peer)
    key = once.new_key()
    assert submit(client, path, body="", once_key=key).status_code == 422

    mended = submit(client, path, body="Turn it off and on.", once_key=key)

    assert mended.status_code == 303
    assert _answers() == 1


def test_a_key_is_worth_nothing_to_somebody_else(client: FlaskClient, app: Flask, cast: Cast) -> None:
    path = f"/q/{community.question(cast.customer).id}/answers"
    key, other = once.new_key(), app.test_client()
    sign_in(client, cast.peer)
    sign_in(other, cast.agent)
    submit(client, path, body="Turn it off and on.", once_key=key)

    assert submit(other, path, body="Turn it off and on.", once_key=key).status_code == 303
    assert _answers() == 2


def test_what_was_sent_cannot_be_guessed_from_what_is_kept(client: FlaskClient, cast: Cast, app: Flask) -> None:
    path = f"/q/{community.question(cast.customer).id}/answers"
    sign_in(client, cast.peer)
    submit(client, path, body="Turn it off and on.", once_key="a key")
    kept = db.session.scalars(select(OnceKey.request_digest)).one()

    app.secret_key, secret = "another secret", app.secret_key
    try:
        with app.test_request_context(path, method="POST", data={"body": "Turn it off and on.", "once_key": "a key"}):
            assert once._content_digest() != kept
    finally:
        app.secret_key = secret


@pytest.mark.commits
def test_a_double_click_waits_for_nothing_and_has_one_effect(app: Flask, database: Session) -> None:
    asker, helper = accounts.person(), accounts.person()
    path = f"/q/{community.question(asker).id}/answers"
    window = app.test_client()
    sign_in(window, helper)
    fields = {"body": "Turn it off.", "once_key": once.new_key(), "csrf_token": csrf_token(window)}
    cookie = window.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    db.session.commit()
    both, answers = threading.Barrier(2), []

    def click() -> None:
        browser = FlaskClient(app)  # not the tests' own, which is tied to this thread's session
        browser.set_cookie(cookie.key, cookie.value)
        both.wait()
        answers.append(browser.post(path, data=fields))

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert _answers() == 1
