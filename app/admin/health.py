"""How the installation is: each part in one line, with how worrying it is. Reads, and asks nobody outside."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select

from app import clock
from app.actor import Actor
from app.admin.policy import can_run
from app.config import Config
from app.db import db
from app.mail import Letter
from app.outbox.models import Delivery, ScheduledJob
from app.search.queries import IndexHealth, index_health
from app.search.services import stale_count
from app.verdict import require

# Some jobs run every second; a worker that ran none for this long is away or stuck.
QUIET = timedelta(minutes=1)
LATE = timedelta(minutes=5)
LEAST_FREE = 0.05


@dataclass(frozen=True)
class Queue:
    """Something the worker works off."""

    due: int
    oldest_due_at: datetime | None
    dead: int

    def is_late(self, now: datetime) -> bool:
        """Say whether something should have been done long ago."""
        return self.oldest_due_at is not None and now - self.oldest_due_at > LATE


@dataclass(frozen=True)
class Health:
    """What operators look at first."""

    database: str
    worker_seen_at: datetime | None
    is_worker_away: bool
    deliveries: Queue
    letters: Queue
    shows_letters: bool
    index: IndexHealth
    stale_documents: int
    disk_free_bytes: int
    disk_bytes: int
    jobs: Sequence[ScheduledJob]
    now: datetime

    @property
    def is_disk_full(self) -> bool:
        return self.disk_free_bytes < LEAST_FREE * self.disk_bytes


def health_for(viewer: Actor) -> Health:
    """Return how everything is. Raises NotAllowed for who does not run this installation."""
    require(can_run(viewer))
    config: Config = current_app.extensions["samen.config"]
    now = clock.now()
    jobs = db.session.scalars(select(ScheduledJob).order_by(ScheduledJob.name)).all()
    seen_at = max((job.last_run_at for job in jobs if job.last_run_at is not None), default=None)
    disk = shutil.disk_usage(config.instance if config.instance.exists() else ".")
    return Health(
        database=db.engine.dialect.name,
        worker_seen_at=seen_at,
        is_worker_away=seen_at is None or now - seen_at > QUIET,
        deliveries=_queue(Delivery, Delivery.done_at.is_(None)),
        letters=_queue(Letter, Letter.sent_at.is_(None)),
        shows_letters=config.shows_letters,
        index=index_health(),
        stale_documents=stale_count(),
        disk_free_bytes=disk.free,
        disk_bytes=disk.total,
        jobs=jobs,
        now=now,
    )


def _queue(model: type[Delivery] | type[Letter], is_open: object) -> Queue:
    due, oldest = db.session.execute(
        select(func.count(), func.min(model.due_at)).where(is_open, model.dead_at.is_(None))  # type: ignore[arg-type]
    ).one()
    dead = db.session.scalar(select(func.count()).select_from(model).where(model.dead_at.is_not(None))) or 0
    return Queue(due, oldest, dead)
