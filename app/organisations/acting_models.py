"""Acting for somebody else: an organisation lets another one, a person lets another person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BindParameter, CheckConstraint, ColumnElement, ForeignKey, Index, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.changes import unseen_by_visitors
from app.db import Choice, Model
from app.organisations.models import Organisation


class Engagement(Model):
    """Organisation A, the principal, lets organisation B, its agency, act for it: what in, since and until when.

    Offered by A, in force once B accepted, over at `until` or as soon as either ended it.
    """

    __tablename__ = "engagements"
    __table_args__ = (
        Index("ix_engagements_agency", "agency_organisation_id"),
        Index(
            "uq_engagements_open",
            "principal_organisation_id",
            "agency_organisation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("principal_organisation_id <> agency_organisation_id", name="two_organisations"),
        CheckConstraint("until IS NULL OR until > since", name="until_after_since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    principal_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    agency_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    scopes: Mapped[list[str]] = mapped_column(default=list)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    offered_at: Mapped[datetime]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    accepted_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]

    principal: Mapped[Organisation] = relationship(foreign_keys=[principal_organisation_id])
    agency: Mapped[Organisation] = relationship(foreign_keys=[agency_organisation_id])

    def state(self, now: datetime) -> str:
        """Return offered, refused, agreed (its time is still to come), in_force, or over."""
        if self.accepted_at is None:
            return "offered" if self.ended_at is None else "refused"
        if self.ended_at is not None or (self.until is not None and self.until <= now):
            return "over"
        return "in_force" if self.since <= now else "agreed"


@unseen_by_visitors
class Representation(Model):
    """A person lets another one, `by_person`, act for her: what in and until when. In force once she consented."""

    __tablename__ = "representations"
    __table_args__ = (
        Index("ix_representations_by_person", "by_person_id"),
        Index(
            "uq_representations_open",
            "person_id",
            "by_person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("person_id <> by_person_id", name="two_people"),
        CheckConstraint("until > asked_at", name="until_after_asked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by_person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    relation: Mapped[str] = mapped_column(Choice("family", "friend", "employee", "other"))
    scopes: Mapped[list[str]] = mapped_column(default=list)
    until: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    consented_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by_person: Mapped[Person] = relationship(foreign_keys=[by_person_id])

    def state(self, now: datetime) -> str:
        """Return asked, refused, in_force, or over."""
        if self.consented_at is None:
            return "asked" if self.ended_at is None and now < self.until else "refused"
        return "in_force" if self.ended_at is None and now < self.until else "over"


def is_engaged(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition on engagements that are in force at this moment."""
    runs = (Engagement.since <= now) & or_(Engagement.until.is_(None), Engagement.until > now)
    return Engagement.accepted_at.is_not(None) & Engagement.ended_at.is_(None) & runs


def is_represented(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition on representations that are in force at this moment."""
    return Representation.consented_at.is_not(None) & Representation.ended_at.is_(None) & (Representation.until > now)
