"""Category, Tag: the shelves on which questions stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, Words


class Category(Model):
    """A shelf of the community. `texts` holds {"nl": {"name", "description"}, "en": …}.

    With "template" among its texts, a question in it begins with these words. `asks_for_version`: whoever says that an
    answer works, or no longer does, also says with which product and version.
    """

    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Words(60), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    texts: Mapped[dict[str, Any]]
    asks_for_version: Mapped[bool] = mapped_column(default=False)


class Tag(Model):
    """A topic. `questions_count` is kept by the services."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words(60), unique=True)
    questions_count: Mapped[int] = mapped_column(default=0)


class QuestionTag(Model):
    """A question carries a tag. `asked_at` repeats the question's, so that a tag's list is read off one index."""

    __tablename__ = "question_tags"
    __table_args__ = (Index("ix_question_tags_newest", "tag_id", "asked_at", "question_id"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True)
    asked_at: Mapped[datetime]
