"""Jobs on a timetable, as rows: whichever worker finds one due claims it, runs it, and sets the next time.

The row says who has it and until when. That is by the clock, which may be set; so whoever runs a job also holds a lock
of the system's that goes by no clock (app.outbox.alone). What is due further ahead than a job's pause is from before
the clock was set back, and is due after one pause instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update

from app import clock
from app.db import changed_rows, is_unleased, own_session, storable, transaction, upsert
from app.outbox.alone import alone
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
        due_at = {row.name: row.due_at for row in session.execute(select(ScheduledJob.name, ScheduledJob.due_at))}
    now, ran = clock.now(), 0
    for job in jobs:
        if job.name not in due_at:
            continue
        if due_at[job.name] > now + timedelta(seconds=job.every_s):
            _bring_forward(job, now)
        elif due_at[job.name] <= now:
            with alone(f"job {job.name}") as is_alone:
                ran += is_alone and _run_if_due(job, worker)
    return ran


def _bring_forward(job: Job, now: datetime) -> None:
    soonest = now + timedelta(seconds=job.every_s)
    with transaction() as session:
        session.execute(
            update(ScheduledJob)
            .where(ScheduledJob.name == job.name, ScheduledJob.due_at > soonest)
            .values(due_at=soonest, lease_until=None)
        )


def _run_if_due(job: Job, worker: str) -> bool:
    now = clock.now()
    lease = timedelta(seconds=job.lease_s)
    with transaction() as session:
        taken = session.execute(
            update(ScheduledJob)
            .where(ScheduledJob.name == job.name, ScheduledJob.due_at <= now)
            .where(is_unleased(ScheduledJob.lease_until, now, lease))
            .values(leased_by=worker, lease_until=now + lease)
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
