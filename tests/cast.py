"""The standing cast: one person per role, with organisations and providers, the same in every test that asks for it.

    def test_outsider_cannot_edit(client, cast):
        sign_in(client, cast.outsider)

Rows are written directly. `sign_in` makes a real session row and its cookie; `submit` sends a form as a browser would.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session as DatabaseSession
from werkzeug.test import TestResponse

from app.accounts.models import Person, Session
from app.actor import Actor
from app.organisations.identify import actor_of
from app.organisations.models import Organisation
from app.providers.models import Provider
from app.web import once
from tests.accounts import make as accounts
from tests.organisations import make as organisations
from tests.providers import make as providers

CSRF_SECRET = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True)
class Cast:
    """Who is there. Everybody has a log-in with `tests.accounts.make.PASSWORD` and handle@example.org."""

    customer: Person  # asks; speaks Dutch
    peer: Person  # helps others, for herself
    agent: Person  # works for the service organisation `waterworks`
    partner: Person  # works for the partner organisation `plumbers`, as its owner
    rival: Person  # works for another service organisation, `energy`
    outsider: Person  # has an account and nothing else
    moderator: Person
    curator: Person
    operator: Person
    suspended: Person

    waterworks: Organisation
    plumbers: Organisation
    energy: Organisation
    front_desk: Organisation

    peer_provider: Provider
    agent_provider: Provider
    partner_provider: Provider
    desk_provider: Provider

    @property
    def people(self) -> dict[str, Person]:
        """Everybody by role."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {role: one for role, one in found.items() if isinstance(one, Person)}


@pytest.fixture
def cast(database: DatabaseSession) -> Cast:
    """Make the standing cast in the test's database."""
    return make_cast()


def make_cast() -> Cast:
    """Make the cast in the current session; for tests on a live server, whose database is another."""
    people = {
        "customer": accounts.person("Carla Customer", languages=["nl"]),
        "peer": accounts.person("Pete Peer"),
        "agent": accounts.person("Anna Agent"),
        "partner": accounts.person("Pavel Partner"),
        "rival": accounts.person("Rita Rival"),
        "outsider": accounts.person("Otto Outsider"),
        "moderator": accounts.person("Mona Moderator", is_moderator=True),
        "curator": accounts.person("Cor Curator", is_curator=True),
        "operator": accounts.person("Olga Operator", is_operator=True),
    }
    suspended = accounts.person("Sven Suspended")
    suspended.suspended_at = suspended.created_at
    waterworks = organisations.organisation("Waterworks")
    plumbers = organisations.organisation("Plumbers", kind="partner")
    energy = organisations.organisation("Energy")
    organisations.membership(people["agent"], waterworks)
    organisations.membership(people["partner"], plumbers, role="owner")
    organisations.membership(people["rival"], energy)
    return Cast(
        **people,
        suspended=suspended,
        waterworks=waterworks,
        plumbers=plumbers,
        energy=energy,
        front_desk=organisations.organisation("Front desk", kind="front_desk"),
        peer_provider=providers.provider(people["peer"]),
        agent_provider=providers.provider(people["agent"], waterworks),
        partner_provider=providers.provider(people["partner"], plumbers),
        desk_provider=providers.provider(organisation=waterworks),
    )


def acting(person: Person, *, for_organisation: Organisation | None = None, **more: Any) -> Actor:
    """Return the actor a person is: for herself, or for an organisation where she has a seat."""
    return actor_of(person, acting_for_organisation_id=for_organisation.id if for_organisation else None, **more)


def sign_in(client: FlaskClient, person: Person, *, for_organisation: Organisation | None = None) -> Session:
    """Give this browser a session of that person, as signing in does, and return its row."""
    row, token = accounts.session(
        person, acting_for_organisation_id=for_organisation.id if for_organisation else None, user_agent="a test"
    )
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie.update(_content_of(token))
    return row


def sign_out(client: FlaskClient) -> None:
    """Make this browser a visitor's again."""
    with client.session_transaction() as cookie:
        cookie.clear()


def browser_cookie(app: Flask, person: Person | None, *, url: str, **more: Any) -> dict[str, str]:
    """Make a session (none for None) and return its cookie: `page.context.add_cookies([browser_cookie(…)])`.

    `more` are columns of the session's row. Forms sent with the cookie take `signed_token`.
    """
    content: dict[str, Any] = {"csrf_token": CSRF_SECRET}
    if person is not None:
        content |= _content_of(accounts.session(person, **more)[1])
    signer = app.session_interface.get_signing_serializer(app)
    assert signer is not None
    return {"name": app.config["SESSION_COOKIE_NAME"], "value": str(signer.dumps(content)), "url": url}


def submit(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Send a form as a browser does after it saw the page: with a CSRF token, and a once-key unless one is given."""
    data = {"csrf_token": csrf_token(client), once.FIELD: once.new_key(), **fields}
    return client.post(path, data={name: value for name, value in data.items() if value is not None})


def csrf_token(client: FlaskClient) -> str:
    """Return a token that forms of this browser may send."""
    with client.session_transaction() as cookie:
        secret = cookie.setdefault("csrf_token", CSRF_SECRET)
    return signed_token(client.application, secret)


def signed_token(app: Flask, secret: str = CSRF_SECRET) -> str:
    """Return the form's half of a CSRF token whose other half is in the cookie."""
    return str(URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(secret))


def _content_of(token: str) -> dict[str, Any]:
    return {"_user_id": token, "_fresh": True, "_permanent": True}
