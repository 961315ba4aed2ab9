"""The clock is set (R8): an hour back, a day on, over the changes of summer time and a leap day.

    ./dev bench faults_clock

The application asks one function for the time (app/clock.py), which is moved here; leap seconds are smeared by the
systems that keep the time. Each figure counts over all these moves what should not happen: sessions and tokens that
come back to life, jobs that run twice in their pause or not at all, facts and letters that wait for a time that was,
limits that let more than twice as many through. The control goes by the clock alone, as the application once did.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.accounts.models import Session
from app.accounts.sessions import end_expired
from app.db import db, transaction
from app.errors import TooMany
from app.outbox import deliver
from app.outbox.models import Delivery
from app.outbox.schedule import Job, enter_in_timetable, run_due_jobs
from app.web import throttle
from bench._figures import conclude, control, state
from bench._server import be_quiet, bench_config, databases
from tests.accounts import make as accounts
from tests.cast import sign_in
from tests.outbox.happenings import reaction, ring, wired, write_a_letter
from tests.support.databases import RunDatabase, at_database, create_app

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MOVES = {
    "one hour back": (START, timedelta(hours=-1)),
    "one day on": (START, timedelta(days=1)),
    "one day back": (START, timedelta(days=-1)),
    "into summer time": (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), timedelta(seconds=2)),
    "out of summer time": (datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC), timedelta(seconds=2)),
    "leap day": (datetime(2028, 2, 28, 23, 59, 59, tzinfo=UTC), timedelta(seconds=2)),
}
PAUSE_S = 60


def main() -> None:
    """Measure both databases."""
    argparse.ArgumentParser(prog="./dev bench faults_clock").parse_args()
    for name, url in databases().items():
        with _application(url) as app:
            revived = sum(_is_revived(app, move) for move in MOVES.values())
            state(
                "R8",
                f"{name}: sessions that ran out and came back, {len(MOVES)} moves",
                str(revived),
                "0",
                revived == 0,
            )
            jobs = [_runs(f"bench.{number}", move) for number, move in enumerate(MOVES.values())]
            held = all(at_once <= 1 and later == 1 for at_once, later in jobs)
            state("R8", f"{name}: runs of a job at once and one pause after a move", str(jobs), "0 or 1, then 1", held)
            waiting = sum(_waits(app, number, move) for number, move in enumerate(MOVES.values()))
            state("R8", f"{name}: facts that wait for a time that was", str(waiting), "0", waiting == 0)
            most = max(_passed(number, move) for number, move in enumerate(MOVES.values()))
            limit = throttle.LIMITS["sign_in_by_account"].most
            state("R8", f"{name}: tries that pass a limit of {limit}", str(most), f"<= {2 * limit}", most <= 2 * limit)
            told, fails = _control(app)
            control("R8", f"{name}: sessions that nobody ended", told, fails=fails)
    conclude()


@contextmanager
def _application(url: str) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory(prefix="samen-bench-") as folder:
        run = RunDatabase(url, Path(folder))
        config = bench_config(Path(folder))
        try:
            run.migrate(config)
            app = create_app(replace(config, database_url=run.url))
            with app.app_context(), at_database(run.url):
                be_quiet()
                yield app
        finally:
            run.close()


def _is_revived(app: Flask, move: tuple[datetime, timedelta], *, ends: bool = True) -> bool:
    """Let a session run out, end what ran out, and move the clock back to before its end."""
    start, by = move
    with time_machine.travel(start, tick=False) as now:
        client = app.test_client()
        sign_in(client, accounts.person("Somebody"))
        db.session.commit()
        if not _is_let_in(app, client):
            raise SystemExit("who signs in is not signed in: nothing was measured")
        with transaction() as session:
            newest = session.scalars(sa.select(Session).order_by(Session.id.desc()).limit(1)).one()
            newest.expires_at = clock.now() + timedelta(minutes=1)
        now.shift(abs(by) + timedelta(minutes=2))
        if ends:
            end_expired()
        now.shift(-abs(by) - timedelta(minutes=2))
        return _is_let_in(app, client)


def _is_let_in(app: Flask, client: FlaskClient) -> bool:
    # In a context of its own: what one request found out about the reader must not answer the next one.
    with app.app_context():
        return client.get("/settings/sessions").status_code == 200


def _runs(name: str, move: tuple[datetime, timedelta]) -> tuple[int, int]:
    """Return how often a job, which just ran, runs right after a move at most once, and then in one pause."""
    start, by = move
    ran: list[datetime] = []
    jobs = [Job(name, PAUSE_S, lambda: ran.append(clock.now()))]
    with time_machine.travel(start, tick=False) as now:
        enter_in_timetable(jobs)
        run_due_jobs(jobs, "a worker")
        now.shift(by)
        for _turn in range(5):
            run_due_jobs(jobs, "a worker")
        at_once = len(ran) - 1
        now.shift(PAUSE_S)
        for _turn in range(5):
            run_due_jobs(jobs, "a worker")
    return at_once, len(ran) - 1 - at_once


def _waits(app: Flask, number: int, move: tuple[datetime, timedelta]) -> bool:
    """Record a fact that a worker claims and dies with; move the clock; say whether another one leaves it for long."""
    start, by = move
    with wired(app, reaction(write_a_letter)), time_machine.travel(start, tick=False) as now:
        with transaction():
            ring(number)
        deliver.claim("dead", limit=10)
        now.shift(by)
        deliver.deliver_due("living")
        now.shift(deliver.LEASE + timedelta(seconds=1))
        deliver.deliver_due("living")
    db.session.rollback()
    return bool(db.session.scalar(sa.select(sa.func.count()).where(Delivery.done_at.is_(None))))


def _passed(number: int, move: tuple[datetime, timedelta]) -> int:
    """Return how many tries pass, at one moment before the move and one after it, there and back again."""
    start, by = move
    passed = 0
    with time_machine.travel(start, tick=False) as now:
        for shift in (timedelta(), by, -by):
            now.shift(shift)
            for _try in range(throttle.LIMITS["sign_in_by_account"].most * 2):
                try:
                    throttle.count("sign_in_by_account", f"somebody {number}")
                except TooMany:
                    continue
                passed += 1
    return passed


def _control(app: Flask) -> tuple[str, bool]:
    db.session.rollback()
    revived = sum(_is_revived(app, move, ends=False) for move in MOVES.values())
    return f"{revived} of {len(MOVES)} come back", revived > 0


if __name__ == "__main__":
    main()
