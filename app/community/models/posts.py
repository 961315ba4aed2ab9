"""Question and Answer.

Counts and last moments on `Question` are kept by the services in the writing transaction, by `SET n = n + 1`, so that
a list reads one table. Bodies keep their source and the HTML made of it once. `text_version` moves when the words are
written over, `row_version` with whatever a reader of the page would see.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.lengths import DELETION_REASONS, LONGEST_BODY, LONGEST_HTML, LONGEST_TITLE, SOURCE_FORMATS
from app.community.models.shelves import Category
from app.db import Choice, Model, Words
from app.organisations.models import Organisation
from app.requests.models import HelpRequest


class _Text:
    """What every text somebody wrote carries."""

    body: Mapped[str] = mapped_column(Words(LONGEST_BODY))
    body_html: Mapped[str] = mapped_column(Words(LONGEST_HTML))
    source_format: Mapped[str] = mapped_column(Choice(*SOURCE_FORMATS), default="markdown")
    renderer_version: Mapped[int]
    row_version: Mapped[int] = mapped_column(default=1)
    text_version: Mapped[int] = mapped_column(default=1)
    score: Mapped[int] = mapped_column(default=0)
    edited_at: Mapped[datetime | None]


class _Removable:
    """What can be deleted: the row stays, so that it can be put back, and only visibility.py knows."""

    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    deletion_reason: Mapped[str | None] = mapped_column(Choice(*DELETION_REASONS))


class Question(_Text, _Removable, Model):
    """A request others answer. Shares its id with its HelpRequest; `audience` repeats the request's, for lists.

    Merged into another it is only found there. `merged_into_id` names one that is merged into none itself, so it is the
    last of a chain; `merged_count` says how many are merged into this one. One that was made of answers and comments of
    another names that one as `split_from_id`; `splits_count` says how many were made of this one's.
    """

    __tablename__ = "questions"
    __table_args__ = (
        Index("ix_questions_newest", "created_at", "id"),
        Index("ix_questions_active", "last_activity_at", "id"),
        Index("ix_questions_category", "category_id", "created_at", "id"),
        Index("ix_questions_asker", "asker_id", "created_at", "id"),
        Index(
            "ix_questions_unanswered",
            "created_at",
            "id",
            sqlite_where=text("answers_count = 0"),
            postgresql_where=text("answers_count = 0"),
        ),
        Index(
            "ix_questions_pinned",
            "pinned_at",
            sqlite_where=text("pinned_at IS NOT NULL"),
            postgresql_where=text("pinned_at IS NOT NULL"),
        ),
        Index(
            "ix_questions_merged_into",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        Index(
            "ix_questions_split_from",
            "split_from_id",
            sqlite_where=text("split_from_id IS NOT NULL"),
            postgresql_where=text("split_from_id IS NOT NULL"),
        ),
        CheckConstraint("answers_count >= 0", name="answers_count_not_negative"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"), primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(Words(LONGEST_TITLE))
    excerpt: Mapped[str] = mapped_column(Words(400))
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    audience: Mapped[str] = mapped_column(Words(40), default="public")
    tag_names: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    last_activity_at: Mapped[datetime]
    answers_count: Mapped[int] = mapped_column(default=0)
    affected_count: Mapped[int] = mapped_column(default=0)
    accepted_answer_id: Mapped[int | None]
    accepted_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    pinned_at: Mapped[datetime | None]
    duplicates_count: Mapped[int] = mapped_column(default=0)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    merged_at: Mapped[datetime | None]
    merged_count: Mapped[int] = mapped_column(default=0)
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    splits_count: Mapped[int] = mapped_column(default=0)
    import_run_id: Mapped[int | None]

    request: Mapped[HelpRequest] = relationship()
    category: Mapped[Category] = relationship()
    asker: Mapped[Person] = relationship(foreign_keys=[asker_id])

    @property
    def author_id(self) -> int:
        return self.asker_id

    @property
    def author(self) -> Person:
        return self.asker


class Answer(_Text, _Removable, Model):
    """An answer by a person, for herself or for an organisation. From `wiki_at` on everybody may edit it.

    `accepted_by_id` says who confirmed it where that was not the asker of this question; `merged_question_id` to which
    question it was given, where that was merged into this one since.
    """

    __tablename__ = "answers"
    __table_args__ = (
        Index("ix_answers_question", "question_id", "id"),
        Index("ix_answers_author", "author_id", "created_at", "id"),
        Index(
            "ix_answers_confirmed",
            "author_id",
            "question_id",
            sqlite_where=text("accepted_at IS NOT NULL"),
            postgresql_where=text("accepted_at IS NOT NULL"),
        ),
        Index("ix_answers_source", "source", "source_key", unique=True),
        Index(
            "ix_answers_merged",
            "merged_question_id",
            sqlite_where=text("merged_question_id IS NOT NULL"),
            postgresql_where=text("merged_question_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    through_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    representing_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str] = mapped_column(Choice("web", "api", "mail", "import", "device"))
    source: Mapped[str | None] = mapped_column(Words(80))
    source_key: Mapped[str | None] = mapped_column(Words(160))
    language: Mapped[str] = mapped_column(Words(8))
    language_how: Mapped[str] = mapped_column(Choice("declared", "detected", "assumed"))
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    wiki_at: Mapped[datetime | None]
    merged_question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    import_run_id: Mapped[int | None]

    question: Mapped[Question] = relationship(foreign_keys=[question_id])
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[acting_for_organisation_id])


Post = Question | Answer


def question_of(post: Post) -> Question:
    """Return the question a post belongs to: itself, or the one it answers."""
    return post if isinstance(post, Question) else post.question
