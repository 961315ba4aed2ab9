"""The tables of the outbox: facts that never change, deliveries that are due, and jobs on a timetable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words


@unseen_by_visitors
class DomainEvent(Model):
    """One fact. Triggers in the database refuse UPDATE and DELETE."""

    __tablename__ = "domain_events"
    __table_args__ = (
        Index("ix_domain_events_kind_recorded", "kind", "recorded_at", "id"),
        Index("ix_domain_events_request", "help_request_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Words(60))
    version: Mapped[int]
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(Choice("visitor", "person", "token", "device", "import", "system"))
    actor_id: Mapped[int | None]
    acting_for_organisation_id: Mapped[int | None]
    through_organisation_id: Mapped[int | None]
    representing_person_id: Mapped[int | None]
    help_request_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(Words(20))
    source: Mapped[str | None] = mapped_column(Words(80))
    causation_id: Mapped[int | None]
    payload: Mapped[dict[str, Any]]


@unseen_by_visitors
class Delivery(Model):
    """One fact on its way to one reaction. Done, dead, or due at `due_at`; claimed while `lease_until` lies ahead."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "reaction"),
        Index(
            "ix_deliveries_open",
            "due_at",
            "id",
            sqlite_where=text("done_at IS NULL AND dead_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND dead_at IS NULL"),
        ),
        Index(
            "ix_deliveries_dead",
            "dead_at",
            sqlite_where=text("dead_at IS NOT NULL"),
            postgresql_where=text("dead_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("domain_events.id"))
    reaction: Mapped[str] = mapped_column(Words(80))
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None] = mapped_column(Words(60))
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Words(2000))

    event: Mapped[DomainEvent] = relationship()


@unseen_by_visitors
class ScheduledJob(Model):
    """When a job of `wiring.SCHEDULE` runs next, and how the last run went."""

    __tablename__ = "scheduled_jobs"

    name: Mapped[str] = mapped_column(Words(80), primary_key=True)
    due_at: Mapped[datetime]
    leased_by: Mapped[str | None] = mapped_column(Words(60))
    lease_until: Mapped[datetime | None]
    last_run_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Words(2000))
    runs: Mapped[int] = mapped_column(default=0)
