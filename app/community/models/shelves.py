"""Category, Tag: the shelves on which questions stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, Words


class Category(Model):
    """A shelf of the community. `texts` holds {"nl": {"name", "description"}, "en": …}.

    With "template" among its texts, a question in it begins with these words. `asks_for_version`: whoever says that an
    answer works, or no longer does, also says with which product and version. A closed one takes no new questions;
    with `merged_into_id` its questions stand in another one, and so does its address.
    """

    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Words(60), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    texts: Mapped[dict[str, Any]]
    asks_for_version: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))


class Tag(Model):
    """A topic, or another name of one. `questions_count` is kept by the services.

    With `synonym_of_id` no question carries it: the tag it leads to is no synonym itself. `texts` holds what it is
    about: {"nl": {"description", "page", "page_html"}, …}. A retired one stays where it is and is put on nothing new.
    """

    __tablename__ = "tags"
    __table_args__ = (
        Index("ix_tags_synonym_of", "synonym_of_id"),
        Index("ix_tags_popular", "questions_count", "name"),
        CheckConstraint("synonym_of_id <> id", name="not_of_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words(60), unique=True)
    questions_count: Mapped[int] = mapped_column(default=0)
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    synonym_of_id: Mapped[int | None] = mapped_column(ForeignKey("tags.id"))
    retired_at: Mapped[datetime | None]


class QuestionTag(Model):
    """A question carries a tag. `asked_at` repeats the question's, so that a tag's list is read off one index."""

    __tablename__ = "question_tags"
    __table_args__ = (Index("ix_question_tags_newest", "tag_id", "asked_at", "question_id"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True)
    asked_at: Mapped[datetime]
