"""Somebody says that she is not the author whose mail address she has: an address is passed on, or was mistyped there.

She is not asked again, whatever later imports bring; the author stays as he is.
"""

from __future__ import annotations

from sqlalchemy import delete

from app import clock
from app.accounts.policy import can_present
from app.actor import Actor
from app.db import changed_rows, db, upsert
from app.errors import NotFound
from app.importers.claiming import claimable_by
from app.importers.events import ClaimDeclined
from app.importers.models import DeclinedClaim
from app.outbox.record import record
from app.verdict import require


def decline(actor: Actor, author_id: int) -> None:
    """Never offer this author to the actor again. Raises NotFound where he is not offered to her."""
    require(can_present(actor))
    assert actor.person_id is not None, "the policy lets persons only"
    if author_id not in {one.id for one in claimable_by(actor)}:
        raise NotFound
    row = {"person_id": actor.person_id, "author_id": author_id, "declined_at": clock.now()}
    db.session.execute(upsert(DeclinedClaim).values(row).on_conflict_do_nothing())
    record(ClaimDeclined(person_id=actor.person_id, author_id=author_id, is_declined=True), by=actor)


def take_back(actor: Actor, author_id: int) -> None:
    """Offer him to her again after all. Raises NotFound where she declined nothing."""
    require(can_present(actor))
    assert actor.person_id is not None, "the policy lets persons only"
    hers = (DeclinedClaim.person_id == actor.person_id, DeclinedClaim.author_id == author_id)
    if not changed_rows(db.session.execute(delete(DeclinedClaim).where(*hers))):
        raise NotFound
    record(ClaimDeclined(person_id=actor.person_id, author_id=author_id, is_declined=False), by=actor)
