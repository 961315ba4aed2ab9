"""Who asks: from the session cookie or a bearer token to an `Actor`, in two statements.

Here and not in `accounts`, because the capacities of a person come from her memberships. The cookie carries a random
token whose digest is the session's row, so that ending the row ends the session everywhere at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import select, update

from app import clock
from app.accounts.models import ApiToken, Person, Session
from app.accounts.tokens import digest
from app.actor import VISITOR, Actor, Seat
from app.db import db
from app.organisations.models import Membership, Organisation
from app.web.ledger import note

LAST_USE_EVERY = timedelta(minutes=5)


class SessionUser(UserMixin):
    """What Flask-Login keeps for a request: the actor behind the session token."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor

    def get_id(self) -> str:
        return self.token


def init_identify(app: Flask) -> None:
    """Attach Flask-Login and make `app.web.current_actor.actor()` work."""
    manager = LoginManager()
    manager.session_protection = None  # the row in `sessions` decides, not the browser's description
    manager.user_loader(_user_of_session)
    manager.init_app(app, add_context_processor=False)
    app.extensions["samen.identify"] = identify


def identify() -> Actor:
    """Return the actor of this request. API addresses know bearer tokens only, pages know sessions only."""
    if request.path.startswith("/api/"):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return actor_of_token(token.strip()) if scheme.lower() == "bearer" and token else VISITOR
    if "_user_id" not in cookie:
        return VISITOR
    user = current_user
    return user.actor if user.is_authenticated else VISITOR


def actor_of_token(token: str) -> Actor:
    """Return the actor an API token stands for; a visitor when it is unknown, revoked or past its end."""
    now = clock.now()
    row = db.session.execute(
        select(ApiToken, Person)
        .join(Person, Person.id == ApiToken.person_id)
        .where(ApiToken.token_digest == digest(token), ApiToken.revoked_at.is_(None))
    ).one_or_none()
    if row is None:
        return VISITOR
    api_token, person = row
    of_token = update(ApiToken).where(ApiToken.id == api_token.id)
    if api_token.expires_at is not None and api_token.expires_at <= now:
        note(of_token.values(revoked_at=now))  # over for good: a clock that is set back must not revive it
        return VISITOR
    if api_token.last_used_at is None or now - api_token.last_used_at > LAST_USE_EVERY:
        note(of_token.values(last_used_at=now))
    return actor_of(
        person,
        kind="token",
        acting_for_organisation_id=api_token.acting_for_organisation_id,
        scopes=frozenset(api_token.scopes),
    )


def actor_of(person: Person, *, acting_for_organisation_id: int | None = None, **more: Any) -> Actor:
    """Return the actor for a person; acting for the organisation only while she has a seat there."""
    more.setdefault("kind", "person")
    rights = {"operator": person.is_operator, "moderator": person.is_moderator, "curator": person.is_curator}
    is_out = person.suspended_at is not None or person.erased_at is not None
    return Actor(
        person_id=person.id,
        name=person.name,
        handle=person.handle,
        rights=frozenset() if is_out else frozenset(right for right, has in rights.items() if has),
        seats=() if is_out else seats_of(person.id),
        languages=tuple(person.languages),
        interface_language=person.interface_language,
        theme=person.theme,
        time_zone=person.time_zone,
        single_keys=person.single_keys,
        is_suspended=person.suspended_at is not None,
        **more,
    ).in_capacity(acting_for_organisation_id)


def seats_of(person_id: int) -> tuple[Seat, ...]:
    """Return the person's present memberships."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.name, Organisation.kind, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None), Organisation.closed_at.is_(None))
        .order_by(Organisation.name, Organisation.id)
    )
    return tuple(Seat(*row) for row in rows)


def _user_of_session(token: str) -> SessionUser | None:
    now = clock.now()
    row = db.session.execute(
        select(Session, Person)
        .join(Person, Person.id == Session.person_id)
        .where(Session.token_digest == digest(token), Session.ended_at.is_(None))
        .where(Person.erased_at.is_(None), Person.can_sign_in)
    ).one_or_none()
    if row is None:
        return None
    kept, person = row
    of_session = update(Session).where(Session.id == kept.id)
    if kept.expires_at <= now:
        note(of_session.values(ended_at=now))  # over for good: a clock that is set back must not revive it
        return None
    if now - kept.last_used_at > LAST_USE_EVERY:
        note(of_session.values(last_used_at=now))
    actor = actor_of(person, acting_for_organisation_id=kept.acting_for_organisation_id, session_id=kept.id)
    return SessionUser(token, actor)
