"""What accounts holds about a person: all of it for her to read, and gone when she wants to be gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update

from app import clock
from app.accounts.addresses import plain_form
from app.accounts.models import ApiToken, FormerHandle, Login, MailProof, Person, Session
from app.db import db
from app.mail import Letter

TABLES: tuple[str, ...] = ("people", "former_handles", "logins", "sessions", "api_tokens", "mail_proofs", "letters")

# Stands where her name stood, in every language.
NAMELESS = "–"


def export(person_id: int) -> dict[str, Any]:
    """Return everything accounts knows about a person, as JSON values. Digests and hashes are not hers to read."""
    person = db.session.get_one(Person, person_id)
    login = db.session.get(Login, person_id)
    address = plain_form(login.email) if login else ""
    sessions = db.session.scalars(select(Session).where(Session.person_id == person_id).order_by(Session.id))
    tokens = db.session.scalars(select(ApiToken).where(ApiToken.person_id == person_id).order_by(ApiToken.id))
    letters = db.session.scalars(select(Letter).where(Letter.to_address == address).order_by(Letter.id))
    proofs = db.session.scalars(select(MailProof).where(_her_proofs(person_id, address)).order_by(MailProof.id))
    former = db.session.scalars(select(FormerHandle).where(FormerHandle.person_id == person_id))
    return {
        "person": _columns(person, leave_out=("handle_key",)),
        "former_handles": sorted(row.handle_key for row in former),
        "log_in": _columns(login, leave_out=("email_key", "password_hash")) if login else None,
        "sessions": [_columns(row, leave_out=("token_digest",)) for row in sessions],
        "api_tokens": [_columns(row, leave_out=("token_digest",)) for row in tokens],
        "letters": [
            {"subject": row.subject, "body": row.body, "created_at": _plain(row.created_at)} for row in letters
        ],
        "proofs_of_address": [_columns(row, leave_out=("token_digest", "password_hash")) for row in proofs],
    }


def erase(person_id: int) -> None:
    """Empty a person: her row stays with its id, so that what others wrote and earned stays whole."""
    login = db.session.get(Login, person_id)
    address = plain_form(login.email) if login else ""
    db.session.execute(delete(Letter).where(Letter.to_address == address))
    db.session.execute(delete(MailProof).where(_her_proofs(person_id, address)))
    for table in (FormerHandle, Login, Session, ApiToken):
        db.session.execute(delete(table).where(table.person_id == person_id))
    db.session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(
            name=NAMELESS,
            handle=f"gone-{person_id}",
            handle_key=f"gone-{person_id}",
            bio="",
            languages=[],
            interface_language=None,
            time_zone="UTC",
            theme="system",
            single_keys_off_at=None,
            is_operator=False,
            is_moderator=False,
            is_curator=False,
            can_sign_in=False,
            source_key=None,  # an imported author's key is her name
            erased_at=clock.now(),
        )
    )


def _her_proofs(person_id: int, address: str) -> Any:
    return or_(MailProof.person_id == person_id, MailProof.email == address)


def _columns(row: Any, *, leave_out: tuple[str, ...]) -> dict[str, Any]:
    return {
        column.key: _plain(getattr(row, column.key)) for column in row.__mapper__.columns if column.key not in leave_out
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
