"""What drafts holds about a person: what she wrote and did not send."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from app.db import db
from app.drafts.models import Draft

TABLES: tuple[str, ...] = ("drafts",)


def export(person_id: int) -> dict[str, Any]:
    """Return her drafts, those thrown away too, as JSON values."""
    rows = db.session.scalars(select(Draft).where(Draft.person_id == person_id).order_by(Draft.id))
    return {
        "drafts": [{"place": row.place, "fields": row.fields, "saved_at": row.saved_at.isoformat()} for row in rows]
    }


def erase(person_id: int) -> None:
    """Delete her drafts."""
    db.session.execute(delete(Draft).where(Draft.person_id == person_id))
