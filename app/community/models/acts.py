"""Act: something that was done to a question or an answer and can be undone.

Kept for 30 days, for whoever did it and for moderators. What can be undone is said in services/undoing.py; the facts,
which stay for good, are the truth about what happened.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.models.posts import Question
from app.db import Choice, Model

ACTS = (
    "deleted_question",
    "deleted_answer",
    "closed",
    "reopened",
    "locked",
    "unlocked",
    "pinned",
    "unpinned",
    "moved",
    "merged",
    "split",
    "deleted_comment",
)


class Act(Model):
    """Who did what, when; `details` holds what undoing needs: ids, codes and times, nobody's words."""

    __tablename__ = "acts"
    __table_args__ = (
        Index("ix_acts_person", "person_id", "id"),
        Index("ix_acts_question", "question_id", "id"),
        Index("ix_acts_done", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Choice(*ACTS))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    done_at: Mapped[datetime]
    details: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    question: Mapped[Question] = relationship()
