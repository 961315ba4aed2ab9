"""Services about sessions: begin, renew, end. A cookie is worth what its row says, on every process at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from sqlalchemy import delete, update

from app import clock
from app.accounts.events import SessionBegan, SessionsEnded
from app.accounts.models import ApiToken, Person, Session
from app.accounts.policy import can_secure
from app.accounts.tokens import digest, new_token
from app.actor import Actor
from app.db import changed_rows, db, storable, transaction
from app.errors import NotFound
from app.outbox.record import record
from app.verdict import require

LASTS = timedelta(days=90)
KEPT = timedelta(days=30)

Why = Literal["signed_out", "replaced", "revoked", "password", "erased"]


def in_person(person: Person) -> Actor:
    """Return the person as the actor of what she does while she signs in or joins."""
    return Actor(kind="person", person_id=person.id, name=person.name, handle=person.handle)


def begin_session(person: Person, *, user_agent: str, instead_of: Actor) -> str:
    """Sign a person in and return the token for her browser's cookie. The session that browser had ends."""
    if instead_of.session_id is not None:
        end_session(instead_of, instead_of.session_id, why="replaced")
    now, token = clock.now(), new_token()
    made = Session(
        token_digest=digest(token),
        person_id=person.id,
        user_agent=storable(user_agent, longest=300),
        created_at=now,
        last_used_at=now,
        expires_at=now + LASTS,
    )
    db.session.add(made)
    db.session.flush()  # the fact below carries its id
    record(SessionBegan(person_id=person.id, session_id=made.id), by=in_person(person))
    return token


def renew_session(actor: Actor) -> str:
    """Give the actor's session a new token and return it: what somebody may have seen of the old one is worthless."""
    token = new_token()
    db.session.execute(
        update(Session)
        .where(Session.id == actor.session_id, Session.person_id == actor.person_id, Session.ended_at.is_(None))
        .values(token_digest=digest(token))
    )
    return token


def end_session(actor: Actor, session_id: int, *, why: Why) -> None:
    """End one of the actor's own sessions. Raises NotFound when it is not hers, or over already."""
    require(can_secure(actor))
    ended = db.session.execute(
        update(Session)
        .where(Session.id == session_id, Session.person_id == actor.person_id, Session.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    if changed_rows(ended) != 1:
        raise NotFound
    record(SessionsEnded(person_id=_own(actor), session_id=session_id, why=why), by=actor)


def end_other_sessions(actor: Actor, *, why: Why) -> int:
    """End every session of the actor's but the one she uses now; return how many ended."""
    require(can_secure(actor))
    others = Session.id != actor.session_id if actor.session_id is not None else Session.id.is_not(None)
    ended = db.session.execute(
        update(Session)
        .where(Session.person_id == actor.person_id, others, Session.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    if changed_rows(ended):
        record(SessionsEnded(person_id=_own(actor), session_id=None, why=why), by=actor)
    return changed_rows(ended)


def end_expired() -> None:
    """End for good what ran out, seen by somebody or not: a clock that is set back must not revive it. A job."""
    now = clock.now()
    with transaction() as session:
        session.execute(
            update(Session).where(Session.ended_at.is_(None), Session.expires_at <= now).values(ended_at=now)
        )
        session.execute(
            update(ApiToken).where(ApiToken.revoked_at.is_(None), ApiToken.expires_at <= now).values(revoked_at=now)
        )


def forget_old_sessions() -> None:
    """Delete sessions that ended a while ago: they hold which browser a person used. A job."""
    with transaction() as session:
        session.execute(delete(Session).where(Session.ended_at < clock.now() - KEPT))


def _own(actor: Actor) -> int:
    assert actor.person_id is not None, "the policy lets persons only"
    return actor.person_id
