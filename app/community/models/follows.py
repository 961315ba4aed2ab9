"""Follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Choice, Model


class Follow(Model):
    """A person wants to hear of a question, a tag, a category or another person.

    `how` says how it came about: somebody who asks, answers or comments follows the question by itself. A row that has
    ended stays, so that nothing but her own choice makes her follow again.
    """

    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("person_id", "question_id"),
        UniqueConstraint("person_id", "tag_id"),
        UniqueConstraint("person_id", "category_id"),
        UniqueConstraint("person_id", "followed_person_id"),
        CheckConstraint(
            "CASE WHEN question_id IS NULL THEN 0 ELSE 1 END + CASE WHEN tag_id IS NULL THEN 0 ELSE 1 END + "
            "CASE WHEN category_id IS NULL THEN 0 ELSE 1 END + CASE WHEN followed_person_id IS NULL THEN 0 ELSE 1 END"
            " = 1",
            name="one_subject",
        ),
        CheckConstraint("followed_person_id <> person_id", name="not_oneself"),
        Index("ix_follows_question", "question_id"),
        Index("ix_follows_tag", "tag_id"),
        Index("ix_follows_category", "category_id"),
        Index("ix_follows_followed_person", "followed_person_id"),
        Index("ix_follows_person_newest", "person_id", "since", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    tag_id: Mapped[int | None] = mapped_column(ForeignKey("tags.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    followed_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    how: Mapped[str] = mapped_column(Choice("chosen", "asked", "answered", "commented"))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
