"""Provider: (person, no organisation) is a peer, (person, organisation) an agent or partner member, (organisation, no
person) its desk.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.community.models.shelves import Tag
from app.db import Choice, Model, Words
from app.organisations.models import Organisation


class Provider(Model):
    """One capacity to help. `most_open_offers` is how many invitations it takes at once; paused ones get none, nor do
    those who are away now. `region` says in her own words where she helps.
    """

    __tablename__ = "providers"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id"),
        # A unique key lets rows with NULL pass, so each half gets its own.
        Index(
            "uq_providers_peer",
            "person_id",
            unique=True,
            sqlite_where=text("organisation_id IS NULL"),
            postgresql_where=text("organisation_id IS NULL"),
        ),
        Index(
            "uq_providers_desk",
            "organisation_id",
            unique=True,
            sqlite_where=text("person_id IS NULL"),
            postgresql_where=text("person_id IS NULL"),
        ),
        CheckConstraint("person_id IS NOT NULL OR organisation_id IS NOT NULL", name="somebody"),
        CheckConstraint("most_open_offers >= 0", name="most_open_offers_not_negative"),
        CheckConstraint("(away_from IS NULL) = (away_until IS NULL)", name="away_from_and_until"),
        CheckConstraint("away_until > away_from", name="away_until_after_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    most_open_offers: Mapped[int] = mapped_column(default=5)
    region: Mapped[str] = mapped_column(Words(120), default="")
    paused_at: Mapped[datetime | None]
    away_from: Mapped[datetime | None]
    away_until: Mapped[datetime | None]
    created_at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class Skill(Model):
    """A topic a provider says it knows about."""

    __tablename__ = "skills"

    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True)

    tag: Mapped[Tag] = relationship()


class ContactWay(Model):
    """A way to reach a human in this capacity, for everybody to see: a number, an address, a place, and a note."""

    __tablename__ = "contact_ways"
    __table_args__ = (Index("ix_contact_ways_provider", "provider_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("providers.id"))
    kind: Mapped[str] = mapped_column(Choice("phone", "mail", "chat", "visit", "web"))
    value: Mapped[str] = mapped_column(Words(300))
    note: Mapped[str] = mapped_column(Words(200), default="")


class HelpCount(Model):
    """How many questions of others somebody's answers solved, of those that everybody may see; who solved none has no
    row. Counted anew after each fact that changes it (`counting`), because a list cannot count all answers there are.
    """

    __tablename__ = "help_counts"
    __table_args__ = (
        Index("ix_help_counts_most", "solved", "person_id"),
        CheckConstraint("solved > 0", name="solved_positive"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    solved: Mapped[int]


class TopicHelpCount(Model):
    """The same of the questions with one tag."""

    __tablename__ = "topic_help_counts"
    __table_args__ = (
        Index("ix_topic_help_counts_most", "tag_id", "solved", "person_id"),
        CheckConstraint("solved > 0", name="solved_positive"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True, autoincrement=False)
    solved: Mapped[int]


class OpeningHours(Model):
    """When an organisation is open. `weekly` is as in `hours.Calendar`, under "days"; `public_holidays` are the codes
    of those on which it is closed (`holidays.DUTCH`).
    """

    __tablename__ = "opening_hours"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    time_zone: Mapped[str] = mapped_column(Words(64))
    weekly: Mapped[dict[str, Any]]
    public_holidays: Mapped[list[str]] = mapped_column(default=list)
    changed_at: Mapped[datetime]


class OwnHoliday(Model):
    """A date on which an organisation is closed, or open although it is a public holiday."""

    __tablename__ = "own_holidays"
    __table_args__ = (UniqueConstraint("organisation_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(Words(80), default="")
    is_open: Mapped[bool] = mapped_column(default=False)
