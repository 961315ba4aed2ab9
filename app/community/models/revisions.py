"""Revision: what a text said before an edit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.lengths import LONGEST_BODY, LONGEST_TITLE
from app.db import Choice, Model, Words


class Revision(Model):
    """What a text said before an edit: the older words, who wrote over them and why."""

    __tablename__ = "revisions"
    __table_args__ = (
        Index("ix_revisions_question", "question_id", "id"),
        Index("ix_revisions_answer", "answer_id", "id"),
        CheckConstraint("(question_id IS NULL) <> (answer_id IS NULL)", name="one_subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    number: Mapped[int]
    title: Mapped[str | None] = mapped_column(Words(LONGEST_TITLE))
    body: Mapped[str] = mapped_column(Words(LONGEST_BODY))
    tag_names: Mapped[list[str] | None]
    source_format: Mapped[str] = mapped_column(Choice("markdown", "html", "plain"))
    written_at: Mapped[datetime]
    replaced_at: Mapped[datetime]
    replaced_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Words(300), default="")

    replaced_by: Mapped[Person] = relationship()
