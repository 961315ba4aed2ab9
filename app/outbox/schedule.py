"""Jobs on a timetable, as rows: whichever worker finds one due claims it, runs it, and sets the next time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import or_, select, update

from app import clock
from app.db import changed_rows, own_session, storable, transaction, upsert
from app.outbox.models import ScheduledJob

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Job:
    """Something to run every `every_s` seconds. It opens its own transactions and must be safe to repeat.

    `lease_s` is how long a run may take before another worker takes it for dead.
    """

    name: str
    every_s: float
    run: Callable[[], None]
    lease_s: float = 600.0


def enter_in_timetable(jobs: Iterable[Job]) -> None:
    """Add rows for jobs that have none yet, due at once. Called when a worker starts."""
    now = clock.now()
    with transaction() as session:
        for job in jobs:
            row = upsert(ScheduledJob).values(name=job.name, due_at=now, runs=0)
            session.execute(row.on_conflict_do_nothing(index_elements=["name"]))


def run_due_jobs(jobs: Iterable[Job], worker: str) -> int:
    """Run each job that is due and that no other worker holds; return how many ran."""
    # Look before claiming: an idle worker must not take SQLite's write lock at every turn.
    with own_session() as session:
        due = set(session.scalars(select(ScheduledJob.name).where(ScheduledJob.due_at <= clock.now())))
    return sum(_run_if_due(job, worker) for job in jobs if job.name in due)


def _run_if_due(job: Job, worker: str) -> bool:
    now = clock.now()
    with transaction() as session:
        taken = session.execute(
            update(ScheduledJob)
            .where(ScheduledJob.name == job.name, ScheduledJob.due_at <= now)
            .where(or_(ScheduledJob.lease_until.is_(None), ScheduledJob.lease_until < now))
            .values(leased_by=worker, lease_until=now + timedelta(seconds=job.lease_s))
        )
    if changed_rows(taken) != 1:
        return False
    error = None
    try:
        job.run()
    except Exception as raised:  # kept in the row and shown to operators
        error = storable(f"{type(raised).__name__}: {raised}", longest=2000)
        log.exception("job_failed", job=job.name)
    with transaction() as session:
        session.execute(
            update(ScheduledJob)
            .where(ScheduledJob.name == job.name, ScheduledJob.leased_by == worker)
            .values(
                lease_until=None,
                due_at=clock.now() + timedelta(seconds=job.every_s),
                last_run_at=now,
                last_error=error,
                runs=ScheduledJob.runs + 1,
            )
        )
    return True
