"""Report: somebody tells moderators that a text breaks the rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.lengths import LONGEST_NOTE, LONGEST_REASON, REPORT_REASONS
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.db import Choice, Model, Words

_IS_OPEN = text("settled_at IS NULL")


class Report(Model):
    """A question, an answer or a comment that somebody reported, and what moderators decided.

    `place` names the text ("answer:34"): each person has at most one open report about it. `decision` is what the
    reporter reads.
    """

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="outcome_when_settled"),
        CheckConstraint("answer_id IS NULL OR comment_id IS NULL", name="one_subject"),
        Index(
            "uq_reports_open",
            "place",
            "person_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_reports_person", "person_id", "id"),
        Index("ix_reports_question", "question_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(Words(60))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Choice(*REPORT_REASONS))
    note: Mapped[str] = mapped_column(Words(LONGEST_NOTE), default="")
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[str | None] = mapped_column(Choice("removed", "left"))
    decision: Mapped[str] = mapped_column(Words(LONGEST_REASON), default="")

    question: Mapped[Question] = relationship()
    answer: Mapped[Answer | None] = relationship()
    comment: Mapped[Comment | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def thread(self) -> Question:
        """The question under which the text stands now; it may have been merged into another since the report."""
        subject = self.comment or self.answer
        return self.question if subject is None else subject.question

    @property
    def author(self) -> Person:
        """Who wrote the text that is reported."""
        subject = self.comment or self.answer
        return self.question.asker if subject is None else subject.author
