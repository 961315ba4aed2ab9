"""What importers hold about a person: by which mail addresses her source knew her, and that she wants to be forgotten.

Runs before accounts empties her row: what tells her apart at her source is kept as a digest, so that a later import
does not bring her back.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from app.accounts.models import Person
from app.accounts.personal_data import NAMELESS
from app.db import db, upsert
from app.importers.models import AuthorAddress, ForgottenAuthor
from app.importers.work import digest_of

TABLES: tuple[str, ...] = ("import_addresses", "import_forgotten")


def export(person_id: int) -> dict[str, Any]:
    """Return which communities gave a mail address of hers. The address itself is not known here."""
    hers = (Person.id == person_id) | (Person.merged_into_id == person_id)
    held = select(Person.source).join(AuthorAddress, AuthorAddress.person_id == Person.id).where(hers)
    return {"mail_address_known_at": sorted({source or "" for source in db.session.scalars(held)})}


def erase(person_id: int) -> None:
    """Forget her addresses, and remember by digests alone whom not to make anew: her, and whose texts she claimed."""
    db.session.execute(delete(AuthorAddress).where(AuthorAddress.person_id == person_id))
    hers = (Person.id == person_id) | (Person.merged_into_id == person_id)
    authors = db.session.execute(select(Person.source, Person.source_key).where(hers, Person.source_key.is_not(None)))
    rows = [{"source": source, "key_digest": digest_of([key]), "person_id": person_id} for source, key in authors]
    if rows:
        db.session.execute(upsert(ForgottenAuthor).values(rows).on_conflict_do_nothing())
    for merged_id in db.session.scalars(select(Person.id).where(Person.merged_into_id == person_id)).all():
        gone = f"gone-{merged_id}"
        emptied = {"name": NAMELESS, "bio": "", "handle": gone, "handle_key": gone, "source_key": None}
        db.session.execute(update(Person).where(Person.id == merged_id).values(**emptied))
