"""What routing holds about a person by name: that she was counted among a ring that moderators look at."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select, update

from app.db import db
from app.routing.ring_models import RingFinding, RingMember

TABLES: tuple[str, ...] = ("ring_findings", "ring_members")


def export(person_id: int) -> dict[str, Any]:
    """Return when she was found in a ring, in which part, and what moderators noted; and what she noted herself."""
    rows = db.session.execute(
        select(RingMember, RingFinding)
        .join(RingFinding, RingFinding.id == RingMember.finding_id)
        .where(or_(RingMember.person_id == person_id, RingFinding.looked_at_by_id == person_id))
        .order_by(RingMember.id)
    ).all()
    own = [(member, finding) for member, finding in rows if member.person_id == person_id]
    noted = {finding.id: finding.note for _, finding in rows if finding.looked_at_by_id == person_id}
    return {
        "found_in_rings": [
            {
                "found_at": finding.found_at.isoformat(),
                "kind": finding.kind,
                "confirms": member.confirms,
                "is_confirmed": member.is_confirmed,
                "note": finding.note,
            }
            for member, finding in own
        ],
        "notes_on_rings": [note for _, note in sorted(noted.items())],
    }


def erase(person_id: int) -> None:
    """Take her out of all rings, and her words out of what she noted; that somebody looked stays."""
    db.session.execute(delete(RingMember).where(RingMember.person_id == person_id))
    db.session.execute(update(RingFinding).where(RingFinding.looked_at_by_id == person_id).values(note=""))
