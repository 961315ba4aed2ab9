"""EditSuggestion: an edit that somebody proposes who may not make it herself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.lengths import LONGEST_BODY, LONGEST_REASON, LONGEST_TITLE, SOURCE_FORMATS
from app.community.models.posts import Answer, Post, Question
from app.db import Choice, Model, Words

_IS_OPEN = text("state = 'open'")


class EditSuggestion(Model):
    """The words somebody proposes for a post, and what became of them.

    `based_on` is the `text_version` she had before her: where the post has moved on since, her words fit it no longer.
    """

    __tablename__ = "edit_suggestions"
    __table_args__ = (
        CheckConstraint("(question_id IS NULL) <> (answer_id IS NULL)", name="one_subject"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_unless_open"),
        # At most one open suggestion of each person for each post.
        Index(
            "ix_edit_suggestions_open_question",
            "question_id",
            "suggested_by_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index(
            "ix_edit_suggestions_open_answer",
            "answer_id",
            "suggested_by_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_edit_suggestions_state", "state", "id"),
        Index("ix_edit_suggestions_person", "suggested_by_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    based_on: Mapped[int]
    title: Mapped[str | None] = mapped_column(Words(LONGEST_TITLE))
    body: Mapped[str] = mapped_column(Words(LONGEST_BODY))
    tag_names: Mapped[list[str] | None]
    source_format: Mapped[str] = mapped_column(Choice(*SOURCE_FORMATS))
    reason: Mapped[str] = mapped_column(Words(LONGEST_REASON))
    suggested_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    suggested_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Choice("open", "accepted", "rejected", "withdrawn"), default="open")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decision_reason: Mapped[str] = mapped_column(Words(LONGEST_REASON), default="")

    question: Mapped[Question | None] = relationship()
    answer: Mapped[Answer | None] = relationship()
    suggested_by: Mapped[Person] = relationship(foreign_keys=[suggested_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def category_id(self) -> None:
        """A suggestion leaves the category to those who may edit."""
        return

    @property
    def post(self) -> Post:
        """The question or the answer it is about."""
        found = self.question if self.answer is None else self.answer
        assert found is not None, "the database holds one of the two"
        return found
