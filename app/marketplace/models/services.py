"""Service, the questions asked before it begins, and the parts of a bundle.

A service is what an organisation offers: seen by everybody once it is published, by its own people before and after.
What was agreed about it stands in the agreement, so its words may change at any time.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.community.models.shelves import Category, Tag
from app.db import Choice, Model, Words
from app.marketplace.lengths import (
    CURRENCIES,
    LONGEST_BODY,
    LONGEST_EXCERPT,
    LONGEST_HTML,
    LONGEST_LABEL,
    LONGEST_REASON,
    LONGEST_REGION,
    LONGEST_TITLE,
    MOST_CENTS,
    PERIODS,
    SERVICE_STATES,
)
from app.organisations.models import Organisation


class Service(Model):
    """An entry in an organisation's catalogue; of kind `bundle` it is made of services of several organisations.

    `price_cents` is None where the price is told on request, 0 where it is free; `price_from` says that it is the
    lowest. `region` is empty where it is offered everywhere; `region_key` is its folded form. `answers_within_hours`
    counts business hours, `done_within_days` days of the calendar. `conditions` are sentences that must be true of who
    asks for it: she says so herself. `row_version` moves with every change.
    """

    __tablename__ = "services"
    __table_args__ = (
        Index("ix_services_organisation", "organisation_id", "id"),
        Index(
            "ix_services_published",
            "published_at",
            "id",
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
        Index("ix_services_category", "category_id", "id"),
        CheckConstraint(f"price_cents BETWEEN 0 AND {MOST_CENTS}", name="price_cents_bounds"),
        CheckConstraint("answers_within_hours > 0", name="answers_within_hours_positive"),
        CheckConstraint("done_within_days > 0", name="done_within_days_positive"),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_at_a_moment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(Choice("single", "bundle"), default="single")
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    title: Mapped[str] = mapped_column(Words(LONGEST_TITLE))
    body: Mapped[str] = mapped_column(Words(LONGEST_BODY))
    body_html: Mapped[str] = mapped_column(Words(LONGEST_HTML))
    renderer_version: Mapped[int]
    excerpt: Mapped[str] = mapped_column(Words(LONGEST_EXCERPT))
    language: Mapped[str] = mapped_column(Words(8))
    region: Mapped[str] = mapped_column(Words(LONGEST_REGION), default="")
    region_key: Mapped[str] = mapped_column(Words(LONGEST_REGION * 4), default="")
    price_cents: Mapped[int | None]
    price_from: Mapped[bool] = mapped_column(default=False)
    price_per: Mapped[str] = mapped_column(Choice(*PERIODS), default="once")
    currency: Mapped[str] = mapped_column(Choice(*CURRENCIES), default="EUR")
    answers_within_hours: Mapped[int | None]
    done_within_days: Mapped[int | None]
    conditions: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(Choice(*SERVICE_STATES), default="draft")
    row_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    category: Mapped[Category] = relationship()

    @property
    def is_bundle(self) -> bool:
        return self.kind == "bundle"


class ServiceTag(Model):
    """What a service is about: services of the same topic can take each other's place."""

    __tablename__ = "service_tags"
    __table_args__ = (Index("ix_service_tags_tag", "tag_id", "service_id"),)

    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True)

    tag: Mapped[Tag] = relationship()


class ServiceQuestion(Model):
    """A detail that is asked before the service begins: of which kind, in which words, and why it is needed."""

    __tablename__ = "service_questions"
    __table_args__ = (UniqueConstraint("service_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    position: Mapped[int]
    detail_kind: Mapped[str] = mapped_column(Words(40))
    label: Mapped[str] = mapped_column(Words(LONGEST_LABEL))
    why: Mapped[str] = mapped_column(Words(LONGEST_LABEL), default="")
    is_required: Mapped[bool] = mapped_column(default=True)


class BundlePart(Model):
    """One service in a bundle. `needs` are the positions of the parts that must be solved before this one begins,
    `consequence` says what it means when this part is refused.
    """

    __tablename__ = "bundle_parts"
    __table_args__ = (
        UniqueConstraint("bundle_id", "position"),
        Index("ix_bundle_parts_service", "service_id"),
        CheckConstraint("service_id <> bundle_id", name="not_of_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    position: Mapped[int]
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    needs: Mapped[list[int]] = mapped_column(default=list)
    consequence: Mapped[str] = mapped_column(Words(LONGEST_REASON), default="")

    service: Mapped[Service] = relationship(foreign_keys=[service_id])
