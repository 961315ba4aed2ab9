"""The worker: deliver facts, run due jobs, sleep a little, until told to stop. Several may run at once.

Killed at any point it loses nothing: what it had claimed becomes free again when the lease ends.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading

import click
import structlog
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app import wiring
from app.db import db, is_away, is_full
from app.outbox.deliver import deliver_due
from app.outbox.schedule import enter_in_timetable, run_due_jobs

IDLE_S = 0.25
WHEN_DATABASE_IS_AWAY_S = 2.0

log = structlog.get_logger(__name__)


def work(stop: threading.Event, *, name: str | None = None) -> None:
    """Work until `stop` is set."""
    name = name or f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"[-60:]
    entered = False
    while not stop.is_set():
        try:
            if not entered:
                enter_in_timetable(wiring.SCHEDULE)
                entered = True
            busy = work_once(name)
        except (SQLAlchemyError, OSError) as error:
            if not (is_away(error) or is_full(error)):
                raise
            log.warning("database_away", error=str(getattr(error, "orig", error)))
            stop.wait(WHEN_DATABASE_IS_AWAY_S)
            continue
        finally:
            db.session.remove()
        if not busy:
            stop.wait(IDLE_S)


def work_once(name: str) -> bool:
    """Do one round; say whether there was anything to do. Tests call this instead of the loop."""
    delivered = deliver_due(name)
    ran = run_due_jobs(wiring.SCHEDULE, name)
    return delivered > 0 or ran > 0


@click.command("worker")
@with_appcontext
def worker_command() -> None:
    """Deliver facts and run due jobs until stopped."""
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda _number, _frame: stop.set())
    log.info("worker_started")
    work(stop)
    log.info("worker_stopped")
