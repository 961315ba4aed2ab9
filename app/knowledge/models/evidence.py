"""What speaks for and against an article: who tried it, whom it helped, where it was used, of what it was made."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.changes import unseen_by_visitors
from app.community.models.posts import Answer
from app.db import Choice, Model, Words
from app.knowledge.lengths import LONGEST_REASON, UNHELPFUL_REASONS, USE_KINDS
from app.knowledge.models.articles import Article


class ArticleSignal(Model):
    """One person who tried an article says that it worked, or that it is outdated, and why. The last word counts."""

    __tablename__ = "article_signals"
    __table_args__ = (
        UniqueConstraint("person_id", "article_id"),
        Index("ix_article_signals_article", "article_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(Choice("worked", "outdated"))
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(Words(LONGEST_REASON), default="")
    given_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    article: Mapped[Article] = relationship()


@unseen_by_visitors
class HelpfulMark(Model):
    """A reader says whether an article helped. Visitors too: of them only a digest, another one for each article."""

    __tablename__ = "helpful_marks"
    __table_args__ = (
        UniqueConstraint("article_id", "person_id"),
        UniqueConstraint("article_id", "visitor_digest"),
        CheckConstraint("(person_id IS NULL) <> (visitor_digest IS NULL)", name="person_or_visitor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    visitor_digest: Mapped[str | None] = mapped_column(Words(64))
    is_helpful: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Choice(*UNHELPFUL_REASONS))
    note: Mapped[str] = mapped_column(Words(LONGEST_REASON), default="")
    number: Mapped[int]
    marked_at: Mapped[datetime]


@unseen_by_visitors
class ArticleReads(Model):
    """How often an article was read on a day; no row says by whom."""

    __tablename__ = "article_reads"

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[int]


class ArticleSource(Model):
    """An article was made of an answer, or of a request that was solved. `text_version` is the answer's at the time of
    the last look at it: a later one says that the source changed.
    """

    __tablename__ = "article_sources"
    __table_args__ = (
        UniqueConstraint("article_id", "answer_id"),
        Index("ix_article_sources_answer", "answer_id"),
        Index("ix_article_sources_request", "help_request_id"),
        Index("ix_article_sources_author", "author_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    text_version: Mapped[int | None]
    taken_at: Mapped[datetime]

    article: Mapped[Article] = relationship()
    answer: Mapped[Answer | None] = relationship()
    author: Mapped[Person | None] = relationship()


class ArticleUse(Model):
    """A request and an article have to do with each other; `resolved_at` since the article helped to solve it."""

    __tablename__ = "article_uses"
    __table_args__ = (
        UniqueConstraint("article_id", "help_request_id"),
        Index("ix_article_uses_request", "help_request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    kind: Mapped[str] = mapped_column(Choice(*USE_KINDS))
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    used_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]

    article: Mapped[Article] = relationship()
