"""ArticleRevision, every version of an article, and ArticleReview, what a reviewer said of one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words
from app.knowledge.lengths import (
    LONGEST_BODY,
    LONGEST_CHANGE,
    LONGEST_HTML,
    LONGEST_NOTE,
    LONGEST_PRODUCT,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    LONGEST_VERSION,
    SIGNIFICANCES,
)
from app.knowledge.models.articles import Article


class ArticleRevision(Model):
    """One version of an article, in full. `based_on` is the version its author had before her; the first has none.

    Where it brought an older one back, `restored_number` names that.
    """

    __tablename__ = "article_revisions"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        Index("ix_article_revisions_author", "author_id", "id"),
        CheckConstraint("based_on < number", name="based_on_an_earlier_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    number: Mapped[int]
    based_on: Mapped[int | None]
    title: Mapped[str] = mapped_column(Words(LONGEST_TITLE))
    summary: Mapped[str] = mapped_column(Words(LONGEST_SUMMARY))
    body: Mapped[str] = mapped_column(Words(LONGEST_BODY))
    body_html: Mapped[str] = mapped_column(Words(LONGEST_HTML))
    renderer_version: Mapped[int]
    tag_names: Mapped[list[str]] = mapped_column(default=list)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    product: Mapped[str] = mapped_column(Words(LONGEST_PRODUCT), default="")
    product_version: Mapped[str] = mapped_column(Words(LONGEST_VERSION), default="")
    applies_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    significance: Mapped[str] = mapped_column(Choice(*SIGNIFICANCES))
    change: Mapped[str] = mapped_column(Words(LONGEST_CHANGE), default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    restored_number: Mapped[int | None]

    article: Mapped[Article] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])


@unseen_by_visitors
class ArticleReview(Model):
    """A reviewer's word on a version: it may be published, or it needs change, and which."""

    __tablename__ = "article_reviews"
    __table_args__ = (
        Index("ix_article_reviews_article", "article_id", "id"),
        Index("ix_article_reviews_reviewer", "reviewer_id", "id"),
        Index("ix_article_reviews_author", "author_id", "decision"),
        CheckConstraint("decision <> 'needs_change' OR note <> ''", name="change_is_named"),
        CheckConstraint("reviewer_id <> author_id", name="reviewer_is_not_the_author"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decision: Mapped[str] = mapped_column(Choice("approved", "needs_change"))
    note: Mapped[str] = mapped_column(Words(LONGEST_NOTE), default="")
    decided_at: Mapped[datetime]

    article: Mapped[Article] = relationship()
    reviewer: Mapped[Person] = relationship(foreign_keys=[reviewer_id])
