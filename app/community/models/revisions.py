"""Revision: what a text said before an edit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.lengths import LONGEST_BODY, LONGEST_REASON, LONGEST_TITLE, SOURCE_FORMATS
from app.community.models.suggestions import EditSuggestion
from app.db import Choice, Model, Words


class Revision(Model):
    """What a text said before an edit: the older words, who wrote over them and why.

    `number` is the `text_version` the words had. `suggestion_id` and `restored_number` tell of the edit that replaced
    them: whose suggestion it was, or which version it brought back. `category_id` is unknown in the oldest rows.
    """

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        UniqueConstraint("answer_id", "number"),
        CheckConstraint("(question_id IS NULL) <> (answer_id IS NULL)", name="one_subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    number: Mapped[int]
    title: Mapped[str | None] = mapped_column(Words(LONGEST_TITLE))
    body: Mapped[str] = mapped_column(Words(LONGEST_BODY))
    tag_names: Mapped[list[str] | None]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    source_format: Mapped[str] = mapped_column(Choice(*SOURCE_FORMATS))
    written_at: Mapped[datetime]
    replaced_at: Mapped[datetime]
    replaced_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Words(LONGEST_REASON), default="")
    suggestion_id: Mapped[int | None] = mapped_column(ForeignKey("edit_suggestions.id"))
    restored_number: Mapped[int | None]

    replaced_by: Mapped[Person] = relationship()
    suggestion: Mapped[EditSuggestion | None] = relationship()
