"""How the installation is: each part in one line, with how worrying it is. Reads, and asks nobody outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from app import clock
from app.actor import Actor
from app.admin.policy import can_run
from app.config import Config
from app.db import db
from app.outbox.models import ScheduledJob
from app.search.growing import is_outgrown
from app.search.queries import IndexHealth, index_health
from app.search.services import stale_count
from app.verdict import require
from app.web import watching
from app.web.watching import Queue

# Some jobs run every second; a worker that ran none for this long is away or stuck.
QUIET = timedelta(minutes=1)
LEAST_FREE = 0.05


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
    def is_index_outgrown(self) -> bool:
        """Whether the community has become larger than its search engine is good for (docs/deployment.md)."""
        return self.index.status is not None and is_outgrown(self.index.status)

    @property
    def is_disk_full(self) -> bool:
        return self.disk_free_bytes < LEAST_FREE * self.disk_bytes


def health_for(viewer: Actor) -> Health:
    """Return how everything is. Raises NotAllowed for who does not run this installation."""
    require(can_run(viewer))
    config: Config = current_app.extensions["samen.config"]
    now = clock.now()
    jobs = db.session.scalars(select(ScheduledJob).order_by(ScheduledJob.name)).all()
    seen_at = watching.worker_seen_at()
    free, total = watching.disk()
    return Health(
        database=db.engine.dialect.name,
        worker_seen_at=seen_at,
        is_worker_away=seen_at is None or now - seen_at > QUIET,
        deliveries=watching.deliveries(),
        letters=watching.letters(),
        shows_letters=config.shows_letters,
        index=index_health(),
        stale_documents=stale_count(),
        disk_free_bytes=free,
        disk_bytes=total,
        jobs=jobs,
        now=now,
    )
