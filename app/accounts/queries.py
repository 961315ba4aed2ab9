"""Reading accounts. People are public; log-ins, sessions, tokens and proofs are known to the person herself only."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session as DatabaseSession
from sqlalchemy.orm import joinedload

from app import clock
from app.accounts.models import ApiToken, FormerHandle, Login, MailProof, Person, Session
from app.accounts.tokens import digest
from app.actor import Actor
from app.db import db
from app.errors import NotFound


def login_with(key: str, *, within: DatabaseSession | None = None) -> Login | None:
    """Return the log-in of an address key whose person may sign in, with the person."""
    return (
        (within or db.session())
        .scalars(
            select(Login)
            .join(Person, Person.id == Login.person_id)
            .where(Login.email_key == key, Person.can_sign_in, Person.erased_at.is_(None))
            .options(joinedload(Login.person))
        )
        .one_or_none()
    )


def login_of(person_id: int | None, *, within: DatabaseSession | None = None) -> Login:
    """Return a person's own log-in. Raises NotFound for who has none."""
    found = (
        (within or db.session())
        .scalars(select(Login).where(Login.person_id == person_id).options(joinedload(Login.person)))
        .one_or_none()
    )
    if found is None:
        raise NotFound
    return found


def proof_with(token: str, *purposes: str, within: DatabaseSession | None = None) -> MailProof | None:
    """Return the proof a letter's link stands for; None when it is unknown, used, or past its end."""
    return (
        (within or db.session())
        .scalars(
            select(MailProof).where(
                MailProof.token_digest == digest(token),
                MailProof.purpose.in_(purposes),
                MailProof.used_at.is_(None),
                MailProof.expires_at > clock.now(),
            )
        )
        .one_or_none()
    )


def was_given_up(handle_key: str) -> bool:
    """Say whether somebody had this handle before; it stays hers."""
    return db.session.scalar(select(FormerHandle.person_id).where(FormerHandle.handle_key == handle_key)) is not None


def other_operators(person_id: int) -> int:
    """Count who else can run this installation. Locks every operator's row until the transaction ends."""
    # In one order: two operators who remove each other at once must not both succeed.
    operators = db.session.scalars(
        select(Person.id)
        .where(Person.is_operator, Person.can_sign_in, Person.suspended_at.is_(None), Person.erased_at.is_(None))
        .order_by(Person.id)
        .with_for_update()
    )
    return len(set(operators) - {person_id})


def sessions_of(actor: Actor) -> Sequence[Session]:
    """Return where a person is signed in now, last used first."""
    now = clock.now()
    return db.session.scalars(
        select(Session)
        .where(Session.person_id == actor.person_id, Session.ended_at.is_(None), Session.expires_at > now)
        .order_by(Session.last_used_at.desc(), Session.id.desc())
    ).all()


def tokens_of(actor: Actor) -> Sequence[ApiToken]:
    """Return a person's tokens that still work, newest first."""
    now = clock.now()
    return db.session.scalars(
        select(ApiToken)
        .where(ApiToken.person_id == actor.person_id, ApiToken.revoked_at.is_(None))
        .where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now))
        .order_by(ApiToken.id.desc())
    ).all()
