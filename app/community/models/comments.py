"""Comment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.lengths import DELETION_REASONS, LONGEST_COMMENT, LONGEST_HTML
from app.community.models.posts import Answer, Question
from app.db import Choice, Model, Words


class Comment(Model):
    """A short remark on a question or on one of its answers; with a `parent_id`, a reply to another remark there.

    Replies are one level deep: what answers a reply has the same parent. A deleted comment keeps its row, so that its
    replies keep their place and it can be put back. With a `merged_question_id` it stands on the text of that question,
    which was merged into this one.
    """

    __tablename__ = "comments"
    __table_args__ = (
        Index("ix_comments_question", "question_id", "id"),
        Index("ix_comments_answer", "answer_id"),
        Index("ix_comments_parent", "parent_id"),
        Index("ix_comments_author", "author_id", "created_at", "id"),
        Index("ix_comments_source", "source", "source_key", unique=True),
        Index(
            "ix_comments_merged",
            "merged_question_id",
            sqlite_where=text("merged_question_id IS NOT NULL"),
            postgresql_where=text("merged_question_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    merged_question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    through_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    representing_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str] = mapped_column(Choice("web", "api", "mail", "import", "device"))
    source: Mapped[str | None] = mapped_column(Words(80))
    source_key: Mapped[str | None] = mapped_column(Words(160))
    language: Mapped[str] = mapped_column(Words(8))
    language_how: Mapped[str] = mapped_column(Choice("declared", "detected", "assumed"))
    body: Mapped[str] = mapped_column(Words(LONGEST_COMMENT))
    body_html: Mapped[str] = mapped_column(Words(LONGEST_HTML))
    source_format: Mapped[str] = mapped_column(Choice("markdown", "html", "plain"), default="markdown")
    renderer_version: Mapped[int]
    row_version: Mapped[int] = mapped_column(default=1)
    score: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    deletion_reason: Mapped[str | None] = mapped_column(Choice(*DELETION_REASONS))
    import_run_id: Mapped[int | None]

    question: Mapped[Question] = relationship(foreign_keys=[question_id])
    answer: Mapped[Answer | None] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
