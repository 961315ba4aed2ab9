"""Affected."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class Affected(Model):
    """Somebody says of another person's question: I have this too."""

    __tablename__ = "affected"
    __table_args__ = (
        UniqueConstraint("person_id", "question_id"),
        Index("ix_affected_question", "question_id", "said_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    said_at: Mapped[datetime]
