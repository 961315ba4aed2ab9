"""Vote."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class Vote(Model):
    """One person's vote on one question or one answer; changing it changes the row."""

    __tablename__ = "votes"
    __table_args__ = (
        UniqueConstraint("person_id", "question_id"),
        UniqueConstraint("person_id", "answer_id"),
        CheckConstraint("value IN (-1, 1)", name="value_is_up_or_down"),
        CheckConstraint("(question_id IS NULL) <> (answer_id IS NULL)", name="one_subject"),
        Index("ix_votes_answer", "answer_id"),
        Index("ix_votes_question", "question_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    value: Mapped[int]
    cast_at: Mapped[datetime]


class VoteTally(Model):
    """How many votes a text got at its source on one day (unknown: NULL), where nobody says whose they were.

    The score that came with the text has them in it already.
    """

    __tablename__ = "vote_tallies"
    __table_args__ = (
        UniqueConstraint("question_id", "cast_on"),
        UniqueConstraint("answer_id", "cast_on"),
        CheckConstraint("(question_id IS NULL) <> (answer_id IS NULL)", name="one_subject"),
        CheckConstraint("ups >= 0 AND downs >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    cast_on: Mapped[date | None]
    ups: Mapped[int]
    downs: Mapped[int]
