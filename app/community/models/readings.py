"""Reading and CaughtUp: what somebody looked at, so that lists can show what is new to her.

Both are only for herself, no fact tells of them, and what is old is forgotten (services/reading.py).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.changes import unseen_by_visitors
from app.db import Model


@unseen_by_visitors
class Reading(Model):
    """A person looked at a question last at `read_at`, when `answer_id` was its newest answer (0: it had none)."""

    __tablename__ = "readings"
    __table_args__ = (Index("ix_readings_old", "read_at"), Index("ix_readings_question", "question_id"))

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    answer_id: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime]


@unseen_by_visitors
class CaughtUp(Model):
    """A person marked everything as read, as far as `upto`. `before` is what that was before, to take it back."""

    __tablename__ = "caught_up"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    upto: Mapped[datetime | None]
    before: Mapped[datetime | None]
