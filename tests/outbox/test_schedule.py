"""Jobs on a timetable: run when due, by one worker, whatever became of the last run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.db import transaction
from app.mail import Letter, queue_letter
from app.outbox.alone import alone
from app.outbox.models import ScheduledJob
from app.outbox.schedule import Job, enter_in_timetable, run_due_jobs
from tests.support.clock import NOW
from tests.support.processes import FORK, together

Clock = time_machine.Traveller


def job(run: Callable[[], None], every_s: float = 60) -> Job:
    return Job("tests.count", every_s, run)


def row(session: Session) -> ScheduledJob:
    session.rollback()
    return session.get_one(ScheduledJob, "tests.count")


def test_job_runs_when_due_and_then_after_its_pause(database: Session, clock: Clock) -> None:
    runs: list[int] = []
    jobs = [job(lambda: runs.append(1))]
    enter_in_timetable(jobs)

    assert [run_due_jobs(jobs, "a worker"), run_due_jobs(jobs, "a worker")] == [1, 0]
    clock.shift(59)
    assert run_due_jobs(jobs, "a worker") == 0
    clock.shift(1)
    assert run_due_jobs(jobs, "a worker") == 1

    assert (len(runs), row(database).runs) == (2, 2)


def test_starting_again_does_not_make_a_job_due(database: Session) -> None:
    jobs = [job(lambda: None)]
    enter_in_timetable(jobs)
    run_due_jobs(jobs, "a worker")

    enter_in_timetable(jobs)

    assert row(database).due_at == NOW + timedelta(seconds=60)


@pytest.mark.parametrize("words", ["the disk is full", "a\x00b\ud800", "x" * 5000])
def test_failed_job_keeps_its_error_and_runs_again(database: Session, clock: Clock, words: str) -> None:
    def fail() -> None:
        raise RuntimeError(words)

    jobs = [job(fail)]
    enter_in_timetable(jobs)

    assert run_due_jobs(jobs, "a worker") == 1
    assert (row(database).last_error or "").startswith("RuntimeError: ")
    clock.shift(60)
    assert run_due_jobs([job(lambda: None)], "a worker") == 1
    assert row(database).last_error is None


def test_job_of_a_dead_worker_runs_after_its_lease(database: Session, clock: Clock) -> None:
    jobs = [Job("tests.count", 60, lambda: None, lease_s=100)]
    enter_in_timetable(jobs)
    database.execute(sa.update(ScheduledJob).values(leased_by="dead", lease_until=NOW + timedelta(seconds=100)))
    database.commit()

    assert run_due_jobs(jobs, "living") == 0
    clock.shift(101)
    assert run_due_jobs(jobs, "living") == 1


@pytest.mark.commits
def test_of_four_workers_one_runs_the_job(app: Flask, database: Session) -> None:
    def write() -> None:
        with transaction():
            queue_letter(to="a@example.org", subject="Ran", body=".", language="en", message_id="ran@t")

    def start_and_work(number: int) -> int:
        jobs = [job(write)]
        enter_in_timetable(jobs)
        return run_due_jobs(jobs, f"worker {number}")

    assert sum(together(app, start_and_work, processes=4)) == 1
    assert database.scalar(sa.select(sa.func.count(Letter.id))) == 1


class TestClockThatIsSet:
    """R8: no job runs twice at once, none waits for a time that was."""

    def test_job_waits_one_pause_and_no_longer_when_the_clock_goes_back(self, database: Session, clock: Clock) -> None:
        runs: list[int] = []
        jobs = [job(lambda: runs.append(1))]
        enter_in_timetable(jobs)
        run_due_jobs(jobs, "a worker")

        clock.shift(-3600)
        assert run_due_jobs(jobs, "a worker") == 0, "its time has not come again"
        clock.shift(59)
        assert run_due_jobs(jobs, "a worker") == 0
        clock.shift(1)
        assert run_due_jobs(jobs, "a worker") == 1
        assert len(runs) == 2

    def test_lease_from_before_the_clock_went_back_holds_nobody_up(self, database: Session, clock: Clock) -> None:
        jobs = [Job("tests.count", 60, lambda: None, lease_s=100)]
        enter_in_timetable(jobs)
        database.execute(sa.update(ScheduledJob).values(leased_by="dead", lease_until=NOW + timedelta(seconds=100)))
        database.commit()

        clock.shift(-86_400)
        run_due_jobs(jobs, "living")
        clock.shift(60)

        assert run_due_jobs(jobs, "living") == 1

    @pytest.mark.commits
    def test_running_job_is_not_begun_again_when_the_clock_goes_on_a_day(self, app: Flask, database: Session) -> None:
        begun, tried = FORK.Event(), FORK.Event()

        def begin() -> None:
            begun.set()
            assert tried.wait(20)

        def work(number: int) -> int:
            if number == 0:
                return run_due_jobs([job(begin)], "early")
            assert begun.wait(20)
            with time_machine.travel(NOW + timedelta(days=1)):
                ran = run_due_jobs([job(begin)], "late")
            tried.set()
            return ran

        enter_in_timetable([job(begin)])

        assert together(app, work, processes=2) == [1, 0]
        assert row(database).runs == 1


@pytest.mark.commits
def test_of_two_processes_one_is_alone(app: Flask, database: Session) -> None:
    inside, looked = FORK.Event(), FORK.Event()

    def ask(number: int) -> list[bool]:
        seen = []
        if number == 0:
            with alone("one thing") as is_alone:
                inside.set()
                assert looked.wait(20)
                return [is_alone]
        assert inside.wait(20)
        for name in ("one thing", "another"):
            with alone(name) as is_alone:
                seen.append(is_alone)
        looked.set()
        return seen

    assert together(app, ask, processes=2) == [[True], [False, True]]
    with alone("one thing") as is_alone:
        assert is_alone, "who was inside has left"
