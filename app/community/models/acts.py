"""Act: something that was done to a question, an answer, a tag or a category and can be undone.

Kept for 30 days, for whoever did it and for moderators. What can be undone is said in services/undoing.py; the facts,
which stay for good, are the truth about what happened.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.models.posts import Question
from app.community.models.shelves import Category, Tag
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
    "tag_described",
    "synonym_added",
    "synonym_removed",
    "tag_renamed",
    "tag_merged",
    "tag_retired",
    "tag_used_again",
    "category_made",
    "category_changed",
    "category_closed",
    "category_opened",
    "category_merged",
)


class Act(Model):
    """Who did what, when; `details` holds what undoing needs: ids, codes and times, nobody's words."""

    __tablename__ = "acts"
    __table_args__ = (
        Index("ix_acts_person", "person_id", "id"),
        Index("ix_acts_question", "question_id", "id"),
        Index("ix_acts_tag", "tag_id", "id"),
        Index("ix_acts_category", "category_id", "id"),
        Index("ix_acts_done", "done_at"),
        CheckConstraint(
            "CASE WHEN question_id IS NULL THEN 0 ELSE 1 END + CASE WHEN tag_id IS NULL THEN 0 ELSE 1 END + "
            "CASE WHEN category_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_subject",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Choice(*ACTS))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    tag_id: Mapped[int | None] = mapped_column(ForeignKey("tags.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    done_at: Mapped[datetime]
    details: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    question: Mapped[Question | None] = relationship()
    tag: Mapped[Tag | None] = relationship()
    category: Mapped[Category | None] = relationship()
