"""Deliveries: at least once, one worker at a time, and a failure is never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.mail import Letter
from app.outbox import deliver
from app.outbox.models import Delivery, DomainEvent
from app.outbox.record import Happening
from tests.outbox.happenings import reaction, ring, wired, write_a_letter
from tests.support.clock import NOW
from tests.support.processes import killed_at_each_step, together

Clock = time_machine.Traveller


def fail(happening: Happening) -> None:
    raise RuntimeError("the other side does not answer")


def letters(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count(Letter.id))) or 0


def only_delivery(session: Session) -> Delivery:
    session.rollback()
    return session.scalars(sa.select(Delivery)).one()


def test_due_delivery_runs_once_and_is_done(app: Flask, database: Session) -> None:
    with wired(app, reaction(write_a_letter)):
        ring(5)
        database.commit()
        first, second = deliver.deliver_due("a worker"), deliver.deliver_due("a worker")

    assert (first, second) == (1, 0)
    assert letters(database) == 1
    assert only_delivery(database).done_at == NOW


def test_reaction_sees_the_fact_and_its_envelope(app: Flask, database: Session) -> None:
    seen: list[Happening] = []

    with wired(app, reaction(seen.append)):
        event_id = ring(5)
        database.commit()
        deliver.deliver_due("a worker")

    (happening,) = seen
    assert (happening.event_id, happening.fact.number, happening.actor_kind) == (event_id, 5, "system")


def test_of_two_workers_one_claims(app: Flask, database: Session) -> None:
    with wired(app, reaction(write_a_letter)):
        ring()
        database.commit()

        assert len(deliver.claim("first", limit=10)) == 1
        assert deliver.claim("second", limit=10) == []


def test_claim_takes_no_more_than_its_limit_oldest_first(app: Flask, database: Session, clock: Clock) -> None:
    with wired(app, reaction(write_a_letter)):
        for number in range(5):
            ring(number)
            clock.shift(1)
        database.commit()

        assert [len(deliver.claim("a worker", limit=2)) for _turn in range(4)] == [2, 2, 1, 0]


def test_lease_of_a_dead_worker_runs_out(app: Flask, database: Session, clock: Clock) -> None:
    with wired(app, reaction(write_a_letter)):
        ring()
        database.commit()
        (delivery_id,) = deliver.claim("dead", limit=10)

        clock.shift(deliver.LEASE - timedelta(seconds=1))
        assert deliver.claim("living", limit=10) == []
        clock.shift(2)
        assert deliver.claim("living", limit=10) == [delivery_id]


def test_worker_that_wakes_up_after_its_lease_does_nothing(app: Flask, database: Session, clock: Clock) -> None:
    with wired(app, reaction(write_a_letter)):
        ring()
        database.commit()
        (delivery_id,) = deliver.claim("slow", limit=10)
        clock.shift(deliver.LEASE + timedelta(seconds=1))

        deliver.deliver(delivery_id, "slow")
        assert letters(database) == 0
        deliver.claim("quick", limit=10)
        deliver.deliver(delivery_id, "slow")
        assert letters(database) == 0
        deliver.deliver(delivery_id, "quick")
        assert letters(database) == 1


def test_fact_from_before_the_clock_was_set_back_is_delivered_at_once(app, database, clock: Clock) -> None:
    """R8: neither when it was due nor a lease of that time holds it up; a pause after a failure does."""
    with wired(app, reaction(write_a_letter)):
        ring()
        database.commit()
        deliver.claim("dead", limit=10)
        clock.shift(-3600)

        assert deliver.deliver_due("living") == 1

    assert letters(database) == 1


def test_failure_backs_off_by_powers_of_two_and_dies_at_the_eighth(app: Flask, database: Session, clock: Clock) -> None:
    pauses = []

    with wired(app, reaction(fail)):
        ring()
        database.commit()
        while only_delivery(database).dead_at is None:
            clock.move_to(only_delivery(database).due_at)
            tried_at = only_delivery(database).due_at
            assert deliver.deliver_due("a worker") == 1
            pauses.append((only_delivery(database).due_at - tried_at).total_seconds())
        clock.shift(timedelta(days=30))
        assert deliver.deliver_due("a worker") == 0

    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256]
    assert only_delivery(database).error == "RuntimeError: the other side does not answer"


def test_failed_reaction_leaves_nothing_behind(app: Flask, database: Session) -> None:
    def write_and_fail(happening: Happening) -> None:
        write_a_letter(happening)
        raise RuntimeError

    with wired(app, reaction(write_and_fail)):
        ring()
        database.commit()
        deliver.deliver_due("a worker")

    assert letters(database) == 0
    assert only_delivery(database).tries == 1


@pytest.mark.parametrize("words", ["a\x00b", "\ud800", "x" * 5000, "\x1b[31m"])
def test_whatever_an_error_says_it_can_be_kept(app: Flask, database: Session, words: str) -> None:
    def fail_with_words(happening: Happening) -> None:
        raise RuntimeError(words)

    with wired(app, reaction(fail_with_words)):
        ring()
        database.commit()
        deliver.deliver_due("a worker")

    assert (only_delivery(database).error or "").startswith("RuntimeError: ")


def test_reaction_that_breaks_a_statement_does_not_break_the_worker(app: Flask, database: Session) -> None:
    def break_a_statement(happening: Happening) -> None:
        from app.db import db

        db.session.execute(sa.text("SELECT nothing FROM nowhere"))

    with wired(app, reaction(break_a_statement)):
        ring()
        database.commit()
        assert deliver.deliver_due("a worker") == 1

    assert only_delivery(database).tries == 1


def test_delivery_to_an_unknown_reaction_waits_with_its_error(app: Flask, database: Session) -> None:
    with wired(app, reaction(write_a_letter, "tests.gone")):
        ring()
        database.commit()

    deliver.deliver_due("a worker")

    assert "tests.gone" in (only_delivery(database).error or "")


def test_dead_delivery_can_be_tried_again(app: Flask, database: Session) -> None:
    with wired(app, reaction(write_a_letter)):
        ring()
        delivery = database.scalars(sa.select(Delivery)).one()
        delivery.dead_at, delivery.tries = NOW, 8
        database.commit()

        assert deliver.deliver_due("a worker") == 0
        assert deliver.retry_dead(delivery.id)
        assert not deliver.retry_dead(delivery.id)
        assert deliver.deliver_due("a worker") == 1

    assert letters(database) == 1


def test_replay_serves_a_reaction_that_was_added_later(app: Flask, database: Session, clock: Clock) -> None:
    later = reaction(write_a_letter, "tests.later")
    ring(1)
    clock.shift(60)
    since = NOW + timedelta(seconds=60)
    for number in (2, 3, 4):
        ring(number)
    database.commit()

    with wired(app, later):
        assert deliver.replay(later, since=since, batch=2) == 3
        assert deliver.replay(later, since=since) == 0
        deliver.deliver_due("a worker")

    assert letters(database) == 3


def test_fact_of_an_older_version_reaches_the_reaction_raised(app: Flask, database: Session) -> None:
    older = {"yes": True, "share": 1.0, "at": None, "weather": "dry", "code": "x"}
    event = DomainEvent(
        kind="test_everything",
        version=2,
        happened_at=NOW,
        recorded_at=NOW,
        actor_kind="system",
        channel="web",
        payload=older,
    )
    database.add(event)
    database.flush()

    assert deliver.happening(event).fact.side == "left"


@pytest.mark.commits
def test_killed_at_any_step_the_effect_comes_once(app: Flask, database: Session, clock: Clock) -> None:
    """R1; from the form to the index and the notice: ./dev bench faults_outbox."""
    expected = 0
    with wired(app, reaction(write_a_letter)):
        ring()
        database.commit()
        for _step in killed_at_each_step(app, lambda: deliver.deliver_due("killed")):
            clock.shift(deliver.LEASE + timedelta(seconds=1))
            deliver.deliver_due("heir")
            expected += 1
            assert letters(database) == expected
            ring(expected)
            database.commit()

    assert expected > 5


@pytest.mark.commits
def test_two_workers_share_the_work_and_do_nothing_twice(app: Flask, database: Session) -> None:
    def work_until_all_is_done(number: int) -> int:
        done = 0
        while claimed := deliver.deliver_due(f"worker {number}", limit=3):
            done += claimed
        return done

    with wired(app, reaction(write_a_letter)):
        for number in range(60):
            ring(number)
        database.commit()
        shares = together(app, work_until_all_is_done, processes=2)

    assert sum(shares) == 60
    subjects = database.scalars(sa.select(Letter.subject)).all()
    assert sorted(subjects) == sorted(f"Bell {number}" for number in range(60))
