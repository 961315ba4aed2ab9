"""A new password for who forgot hers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import Login, MailProof
from app.db import db
from app.mail import Letter
from app.organisations.identify import actor_of_token
from tests.accounts import make as accounts
from tests.accounts.letters import letters_to, link_in
from tests.cast import Cast, sign_in, submit

GOOD = "four quiet boats at noon"


def _address(cast: Cast) -> str:
    return f"{cast.peer.handle}@example.org"


def _link(client: FlaskClient, cast: Cast) -> str:
    submit(client, "/reset", email=_address(cast))
    return link_in(letters_to(_address(cast))[-1])


def test_a_new_password_is_chosen_with_a_letter(client: FlaskClient, cast: Cast) -> None:
    link = _link(client, cast)
    assert client.get(link).status_code == 200

    answer = submit(client, link, password=GOOD)

    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/settings/sessions").status_code == 200
    submit(client, "/sign-out")
    assert submit(client, "/sign-in", email=_address(cast), password=accounts.PASSWORD).status_code == 422
    assert submit(client, "/sign-in", email=_address(cast), password=GOOD).status_code == 303


def test_every_session_of_before_is_out_at_once(client: FlaskClient, app: Flask, cast: Cast) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere, cast.peer)
    assert elsewhere.get("/settings/sessions").status_code == 200

    submit(client, _link(client, cast), password=GOOD)

    assert elsewhere.get("/settings/sessions").status_code == 303


def test_a_new_password_ends_every_token_and_the_letter_says_so(client: FlaskClient, cast: Cast) -> None:
    _row, secret = accounts.api_token(cast.peer)
    _other, of_somebody_else = accounts.api_token(cast.agent)

    submit(client, _link(client, cast), password=GOOD)

    assert actor_of_token(secret).is_visitor
    assert not actor_of_token(of_somebody_else).is_visitor
    assert "tokens of programs no longer work" in letters_to(_address(cast))[-1].body


def test_nobody_learns_who_has_an_account(app: Flask, cast: Cast, count_queries) -> None:
    answers = []

    for email in (_address(cast), "who@example.org"):
        browser = app.test_client()
        with count_queries() as ran:
            answer = submit(browser, "/reset", email=email)
        answers.append((answer.status_code, answer.location, answer.text, ran.texts))
        assert email in browser.get("/reset/sent").text

    assert answers[0] == answers[1]
    assert letters_to("who@example.org") == []
    assert len(letters_to(_address(cast))) == 1


def test_the_letter_goes_to_the_address_we_know_not_to_the_one_that_was_typed(client: FlaskClient, cast: Cast) -> None:
    """İ and K of other alphabets fold to Latin letters; a look-alike must not get somebody's letter."""
    login = db.session.scalars(select(Login).where(Login.person_id == cast.peer.id)).one()
    login.email = login.email_key = "kim@example.org"
    db.session.flush()  # the worker looks in the database

    for typed in ("\u212aim@example.org", "k\u0131m@example.org", "kim@examp\u217ce.org", "KIM@EXAMPLE.ORG"):
        submit(client, "/reset", email=typed)
    letters_to("kim@example.org")

    assert set(db.session.scalars(select(Letter.to_address))) == {"kim@example.org"}


def test_a_link_works_once_and_ends_the_other_links(client: FlaskClient, cast: Cast) -> None:
    first, second = _link(client, cast), _link(client, cast)
    submit(client, second, password=GOOD)

    assert client.get(first).status_code == 410
    assert submit(client, first, password="three red doors to the sea").status_code == 410
    assert submit(client, second, password="three red doors to the sea").status_code == 410


def test_a_link_ends_after_an_hour(client: FlaskClient, clock, cast: Cast) -> None:
    link = _link(client, cast)

    clock.shift(timedelta(minutes=59))
    assert client.get(link).status_code == 200
    clock.shift(timedelta(minutes=2))
    assert submit(client, link, password=GOOD).status_code == 410


@pytest.mark.parametrize("password", ["short", "password123", "pete peer 12", ""])
def test_a_guessable_password_is_refused_and_the_link_still_works(
    client: FlaskClient, cast: Cast, password: str
) -> None:
    link = _link(client, cast)

    assert submit(client, link, password=password).status_code == 422
    assert submit(client, link, password=GOOD).status_code == 303


def test_she_is_told_that_it_changed(client: FlaskClient, cast: Cast) -> None:
    submit(client, _link(client, cast), password=GOOD)

    told = letters_to(_address(cast))[-1]

    assert told.subject == "Your password for Samen is changed"
    assert "http://127.0.0.1:5000/reset" in told.body


def test_no_letter_for_who_cannot_sign_in(client: FlaskClient, cast: Cast) -> None:
    cast.peer.can_sign_in = False

    submit(client, "/reset", email=_address(cast))

    assert letters_to(_address(cast)) == []
    assert db.session.scalars(select(MailProof.used_at)).one() is not None


def test_six_letters_a_day_are_too_many(client: FlaskClient, clock, cast: Cast) -> None:
    answers = [submit(client, "/reset", email=_address(cast)).status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]

    clock.shift(timedelta(days=1))
    assert submit(client, "/reset", email=_address(cast)).status_code == 303


@pytest.mark.parametrize("words", ["", "who", "a" * 100_000, "who@example.org\r\nBcc: x@y.org", "\x00@example.org"])
def test_what_is_no_address_is_refused(client: FlaskClient, cast: Cast, words: str) -> None:
    assert submit(client, "/reset", email=words).status_code == 422
    assert db.session.scalar(select(func.count(MailProof.id))) == 0


def test_a_suspended_person_may_choose_a_new_password(client: FlaskClient, cast: Cast) -> None:
    submit(client, "/reset", email=f"{cast.suspended.handle}@example.org")
    (letter,) = letters_to(f"{cast.suspended.handle}@example.org")

    assert submit(client, link_in(letter), password=GOOD).status_code == 303
