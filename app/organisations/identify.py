"""Who asks: from the session cookie or a bearer token to an `Actor`, in two statements.

Here and not in `accounts`, because the capacities of a person come from her memberships. The cookie carries a random
token whose digest is the session's row, so that ending the row ends the session everywhere at once.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import Flask, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    Text,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from app import clock
from app.accounts.models import ApiToken, Person, Session
from app.accounts.tokens import digest
from app.actor import VISITOR, Actor, Represented, Seat
from app.db import db
from app.organisations.acting_models import Engagement, Representation, is_engaged, is_represented
from app.organisations.models import Membership, Organisation, is_seated
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


def actor_of(
    person: Person,
    *,
    acting_for_organisation_id: int | None = None,
    through_organisation_id: int | None = None,
    representing_person_id: int | None = None,
    **more: Any,
) -> Actor:
    """Return the actor for a person; acting for an organisation or another person only while she may."""
    more.setdefault("kind", "person")
    rights = {"operator": person.is_operator, "moderator": person.is_moderator, "curator": person.is_curator}
    is_out = person.suspended_at is not None or person.erased_at is not None
    seats, represents = ((), ()) if is_out else places_of(person.id)
    actor = Actor(
        person_id=person.id,
        name=person.name,
        handle=person.handle,
        rights=frozenset() if is_out else frozenset(right for right, has in rights.items() if has),
        seats=seats,
        represents=represents,
        languages=tuple(person.languages),
        interface_language=person.interface_language,
        theme=person.theme,
        time_zone=person.time_zone,
        single_keys=person.single_keys,
        is_suspended=person.suspended_at is not None,
        **more,
    )
    if representing_person_id is not None:
        return actor.on_behalf_of(representing_person_id)
    return actor.in_capacity(acting_for_organisation_id, through_organisation_id)


def places_of(person_id: int) -> tuple[tuple[Seat, ...], tuple[Represented, ...]]:
    """Return from where a person may act now: her seats, those of organisations whose agency she works for, and the
    people who let her act for them. One statement, because every request asks.
    """
    seats: list[Seat] = []
    people: list[Represented] = []
    found = db.session.execute(_places(), {"person_id": person_id})
    for row in sorted(found, key=_by_name):
        scopes = None if row.scopes is None else frozenset(json.loads(row.scopes))
        if row.kind == "person":
            people.append(Represented(row.id, row.name, row.role, scopes or frozenset()))
        else:
            # Whoever manages the agency does not manage the organisation: there she is one of its people.
            role = row.role if row.through_id is None or row.role == "reader" else "member"
            seats.append(Seat(row.id, row.name, row.kind, role, row.through_id, row.through_name, scopes))
    return tuple(seats), tuple(people)


@cache
def _places() -> CompoundSelect[*tuple[Any, ...]]:
    """Return the statement of places_of, put together once."""
    agency: type[Organisation] = aliased(Organisation)
    her: BindParameter[int] = bindparam("person_id")
    now: BindParameter[datetime] = bindparam("now", callable_=clock.now)
    own = (
        select(
            Organisation.id.label("id"),
            Organisation.name.label("name"),
            Organisation.kind.label("kind"),
            Membership.role.label("role"),
            cast(null(), Organisation.id.type).label("through_id"),
            literal("").label("through_name"),
            cast(null(), Text).label("scopes"),
        )
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == her, is_seated(), Organisation.closed_at.is_(None))
    )
    engaged = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.kind,
            Membership.role,
            agency.id,
            agency.name,
            cast(Engagement.scopes, Text),
        )
        .join(Engagement, Engagement.principal_organisation_id == Organisation.id)
        .join(agency, agency.id == Engagement.agency_organisation_id)
        .join(Membership, Membership.organisation_id == agency.id)
        .where(Membership.person_id == her, is_seated(), is_engaged(now))
        .where(Organisation.closed_at.is_(None), agency.closed_at.is_(None))
    )
    represented = (
        select(
            Person.id,
            Person.name,
            literal("person"),
            Person.handle,
            cast(null(), Organisation.id.type),
            literal(""),
            cast(Representation.scopes, Text),
        )
        .join(Representation, Representation.person_id == Person.id)
        .where(Representation.by_person_id == her, is_represented(now))
        .where(Person.suspended_at.is_(None), Person.erased_at.is_(None), Person.merged_into_id.is_(None))
    )
    return union_all(own, engaged, represented)


def _by_name(row: Any) -> tuple[str, int, int]:
    return row.name, row.id, row.through_id or 0


def _user_of_session(token: str) -> SessionUser | None:
    now = clock.now()
    row = db.session.execute(_sessions(), {"token_digest": digest(token)}).one_or_none()
    if row is None:
        return None
    kept, person = row
    of_session = update(Session).where(Session.id == kept.id)
    if kept.expires_at <= now:
        note(of_session.values(ended_at=now))  # over for good: a clock that is set back must not revive it
        return None
    if now - kept.last_used_at > LAST_USE_EVERY:
        note(of_session.values(last_used_at=now))
    actor = actor_of(
        person,
        acting_for_organisation_id=kept.acting_for_organisation_id,
        through_organisation_id=kept.through_organisation_id,
        representing_person_id=kept.representing_person_id,
        session_id=kept.id,
    )
    return SessionUser(token, actor)


@cache
def _sessions() -> Select[Session, Person]:
    return (
        select(Session, Person)
        .join(Person, Person.id == Session.person_id)
        .where(Session.token_digest == bindparam("token_digest"), Session.ended_at.is_(None))
        .where(Person.erased_at.is_(None), Person.can_sign_in)
    )
