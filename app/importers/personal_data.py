"""What importers hold about a person: by which mail addresses her source knew her, which authors she says she is not,
and that she wants to be forgotten.

Runs before accounts empties her row: what tells her apart at her source is kept as a digest, so that a later import
does not bring her back.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select

from app.accounts.models import Person
from app.db import db, upsert
from app.importers.models import AuthorAddress, DeclinedClaim, ForgottenAuthor
from app.importers.work import digest_of

TABLES: tuple[str, ...] = ("import_addresses", "import_declined", "import_forgotten")


def export(person_id: int) -> dict[str, Any]:
    """Return which communities gave a mail address of hers, which is not known itself, and whom she says she is not."""
    held = select(Person.source).join(AuthorAddress, AuthorAddress.person_id == Person.id).where(Person.id == person_id)
    declined = select(DeclinedClaim.author_id, DeclinedClaim.declined_at).where(DeclinedClaim.person_id == person_id)
    rows = db.session.execute(declined.order_by(DeclinedClaim.author_id))
    return {
        "mail_address_known_at": sorted({source or "" for source in db.session.scalars(held)}),
        "says_she_is_not": [{"author_id": author_id, "declined_at": at.isoformat()} for author_id, at in rows],
    }


def erase(person_id: int) -> None:
    """Forget her addresses, and remember by a digest alone whom not to make anew."""
    db.session.execute(delete(AuthorAddress).where(AuthorAddress.person_id == person_id))
    about_her = or_(DeclinedClaim.person_id == person_id, DeclinedClaim.author_id == person_id)
    db.session.execute(delete(DeclinedClaim).where(about_her))
    known = select(Person.source, Person.source_key).where(Person.id == person_id, Person.source_key.is_not(None))
    authors = db.session.execute(known)
    rows = [{"source": source, "key_digest": digest_of([key]), "person_id": person_id} for source, key in authors]
    if rows:
        db.session.execute(upsert(ForgottenAuthor).values(rows).on_conflict_do_nothing())
