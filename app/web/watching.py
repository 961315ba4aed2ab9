"""What is watched about the work that waits: queues, the worker, the disk. For the operators' page and for /metrics.

Figures of packages to the right come through `wiring.MEASURES`.
"""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select

from app import clock
from app.config import Config
from app.db import db
from app.mail import Letter
from app.outbox.models import Delivery, ScheduledJob

# Returns figures as they are now. It reads in the session of the request that asks.
Measure = Callable[[], Iterable[Metric]]

LATE = timedelta(minutes=5)
STATM = Path("/proc/self/statm")


@dataclass(frozen=True)
class Queue:
    """Something the worker works off."""

    due: int
    oldest_due_at: datetime | None
    dead: int

    def is_late(self, now: datetime) -> bool:
        """Say whether something should have been done long ago."""
        return self.oldest_due_at is not None and now - self.oldest_due_at > LATE


def deliveries() -> Queue:
    """Return how many facts wait for a reaction."""
    return _queue(Delivery, Delivery.done_at.is_(None))


def letters() -> Queue:
    """Return how many letters wait to be sent."""
    return _queue(Letter, Letter.sent_at.is_(None))


def worker_seen_at() -> datetime | None:
    """Return when any worker last ran a job; some are due every second."""
    return db.session.scalar(select(func.max(ScheduledJob.last_run_at)))


def disk() -> tuple[int, int]:
    """Return the free and all bytes of the disk that holds the installation's own files."""
    config: Config = current_app.extensions["samen.config"]
    usage = shutil.disk_usage(config.instance if config.instance.exists() else ".")
    return usage.free, usage.total


def measures() -> Iterable[Metric]:
    """Yield the figures of queues, worker and disk, then those of the packages to the right."""
    now = clock.now()
    waiting = GaugeMetricFamily("samen_waiting", "What the worker has still to do", labels=["queue"])
    oldest = GaugeMetricFamily("samen_oldest_waiting_seconds", "How late the oldest of it is", labels=["queue"])
    dead = GaugeMetricFamily("samen_dead", "What was given up after many tries", labels=["queue"])
    for name, queue in (("deliveries", deliveries()), ("letters", letters())):
        waiting.add_metric([name], queue.due)
        oldest.add_metric([name], _seconds_since(queue.oldest_due_at, now))
        dead.add_metric([name], queue.dead)
    yield from (waiting, oldest, dead)
    seen_at = worker_seen_at()
    if seen_at is not None:
        silence = _seconds_since(seen_at, now)
        yield GaugeMetricFamily("samen_worker_silence_seconds", "Since any worker last ran a job", silence)
    failing = select(func.count()).select_from(ScheduledJob).where(ScheduledJob.last_error.is_not(None))
    yield GaugeMetricFamily("samen_failing_jobs", "Jobs whose last run failed", db.session.scalar(failing) or 0)
    free, total = disk()
    yield GaugeMetricFamily(
        "samen_disk_free_ratio", "Free share of the disk with the installation's files", free / total
    )
    if STATM.exists():
        resident = int(STATM.read_text().split()[1]) * resource.getpagesize()
        yield GaugeMetricFamily("samen_process_resident_bytes", "Memory of the web process that answered", resident)
    for measure in current_app.extensions["samen.measures"]:
        yield from measure()


def _seconds_since(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())


def _queue(model: type[Delivery] | type[Letter], is_open: object) -> Queue:
    due, oldest = db.session.execute(
        select(func.count(), func.min(model.due_at)).where(is_open, model.dead_at.is_(None))  # type: ignore[arg-type]
    ).one()
    dead = db.session.scalar(select(func.count()).select_from(model).where(model.dead_at.is_not(None))) or 0
    return Queue(due, oldest, dead)
