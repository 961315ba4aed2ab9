"""What organisations holds about a person: where she works and worked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from app.db import db
from app.organisations.models import Membership

TABLES: tuple[str, ...] = ("memberships",)


def export(person_id: int) -> dict[str, Any]:
    """Return a person's seats, present and past, as JSON values."""
    seats = db.session.scalars(
        select(Membership)
        .where(Membership.person_id == person_id)
        .options(joinedload(Membership.organisation))
        .order_by(Membership.id)
    )
    return {
        "memberships": [
            {
                "organisation": seat.organisation.name,
                "role": seat.role,
                "title": seat.title,
                "since": seat.since.isoformat(),
                "ended_at": seat.ended_at.isoformat() if seat.ended_at else None,
            }
            for seat in seats
        ]
    }


def erase(person_id: int) -> None:
    """Take a person out of every organisation. That she acted for one stays on what she wrote."""
    db.session.execute(delete(Membership).where(Membership.person_id == person_id))
