"""The front desk makes sure, once, who a person or an organisation is. Whether the actor may, the caller has asked."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select, update

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.db import changed_rows, db
from app.errors import Conflict, NotFound
from app.organisations.events import IdentityChecked, IdentityCheckWithdrawn
from app.organisations.models import IdentityCheck, Organisation
from app.outbox.record import record
from app.verdict import SENTENCES

How = Literal["register", "document", "in_person"]
HOW: tuple[How, ...] = ("register", "document", "in_person")


def check_identity(actor: Actor, subject: Person | Organisation, how: How) -> IdentityCheck:
    """Keep that the actor made sure who this is, under the name it has now. Raises Conflict when that was done."""
    assert actor.person_id is not None, "an operator is a person"
    whose = _subject(subject)
    # Locked: two operators may have the same extract in front of them.
    db.session.execute(select(type(subject).id).where(type(subject).id == subject.id).with_for_update())
    standing = select(IdentityCheck.id).filter_by(**whose).where(IdentityCheck.withdrawn_at.is_(None))
    if db.session.scalar(standing) is not None:
        raise Conflict("checked_already", SENTENCES["checked_already"])
    check = IdentityCheck(
        **whose, name_then=subject.name, how=how, checked_by_id=actor.person_id, checked_at=clock.now()
    )
    db.session.add(check)
    db.session.flush()  # the fact carries its id
    record(IdentityChecked(check_id=check.id, how=how, **whose), by=actor)
    return check


def withdraw_check(actor: Actor, subject: Person | Organisation) -> None:
    """Vouch for it no longer; that it was checked, and until when that held, stays. Raises NotFound without a check."""
    standing = select(IdentityCheck).filter_by(**_subject(subject)).where(IdentityCheck.withdrawn_at.is_(None))
    check = db.session.scalars(standing).one_or_none()
    if check is None:
        raise NotFound
    withdrawn = (
        update(IdentityCheck)
        .where(IdentityCheck.id == check.id, IdentityCheck.withdrawn_at.is_(None))
        .values(withdrawn_at=clock.now(), withdrawn_by_id=actor.person_id)
    )
    if changed_rows(db.session.execute(withdrawn)) != 1:
        raise NotFound
    record(IdentityCheckWithdrawn(check_id=check.id, **_subject(subject)), by=actor)


def _subject(subject: Person | Organisation) -> dict[str, int | None]:
    is_person = isinstance(subject, Person)
    return {"person_id": subject.id if is_person else None, "organisation_id": None if is_person else subject.id}
