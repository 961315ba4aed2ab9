"""PlannedPart and PartCase: how one request that was made for a bundle goes to several organisations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models.cases import Case
from app.cases.together import OUTCOMES, PART_STATES
from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words
from app.marketplace.lengths import LONGEST_REASON
from app.marketplace.models.services import Service


@unseen_by_visitors
class PlannedPart(Model):
    """One part of a request for a bundle, as the bundle was when it was asked for.

    `needs` are the positions of the parts that come first. Everything from `state` on is computed from the cases that
    were opened for it (`app.cases.together`) and kept here to be found. With `dropped_at` the customer arranges it
    herself.
    """

    __tablename__ = "planned_parts"
    __table_args__ = (UniqueConstraint("whole_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    whole_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    position: Mapped[int]
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    needs: Mapped[list[int]] = mapped_column(default=list)
    consequence: Mapped[str] = mapped_column(Words(LONGEST_REASON), default="")
    dropped_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(Choice(*PART_STATES), default="waiting")
    state_since: Mapped[datetime]

    service: Mapped[Service] = relationship()


@unseen_by_visitors
class PartCase(Model):
    """A case that one organisation was given for a part; several where another provider was asked as well.

    Without an `outcome` it goes on; `left` means that the customer went on without it.
    """

    __tablename__ = "part_cases"
    __table_args__ = (
        Index("ix_part_cases_part", "planned_part_id", "case_id"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended_at_some_time"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    planned_part_id: Mapped[int] = mapped_column(ForeignKey("planned_parts.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    asked_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(Choice(*OUTCOMES))
    ended_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship()
    service: Mapped[Service] = relationship()
