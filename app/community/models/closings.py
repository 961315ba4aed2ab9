"""Closing and Petition: why a question takes no answers now, and what somebody asks moderators to do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.lengths import CLOSING_REASONS, LONGEST_NOTE
from app.community.models.posts import Answer, Question
from app.db import Choice, Model, Words


class Closing(Model):
    """A question was closed, until `reopened_at`. At most one of a question's is open.

    A duplicate names its `target`; `note` says what is needed, or why. Nobody here closed what was archived, or what
    came closed from elsewhere (`import_run_id`).
    """

    __tablename__ = "closings"
    __table_args__ = (
        Index(
            "uq_closings_open",
            "question_id",
            unique=True,
            sqlite_where=text("reopened_at IS NULL"),
            postgresql_where=text("reopened_at IS NULL"),
        ),
        Index("ix_closings_target", "target_id"),
        CheckConstraint("(reason = 'duplicate') = (target_id IS NOT NULL)", name="duplicates_have_a_target"),
        CheckConstraint("target_id <> question_id", name="not_of_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    reason: Mapped[str] = mapped_column(Choice(*CLOSING_REASONS))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    note: Mapped[str] = mapped_column(Words(LONGEST_NOTE), default="")
    note_language: Mapped[str] = mapped_column(Words(8), default="en")
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime]
    reopened_at: Mapped[datetime | None]
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    import_run_id: Mapped[int | None]

    question: Mapped[Question] = relationship(foreign_keys=[question_id])
    target: Mapped[Question | None] = relationship(foreign_keys=[target_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])


class Petition(Model):
    """Somebody asks moderators to reopen a question, or to remove what others have answered."""

    __tablename__ = "petitions"
    __table_args__ = (
        Index(
            "ix_petitions_open",
            "id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index("ix_petitions_question", "question_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Choice("reopen", "delete"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(Words(LONGEST_NOTE), default="")
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    is_granted: Mapped[bool | None]

    question: Mapped[Question] = relationship()
    answer: Mapped[Answer | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
