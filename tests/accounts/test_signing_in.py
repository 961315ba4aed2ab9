"""W9, W10: signing in and out, as somebody who should and somebody who should not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.accounts.models import Login, Session
from app.accounts.passwords import needs_rehash
from app.accounts.sessions import end_expired
from app.db import db
from app.organisations.identify import actor_of_token
from tests.accounts import make as accounts
from tests.cast import Cast, csrf_token, sign_in, submit
from tests.support.clock import NOW

WRONG = "This address and this password do not belong together."


def _sign_in(client: FlaskClient, email: str, password: str = accounts.PASSWORD, **more: str):
    return submit(client, "/sign-in", email=email, password=password, **more)


def _is_signed_in(client: FlaskClient) -> bool:
    return client.get("/settings/sessions").status_code == 200


def test_a_person_signs_in_and_out(client: FlaskClient, cast: Cast) -> None:
    answer = _sign_in(client, f"{cast.peer.handle}@example.org")

    assert (answer.status_code, answer.location) == (303, "/")
    assert _is_signed_in(client)

    answer = submit(client, "/sign-out")

    assert (answer.status_code, answer.location) == (303, "/")
    assert not _is_signed_in(client)


def test_the_address_may_be_written_in_capitals(client: FlaskClient, cast: Cast) -> None:
    assert _sign_in(client, f"  {cast.peer.handle.upper()}@Example.ORG ").status_code == 303


@pytest.mark.parametrize(
    "email, password",
    [
        ("known", "not the password"),
        ("unknown", accounts.PASSWORD),
        ("unknown", "not the password"),
        ("no address", accounts.PASSWORD),
        ("known", accounts.PASSWORD.upper()),
        ("known", accounts.PASSWORD + "\x00"),
        ("known", accounts.PASSWORD + " "),
    ],
)
def test_what_does_not_fit_gets_one_answer(client: FlaskClient, cast: Cast, email: str, password: str) -> None:
    written = {"known": f"{cast.peer.handle}@example.org", "unknown": "who@example.org", "no address": "who"}[email]

    answer = _sign_in(client, written, password)

    assert answer.status_code == 422
    assert WRONG in answer.text
    assert not _is_signed_in(client)


def test_known_and_unknown_addresses_cost_the_same(client: FlaskClient, cast: Cast, count_queries, monkeypatch) -> None:
    hashed = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, *both: hashed.append(both) or verify(self, *both))
    statements = []
    pages = []

    for email in (f"{cast.peer.handle}@example.org", "who@example.org"):
        with count_queries() as ran:
            page = _sign_in(client, email, "not the password").text
        statements.append(ran.texts)
        pages.append(page.replace(email, "").split("<form", 1)[1].split('once_key" value="')[0])

    assert len(hashed) == 2
    assert statements[0] == statements[1]
    assert len(pages[0]) == len(pages[1])


@pytest.mark.parametrize("column", ["erased_at", "can_sign_in"])
def test_who_is_gone_cannot_sign_in(client: FlaskClient, cast: Cast, column: str) -> None:
    setattr(cast.peer, column, clock.now() if column == "erased_at" else False)

    assert _sign_in(client, f"{cast.peer.handle}@example.org").status_code == 422


def test_a_suspended_person_signs_in_and_reads(client: FlaskClient, cast: Cast) -> None:
    assert _sign_in(client, f"{cast.suspended.handle}@example.org").status_code == 303

    assert "suspended" in client.get("/settings/profile").text
    assert submit(client, "/settings/profile", name="Sven").status_code == 403


def test_the_cookie_of_before_is_worth_nothing(client: FlaskClient, app: Flask, cast: Cast) -> None:
    """Fixation: whatever somebody planted in the cookie is gone, and the token is new."""
    with client.session_transaction() as cookie:
        cookie.update({"_user_id": "planted", "planted": "yes", "csrf_token": "planted"})
    _sign_in(client, f"{cast.peer.handle}@example.org")

    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != "planted"
        assert "csrf_token" not in cookie
        assert cookie.permanent


def test_signing_in_again_ends_the_session_of_before(client: FlaskClient, app: Flask, cast: Cast) -> None:
    before = sign_in(client, cast.outsider)

    _sign_in(client, f"{cast.peer.handle}@example.org")

    assert before.ended_at is not None
    assert cast.peer.name in client.get("/settings/profile").text


def test_a_copied_cookie_is_out_when_its_owner_signs_out(client: FlaskClient, app: Flask, cast: Cast) -> None:
    _sign_in(client, f"{cast.peer.handle}@example.org")
    thief, name = app.test_client(), app.config["SESSION_COOKIE_NAME"]
    thief.set_cookie(name, client.get_cookie(name).value)
    assert _is_signed_in(thief)

    submit(client, "/sign-out")

    assert not _is_signed_in(thief)


def test_the_cookie_lasts_ninety_days_and_no_script_reads_it(client: FlaskClient, clock, cast: Cast) -> None:
    said = _sign_in(client, f"{cast.peer.handle}@example.org").headers["Set-Cookie"]

    assert "HttpOnly" in said
    assert "SameSite=Lax" in said
    assert "Expires=Sun, 31 May 2026" in said

    clock.shift(89 * 86_400)
    assert _is_signed_in(client)
    clock.shift(2 * 86_400)
    assert not _is_signed_in(client)


def test_eleven_tries_for_one_account_are_too_many(client: FlaskClient, cast: Cast) -> None:
    for _ in range(10):
        assert _sign_in(client, "who@example.org", "not the password").status_code == 422

    refused = _sign_in(client, "WHO@example.org", "not the password")

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 300


def test_sixty_tries_from_one_network_are_too_many(client: FlaskClient, cast: Cast) -> None:
    for number in range(60):
        assert _sign_in(client, f"who{number}@example.org", "x" * 2000).status_code == 422
    assert _sign_in(client, "somebody@example.org").status_code == 422

    for number in range(60):
        _sign_in(client, f"who{number}@example.org", "not the password")

    assert _sign_in(client, f"{cast.peer.handle}@example.org").status_code == 429


def test_an_older_hash_is_renewed(client: FlaskClient, cast: Cast) -> None:
    email = f"{cast.peer.handle}@example.org"
    assert needs_rehash(accounts.PASSWORD_HASH)

    _sign_in(client, email)

    assert not needs_rehash(db.session.scalars(select(Login.password_hash).where(Login.email == email)).one())
    submit(client, "/sign-out")
    assert _sign_in(client, email).status_code == 303


@pytest.mark.parametrize("path", ["/settings/profile", "/q/1?order=new", "/tags/caf%C3%A9"])
def test_signing_in_leads_back(client: FlaskClient, cast: Cast, path: str) -> None:
    assert path.split("?")[0] in client.get("/sign-in", query_string={"next": path}).text

    assert _sign_in(client, f"{cast.peer.handle}@example.org", next=path).location == path


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(client: FlaskClient, cast: Cast, path: str) -> None:
    page = client.get("/sign-in", query_string={"next": path}).text

    assert 'name="next" type="hidden" value=""' in page
    assert _sign_in(client, f"{cast.peer.handle}@example.org", next=path).location == "/"


def test_a_form_without_its_token_is_refused(client: FlaskClient, cast: Cast) -> None:
    fields = {"email": f"{cast.peer.handle}@example.org", "password": accounts.PASSWORD}
    csrf_token(client)

    assert client.post("/sign-in", data=fields).status_code == 400
    assert client.post("/sign-in", data={**fields, "csrf_token": "x"}).status_code == 400
    assert client.post("/sign-out").status_code == 400
    foreign = {"Origin": "https://evil.example"}
    fields["csrf_token"] = csrf_token(client)
    assert client.post("/sign-in", data=fields, headers=foreign).status_code == 403
    assert client.get("/sign-out").status_code == 405


@pytest.mark.parametrize("field", ["email", "password", "next"])
@pytest.mark.parametrize("words", ["a" * 100_000, "\x00", "\ud800", "' OR 1=1 --", "<b>", "\r\nA: b", "😀" * 999])
def test_strange_words_are_refused_and_break_nothing(client: FlaskClient, cast: Cast, field: str, words: str) -> None:
    fields = {"email": "who@example.org", "password": "not the password", field: words}
    sent = {name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()}

    answer = submit(client, "/sign-in", **sent)

    assert answer.status_code in {400, 422}


def test_no_session_row_is_made_by_a_refusal(client: FlaskClient, cast: Cast) -> None:
    _sign_in(client, "who@example.org")

    assert db.session.scalars(select(Session)).all() == []


def test_a_sign_out_of_nobody_leads_home(client: FlaskClient, cast: Cast) -> None:
    assert submit(client, "/sign-out").location == "/"


def test_who_is_signed_in_is_led_on(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.peer)

    assert client.get("/sign-in?next=/help").location == "/help"
    assert client.get("/sign-in?next=//evil.example").location == "/"


@pytest.mark.commits
def test_a_session_that_ran_out_stays_over_when_the_clock_goes_back(client, clock, cast: Cast) -> None:
    """R8. Seen once or not: what ran out is ended, by who asked with it or by the job."""
    for is_seen in (True, False):
        row = sign_in(client, cast.customer)
        assert _is_signed_in(client)
        clock.shift(timedelta(days=31))
        if is_seen:
            assert not _is_signed_in(client)
        else:
            end_expired()

        clock.shift(timedelta(days=-31))

        assert not _is_signed_in(client)
        assert row.ended_at is not None


@pytest.mark.commits
def test_an_api_token_that_ran_out_stays_over_when_the_clock_goes_back(database, clock, cast: Cast) -> None:
    def is_known(secret: str) -> bool:
        found = actor_of_token(secret)
        database.rollback()  # as a request ends
        return not found.is_visitor

    for is_seen in (True, False):
        _row, secret = accounts.api_token(cast.customer, expires_at=NOW + timedelta(days=1))
        database.commit()
        assert is_known(secret)
        clock.shift(timedelta(days=2))
        if is_seen:
            assert not is_known(secret)
        else:
            end_expired()

        clock.shift(timedelta(days=-2))

        assert not is_known(secret)
