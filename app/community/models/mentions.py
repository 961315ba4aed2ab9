"""Mention."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class Mention(Model):
    """A text names a person who may read it. One row per person and text, however often it names her."""

    __tablename__ = "mentions"
    __table_args__ = (
        UniqueConstraint("question_id", "person_id"),
        UniqueConstraint("answer_id", "person_id"),
        UniqueConstraint("comment_id", "person_id"),
        CheckConstraint(
            "CASE WHEN question_id IS NULL THEN 0 ELSE 1 END + CASE WHEN answer_id IS NULL THEN 0 ELSE 1 END + "
            "CASE WHEN comment_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_text",
        ),
        Index("ix_mentions_person", "person_id", "mentioned_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    mentioned_at: Mapped[datetime]
