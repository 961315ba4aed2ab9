"""Article, the addresses it had before, and its topics."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.models.shelves import Category
from app.db import Choice, Model, Words
from app.knowledge.lengths import (
    LONGEST_BODY,
    LONGEST_HTML,
    LONGEST_PRODUCT,
    LONGEST_SLUG,
    LONGEST_SUMMARY,
    LONGEST_TAG,
    LONGEST_TITLE,
    LONGEST_VERSION,
    STATES,
    TRANSLATION_STATES,
    VALIDATIONS,
)
from app.organisations.models import Organisation


class Article(Model):
    """Knowledge in one language, for everybody or for one organisation.

    Its words are those of the version readers see, `live_number`; before anything was published, of the newest one,
    `head_number`. Every version is kept as an `ArticleRevision`. `review_number` waits for a reviewer; `publish_at`
    says when what `approved_by_id` approved goes live. `state` says where it stands for readers, `validation` where in
    Knowledge-Centered Service. What was put away has `archived_at`; what was never published is a draft still.

    A translation names the article it tells in another language, and in `translated_number` which version of that its
    newest version follows, as who wrote it says. An article that is translated is no translation itself. `confidence`
    is between 0 and 1, as of `confidence_at`. `is_doubtful`: below the limit, so the page says so; `is_suggested`:
    offered where something is suggested.
    """

    __tablename__ = "articles"
    __table_args__ = (
        Index("ix_articles_published", "state", "published_at", "id"),
        Index("ix_articles_owner", "owner_id", "id"),
        Index("ix_articles_category", "category_id", "id"),
        Index(
            "uq_articles_translation",
            "translation_of_id",
            "language",
            unique=True,
            sqlite_where=text("translation_of_id IS NOT NULL"),
            postgresql_where=text("translation_of_id IS NOT NULL"),
        ),
        Index(
            "ix_articles_publish_at",
            "publish_at",
            sqlite_where=text("publish_at IS NOT NULL"),
            postgresql_where=text("publish_at IS NOT NULL"),
        ),
        CheckConstraint("translation_of_id <> id", name="not_of_itself"),
        CheckConstraint("(translation_of_id IS NULL) = (translation_state IS NULL)", name="translations_have_a_state"),
        CheckConstraint("(review_number IS NULL) = (review_asked_at IS NULL)", name="review_asked_sometime"),
        CheckConstraint("(publish_at IS NULL) = (approved_by_id IS NULL)", name="scheduled_by_somebody"),
        CheckConstraint("live_number IS NOT NULL OR state IN ('draft', 'in_review')", name="published_has_words"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_is_a_share"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Words(LONGEST_SLUG), unique=True)
    language: Mapped[str] = mapped_column(Words(8))
    audience: Mapped[str] = mapped_column(Words(40), default="public")
    state: Mapped[str] = mapped_column(Choice(*STATES), default="draft")
    validation: Mapped[str] = mapped_column(Choice(*VALIDATIONS), default="work_in_progress")

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

    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]

    head_number: Mapped[int] = mapped_column(default=1)
    live_number: Mapped[int | None]
    review_number: Mapped[int | None]
    review_asked_at: Mapped[datetime | None]
    review_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    publish_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    translation_of_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    translated_number: Mapped[int | None]
    translation_state: Mapped[str | None] = mapped_column(Choice(*TRANSLATION_STATES))

    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confidence: Mapped[float] = mapped_column(Double, default=0.5)
    confidence_at: Mapped[datetime]
    is_doubtful: Mapped[bool] = mapped_column(default=False)
    is_suggested: Mapped[bool] = mapped_column(default=True)
    helpful_count: Mapped[int] = mapped_column(default=0)
    unhelpful_count: Mapped[int] = mapped_column(default=0)
    row_version: Mapped[int] = mapped_column(default=1)

    category: Mapped[Category | None] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    verified_by: Mapped[Person | None] = relationship(foreign_keys=[verified_by_id])
    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[acting_for_organisation_id])
    applies_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[applies_organisation_id])

    @property
    def is_live(self) -> bool:
        """Whether readers find it: published, and not put away."""
        return self.state == "published"

    @property
    def is_put_away(self) -> bool:
        """Whether somebody put it away: readers know of what was published, the others of a draft."""
        return self.archived_at is not None


class ArticleAddress(Model):
    """An address an article had before: it leads to it still, and no other article takes it."""

    __tablename__ = "article_addresses"
    __table_args__ = (Index("ix_article_addresses_article", "article_id"),)

    slug: Mapped[str] = mapped_column(Words(LONGEST_SLUG), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    given_up_at: Mapped[datetime]


class ArticleTag(Model):
    """An article is about a topic, by the name of its tag: what is about the same is found over it."""

    __tablename__ = "article_tags"
    __table_args__ = (Index("ix_article_tags_name", "name", "article_id"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Words(LONGEST_TAG), primary_key=True)
