"""Draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.changes import unseen_by_visitors
from app.db import Model, Words


@unseen_by_visitors
class Draft(Model):
    """The fields of a form that was not sent, at one place ("ask", "answer.12"); one per person and place.

    One that was thrown away stays a little while, so that this can be undone.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person_id", "place"), Index("ix_drafts_saved_at", "saved_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    place: Mapped[str] = mapped_column(Words(60))
    fields: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    thrown_away_at: Mapped[datetime | None]
