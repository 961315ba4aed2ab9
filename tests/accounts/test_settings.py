"""The settings: profile, password and address, sessions, tokens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock as app_clock
from app.accounts import joining
from app.accounts.models import ApiToken, Login, Session
from app.accounts.sessions import forget_old_sessions
from app.db import db
from app.organisations.identify import actor_of_token
from app.outbox.models import DomainEvent
from tests.accounts import make as accounts
from tests.accounts.letters import letters_to, link_in
from tests.cast import Cast, sign_in, submit

GOOD = "four quiet boats at noon"
PROFILE = {
    "name": "Pete Peer",
    "handle": "pete",
    "bio": "Meters and cables.",
    "interface_language": "nl",
    "time_zone": "Europe/Brussels",
    "theme": "dark",
}
PAGES = ["/settings/profile", "/settings/skills", "/settings/security", "/settings/sessions", "/settings/tokens"]


@pytest.mark.parametrize("path", [*PAGES, "/settings"])
def test_a_visitor_signs_in_first_and_comes_back(client: FlaskClient, cast: Cast, path: str) -> None:
    assert client.get(path).location == f"/sign-in?next={path}"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("code", ["en", "nl"])
def test_each_page_is_there_and_costs_little(
    client: FlaskClient, cast: Cast, count_queries, path: str, code: str
) -> None:
    accounts.api_token(cast.agent, acting_for_organisation_id=cast.waterworks.id)
    for _ in range(3):
        accounts.session(cast.agent)
    sign_in(client, cast.agent)

    with count_queries() as ran:
        page = client.get(path, query_string={"lang": code})

    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert 'aria-current="page"' in page.text
    assert ran.count <= 12, ran


def test_a_person_changes_her_profile(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.peer)

    answer = submit(client, "/settings/profile", **PROFILE, languages=["nl", "fy"])

    assert answer.status_code == 303
    assert (cast.peer.handle, cast.peer.bio, cast.peer.theme) == ("pete", "Meters and cables.", "dark")
    assert cast.peer.languages == ["nl", "fy"]
    page = client.get("/settings/profile").text
    assert '<html lang="nl" data-theme="dark">' in page
    assert "Je profiel is gewijzigd." in page
    assert client.get("/people/pete").status_code == 200


@pytest.mark.parametrize(
    "field, words",
    [
        ("name", ""),
        ("name", "\u202eeteP"),
        ("name", "a" * 100_000),
        ("handle", ""),
        ("handle", "pe"),
        ("handle", "a" * 41),
        ("handle", "pete--peer"),
        ("handle", "-pete"),
        ("handle", "p\u0435te"),  # a Cyrillic letter
        ("handle", "ｐｅｔｅ"),
        ("handle", "pete\x00"),
        ("handle", "pete\u200b"),
        ("handle", "pete/../admin"),
        ("handle", "moderator"),
        ("handle", "12345"),
        ("handle", "a" * 100_000),
        ("bio", "a" * 2001),
        ("bio", "\x00"),
        ("interface_language", "xx"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("theme", "pink"),
        ("languages", "xx"),
    ],
)
def test_what_cannot_be_used_is_refused(client: FlaskClient, cast: Cast, field: str, words: str) -> None:
    sign_in(client, cast.peer)
    before = cast.peer.handle

    answer = submit(client, "/settings/profile", **{**PROFILE, field: words})

    assert answer.status_code == 422
    assert (cast.peer.handle, cast.peer.bio) == (before, "")


@pytest.mark.parametrize("wanted", ["{}", "@{}", " {} ", "{upper}"])
def test_a_handle_of_somebody_else_is_taken(client: FlaskClient, cast: Cast, wanted: str) -> None:
    sign_in(client, cast.peer)
    handle = wanted.format(cast.agent.handle, upper=cast.agent.handle.upper())

    answer = submit(client, "/settings/profile", **{**PROFILE, "handle": handle})

    assert answer.status_code == 422
    assert "This name is taken." in answer.text


def test_an_older_handle_may_stay_as_it_is(client: FlaskClient, cast: Cast) -> None:
    author = accounts.person("Ida", handle="Ida_Imported.1")
    sign_in(client, author)

    assert submit(client, "/settings/profile", **{**PROFILE, "handle": "Ida_Imported.1"}).status_code == 303
    assert author.handle == "Ida_Imported.1"


def test_extra_fields_change_nothing(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.peer)

    submit(client, "/settings/profile", **PROFILE, is_operator="y", is_moderator="y", suspended_at="x", id="1")

    assert (cast.peer.is_operator, cast.peer.is_moderator) == (False, False)


def test_a_suspended_person_reads_her_profile_and_keeps_it(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.suspended)

    assert client.get("/settings/profile").status_code == 200
    assert submit(client, "/settings/profile", **PROFILE).status_code == 403


@pytest.mark.parametrize("language", ["en", "nl"])
def test_time_zones_are_told_in_words_the_likely_ones_first(client: FlaskClient, cast: Cast, language: str) -> None:
    cast.peer.time_zone = "Asia/Calcutta"  # an older name, which her browser gave her
    sign_in(client, cast.peer)

    page = client.get("/settings/profile", headers={"Accept-Language": language}).text.partition('id="time_zone"')[2]

    groups = re.findall(r'<optgroup label="([^"]+)">', page)
    often, europe = {"en": ("Often chosen", "Europe"), "nl": ("Vaak gekozen", "Europa")}[language]
    assert (groups[0], europe in groups, len(groups)) == (often, True, 11)
    first = re.findall(r'<option[^>]* value="([^"]+)">([^<]+)<', page)[:2]
    assert first[0] == ("Europe/Amsterdam", {"en": "Netherlands: Amsterdam", "nl": "Nederland: Amsterdam"}[language])
    assert page.count('<option selected value="Asia/Calcutta">') == 1
    assert {"en": ">Lisbon (Portugal)<", "nl": ">Lissabon (Portugal)<"}[language] in page


def test_another_password_ends_every_token(client: FlaskClient, cast: Cast) -> None:
    row, secret = accounts.api_token(cast.peer)
    sign_in(client, cast.peer)

    submit(client, "/settings/password", current=accounts.PASSWORD, password=GOOD)

    assert actor_of_token(secret).is_visitor
    fact = db.session.scalars(select(DomainEvent).where(DomainEvent.kind == "api_token_revoked")).one()
    assert fact.payload == {"person_id": cast.peer.id, "token_id": row.id}


def test_a_handle_that_was_given_up_leads_on_and_stays_hers(client: FlaskClient, cast: Cast) -> None:
    old = cast.peer.handle
    sign_in(client, cast.peer)
    assert submit(client, "/settings/profile", **{**PROFILE, "handle": "river-pete"}).status_code == 303

    assert client.get(f"/people/{old}").location.endswith("/people/river-pete")
    sign_in(client, cast.agent)
    taken = submit(client, "/settings/profile", **{**PROFILE, "handle": old})
    assert (taken.status_code, cast.agent.handle == old) == (422, False)
    assert 'aria-invalid="true"' in taken.text
    sign_in(client, cast.peer)
    assert submit(client, "/settings/profile", **{**PROFILE, "handle": old}).status_code == 303
    assert client.get("/people/river-pete").location.endswith(f"/people/{old}")


def test_nobody_who_signs_up_gets_a_handle_that_was_given_up(client: FlaskClient, cast: Cast) -> None:
    accounts.former_handle(cast.peer, "nora-new")

    assert joining._new_person("Nora New", language="en").handle == "nora-new-2"


def test_another_password_ends_the_other_sessions(client: FlaskClient, app: Flask, cast: Cast) -> None:
    elsewhere, copied = app.test_client(), app.test_client()
    sign_in(elsewhere, cast.peer)
    sign_in(client, cast.peer)
    name = app.config["SESSION_COOKIE_NAME"]
    copied.set_cookie(name, client.get_cookie(name).value)

    answer = submit(client, "/settings/password", current=accounts.PASSWORD, password=GOOD)

    assert answer.status_code == 303
    assert client.get("/settings/sessions").status_code == 200
    assert elsewhere.get("/settings/sessions").status_code == 303
    assert copied.get("/settings/sessions").status_code == 303, "this session's token is new too"
    assert letters_to(f"{cast.peer.handle}@example.org")[0].subject == "Your password for Samen is changed"
    submit(client, "/sign-out")
    email = f"{cast.peer.handle}@example.org"
    assert submit(client, "/sign-in", email=email, password=GOOD).status_code == 303


@pytest.mark.parametrize(
    "current, password",
    [("not the password", GOOD), ("", GOOD), (accounts.PASSWORD, "short"), (accounts.PASSWORD, "password123")],
)
def test_a_password_is_changed_by_herself_into_a_good_one(
    client: FlaskClient, cast: Cast, current: str, password: str
) -> None:
    sign_in(client, cast.peer)
    before = db.session.get_one(Login, cast.peer.id).password_hash

    assert submit(client, "/settings/password", current=current, password=password).status_code == 422
    assert db.session.get_one(Login, cast.peer.id).password_hash == before


def test_guessing_the_password_at_an_unlocked_screen_has_a_limit(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.peer)

    answers = [submit(client, "/settings/password", current=f"no {n}", password=GOOD).status_code for n in range(11)]

    assert answers == [422] * 10 + [429]


def test_an_address_is_changed_once_the_new_one_is_proved(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.peer)
    old = f"{cast.peer.handle}@example.org"

    submit(client, "/settings/address", own_password=accounts.PASSWORD, email="new@example.org")
    assert db.session.get_one(Login, cast.peer.id).email == old
    link = link_in(letters_to("new@example.org")[0])
    assert client.get(link).status_code == 200
    assert db.session.get_one(Login, cast.peer.id).email == old
    assert submit(client, link).location == "/settings/security"

    assert db.session.get_one(Login, cast.peer.id).email == "new@example.org"
    told = letters_to(old)[-1]
    assert (told.subject, "new@example.org" in told.body) == ("Your mail address for Samen is changed", True)
    submit(client, "/sign-out")
    assert submit(client, "/sign-in", email=old, password=accounts.PASSWORD).status_code == 422
    assert submit(client, "/sign-in", email="new@example.org", password=accounts.PASSWORD).status_code == 303


def test_a_letter_to_the_old_address_no_longer_opens_the_account(client: FlaskClient, app: Flask, cast: Cast) -> None:
    old, visitor = f"{cast.peer.handle}@example.org", app.test_client()
    submit(visitor, "/reset", email=old)
    reset = link_in(letters_to(old)[0])
    sign_in(client, cast.peer)
    submit(client, "/settings/address", own_password=accounts.PASSWORD, email="new@example.org")

    submit(client, link_in(letters_to("new@example.org")[0]))

    assert visitor.get(reset).status_code == 410


def test_the_link_is_for_her_alone(client: FlaskClient, app: Flask, cast: Cast) -> None:
    sign_in(client, cast.peer)
    submit(client, "/settings/address", own_password=accounts.PASSWORD, email="new@example.org")
    link = link_in(letters_to("new@example.org")[0])
    other = app.test_client()

    assert other.get(link).location.startswith("/sign-in?next=/confirm?token")
    sign_in(other, cast.outsider)
    assert other.get(link).status_code == 410
    assert submit(other, link).status_code == 410


def test_an_address_of_somebody_else_stays_hers(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.peer)
    theirs = f"{cast.agent.handle}@example.org"

    answer = submit(client, "/settings/address", own_password=accounts.PASSWORD, email=theirs)

    assert answer.status_code == 303
    (letter,) = letters_to(theirs)
    assert letter.subject == "You have an account on Samen already"


def test_an_address_that_was_taken_meanwhile_is_a_conflict(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.peer)
    submit(client, "/settings/address", own_password=accounts.PASSWORD, email="new@example.org")
    link = link_in(letters_to("new@example.org")[0])
    theirs = db.session.get_one(Login, cast.outsider.id)
    theirs.email = theirs.email_key = "new@example.org"

    assert submit(client, link).status_code == 409


def test_the_address_is_changed_by_herself(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.peer)

    for fields in (
        {"own_password": "no", "email": "new@example.org"},
        {"own_password": accounts.PASSWORD, "email": "x"},
    ):
        assert submit(client, "/settings/address", **fields).status_code == 422
    assert letters_to("new@example.org") == []


def test_she_sees_where_she_is_signed_in(client: FlaskClient, cast: Cast) -> None:
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 (KHTML) Version/18.0 Safari/604.1"
    accounts.session(cast.peer, user_agent=phone)
    accounts.session(cast.peer, user_agent="<b>curl</b>")
    accounts.session(cast.outsider, user_agent="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0")
    sign_in(client, cast.peer)

    page = client.get("/settings/sessions").text

    assert "Safari on iPhone" in page
    assert "A browser we do not know" in page
    assert page.count("This browser") == 1
    assert "Firefox" not in page


def test_one_session_is_ended_at_once(client: FlaskClient, app: Flask, cast: Cast) -> None:
    elsewhere = app.test_client()
    theirs = sign_in(elsewhere, cast.peer)
    sign_in(client, cast.peer)

    assert submit(client, f"/settings/sessions/{theirs.id}/end").status_code == 303

    assert elsewhere.get("/settings/sessions").status_code == 303
    assert client.get("/settings/sessions").status_code == 200
    assert submit(client, f"/settings/sessions/{theirs.id}/end").status_code == 404


def test_all_others_are_ended_at_once(client: FlaskClient, app: Flask, cast: Cast) -> None:
    others = [app.test_client() for _ in range(3)]
    for other in others:
        sign_in(other, cast.peer)
    sign_in(client, cast.peer)

    assert submit(client, "/settings/sessions/end-others").status_code == 303

    assert [other.get("/settings/sessions").status_code for other in others] == [303] * 3
    assert client.get("/settings/sessions").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(client: FlaskClient, app: Flask, cast: Cast) -> None:
    other = app.test_client()
    theirs = sign_in(other, cast.outsider)
    sign_in(client, cast.peer)

    refused = submit(client, f"/settings/sessions/{theirs.id}/end")
    absent = submit(client, "/settings/sessions/987654/end")

    assert (refused.status_code, absent.status_code) == (404, 404)
    assert other.get("/settings/sessions").status_code == 200


def test_ended_and_old_sessions_are_not_shown(client: FlaskClient, clock, cast: Cast) -> None:
    now = app_clock.now()
    accounts.session(cast.peer, user_agent="Firefox/1 Linux", ended_at=now)
    accounts.session(cast.peer, user_agent="Chrome/1 Windows", expires_at=now - timedelta(seconds=1))
    sign_in(client, cast.peer)

    page = client.get("/settings/sessions").text

    assert "Firefox" not in page
    assert "Chrome" not in page


def test_a_token_is_shown_once_and_works(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.agent)
    fields = {"name": "Night job", "acting_for": str(cast.waterworks.id), "days": "30", "may_write": "y"}

    assert submit(client, "/settings/tokens", **fields).status_code == 303
    shown, later = client.get("/settings/tokens").text, client.get("/settings/tokens").text

    secret = shown.partition('id="new-token">')[2].partition("<")[0]
    assert secret.startswith("samen_")
    assert secret not in later
    assert "Night job" in later
    assert f"…{secret[-4:]}" in later
    row = db.session.scalars(select(ApiToken)).one()
    assert secret not in repr(vars(row))
    assert row.expires_at == app_clock.now() + timedelta(days=30)
    actor = actor_of_token(secret)
    assert (actor.person_id, actor.scopes) == (cast.agent.id, {"read", "write"})
    assert actor.acting_for_organisation_id == cast.waterworks.id


def test_the_secret_is_nowhere_in_the_database(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.peer)
    submit(client, "/settings/tokens", name="Night job", days="90")
    secret = client.get("/settings/tokens").text.partition('id="new-token">')[2].partition("<")[0]

    tables = db.metadata.sorted_tables
    everything = repr([db.session.execute(select(table)).all() for table in tables])

    assert len(secret) > 40
    assert secret not in everything


def test_a_token_reads_unless_asked_to_write(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.peer)

    submit(client, "/settings/tokens", name="Reader", days="90")

    assert db.session.scalars(select(ApiToken.scopes)).one() == ["read"]


def test_twenty_tokens_are_enough(client: FlaskClient, cast: Cast) -> None:
    for _ in range(20):
        accounts.api_token(cast.peer)
    sign_in(client, cast.peer)

    answer = submit(client, "/settings/tokens", name="One more", days="90")

    assert answer.status_code == 422
    assert "You have 20 tokens." in answer.text


def test_a_revoked_token_is_worth_nothing(client: FlaskClient, cast: Cast) -> None:
    row, secret = accounts.api_token(cast.peer)
    sign_in(client, cast.peer)

    assert submit(client, f"/settings/tokens/{row.id}/revoke").status_code == 303

    assert actor_of_token(secret).is_visitor
    assert submit(client, f"/settings/tokens/{row.id}/revoke").status_code == 404


def test_nobody_sees_or_revokes_the_token_of_somebody_else(client: FlaskClient, cast: Cast) -> None:
    row, secret = accounts.api_token(cast.outsider, name="Secret project")
    sign_in(client, cast.peer)

    assert "Secret project" not in client.get("/settings/tokens").text
    assert submit(client, f"/settings/tokens/{row.id}/revoke").status_code == 404
    assert not actor_of_token(secret).is_visitor


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name": "a" * 81},
        {"name": "a" * 100_000},
        {"days": "0"},
        {"days": "36500"},
        {"days": "x"},
        {"acting_for": "energy"},
        {"acting_for": "999999"},
        {"acting_for": "x"},
    ],
)
def test_a_token_that_cannot_be_is_refused(client: FlaskClient, cast: Cast, changed: dict[str, str]) -> None:
    sign_in(client, cast.agent)
    if changed.get("acting_for") == "energy":
        changed = {"acting_for": str(cast.energy.id)}

    answer = submit(client, "/settings/tokens", **{"name": "Night job", "days": "90", **changed})

    assert answer.status_code == 422
    assert db.session.scalars(select(ApiToken)).all() == []


def test_a_suspended_person_revokes_but_makes_no_tokens(client: FlaskClient, cast: Cast) -> None:
    row, secret = accounts.api_token(cast.suspended)
    sign_in(client, cast.suspended)

    assert submit(client, "/settings/tokens", name="Night job", days="90").status_code == 403
    assert submit(client, f"/settings/tokens/{row.id}/revoke").status_code == 303
    assert actor_of_token(secret).is_visitor


def test_a_token_opens_no_pages(client: FlaskClient, cast: Cast) -> None:
    _row, secret = accounts.api_token(cast.peer)

    answer = client.get("/settings/sessions", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_a_person_are_kept_by_no_browser(client: FlaskClient, cast: Cast, path: str) -> None:
    sign_in(client, cast.peer)

    assert "no-store" in client.get(path).headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/settings/password", "/settings/address", "/settings/sessions/end-others"])
def test_acts_are_no_addresses_to_visit(client: FlaskClient, cast: Cast, path: str) -> None:
    sign_in(client, cast.peer)

    assert client.get(path).status_code == 405
    assert client.post(path).status_code == 400


def test_a_session_past_its_end_is_out(client: FlaskClient, clock, cast: Cast) -> None:
    row = sign_in(client, cast.peer)

    clock.move_to(row.expires_at)

    assert client.get("/settings/sessions").status_code == 303


def test_erasing_or_suspending_works_at_once(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.operator)
    cast.operator.suspended_at = app_clock.now()
    assert "Your account is suspended." in client.get("/settings/sessions").text

    cast.operator.erased_at = app_clock.now()

    assert client.get("/settings/sessions").status_code == 303
    assert db.session.scalars(select(Session.ended_at)).one() is None


def test_old_sessions_are_forgotten(clock, cast: Cast) -> None:
    now = app_clock.now()
    accounts.session(cast.peer, ended_at=now)
    lives, _token = accounts.session(cast.peer, expires_at=now + timedelta(days=90))
    db.session.commit()

    clock.shift(timedelta(days=31))
    forget_old_sessions()

    assert db.session.scalars(select(Session.id)).all() == [lives.id]
