"""Rings that were found among confirmations, for people to look at. Nothing reads them to decide anything."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words
from app.organisations.models import Organisation

LONGEST_NOTE = 300


@unseen_by_visitors
class RingFinding(Model):
    """A `ring` that dates and density gave away, or a `loop` of those who praise each other beyond their share.

    evidence: numbers and days only, as app.ranking.watching gives them; seen_at: when it was last found.
    """

    __tablename__ = "ring_findings"
    __table_args__ = (CheckConstraint("(looked_at IS NULL) = (looked_at_by_id IS NULL)", name="looked_at_by_somebody"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Choice("loop", "ring"))
    evidence: Mapped[dict[str, Any]]
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    looked_at: Mapped[datetime | None]
    looked_at_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(Words(LONGEST_NOTE), default="")

    looked_at_by: Mapped[Person | None] = relationship()
    members: Mapped[list[RingMember]] = relationship(order_by="RingMember.id", cascade="all, delete-orphan")


@unseen_by_visitors
class RingMember(Model):
    """Somebody in a ring, or an organisation whose people are."""

    __tablename__ = "ring_members"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="person_or_organisation"),
        Index("ix_ring_members_finding", "finding_id"),
        Index("ix_ring_members_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("ring_findings.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    confirms: Mapped[bool]
    is_confirmed: Mapped[bool]

    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
