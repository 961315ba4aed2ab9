"""A fact stands or falls with the change it tells of, and is never changed afterwards."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.actor import IMPORT
from app.db import transaction
from app.mail import Letter
from app.outbox.deliver import deliver_due
from app.outbox.models import Delivery, DomainEvent
from app.outbox.record import Reaction, event_row, record
from tests.accounts import make
from tests.cast import Cast, acting
from tests.outbox.happenings import BellRang, reaction, ring, wired, write_a_letter
from tests.support.clock import NOW
from tests.support.processes import killed_at_each_step


def test_fact_carries_who_when_and_for_whom(cast: Cast, database: Session) -> None:
    actor = acting(cast.agent, for_organisation=cast.waterworks)

    event_id = record(BellRang(number=7), by=actor, request_id=12, channel="api", source="a test")

    event = database.get_one(DomainEvent, event_id)
    assert (event.kind, event.version, event.payload) == ("test_bell_rang", 1, {"number": 7})
    assert (event.actor_kind, event.actor_id) == ("person", cast.agent.id)
    assert (event.acting_for_organisation_id, event.help_request_id) == (cast.waterworks.id, 12)
    assert (event.happened_at, event.recorded_at, event.channel, event.source) == (NOW, NOW, "api", "a test")


def test_importer_keeps_the_original_moment_and_delivers_nothing(app: Flask, database: Session) -> None:
    then = NOW - timedelta(days=900)
    row = event_row(
        BellRang(number=1),
        by=IMPORT,
        request_id=None,
        happened_at=then,
        recorded_at=NOW,
        channel="import",
        source="an archive",
    )

    with wired(app, reaction(write_a_letter)):
        database.execute(sa.insert(DomainEvent), [row])

    event = database.scalars(sa.select(DomainEvent)).one()
    assert (event.happened_at, event.recorded_at) == (then, NOW)
    assert database.scalar(sa.select(sa.func.count(Delivery.id))) == 0


def test_each_reaction_that_waits_for_the_kind_gets_one_delivery(app: Flask, database: Session) -> None:
    wanted, also = reaction(write_a_letter, "tests.one"), reaction(write_a_letter, "tests.two")
    other = Reaction("tests.other", ("test_everything",), write_a_letter)

    with wired(app, wanted, also, other):
        event_id = ring()

    due = database.execute(sa.select(Delivery.event_id, Delivery.reaction, Delivery.due_at)).all()
    assert sorted(due) == [(event_id, "tests.one", NOW), (event_id, "tests.two", NOW)]


def test_fact_of_a_reaction_names_its_cause(app: Flask, database: Session) -> None:
    def ring_again(happening) -> None:
        if happening.fact.number == 1:
            ring(2)

    with wired(app, reaction(ring_again)):
        first = ring(1)
        database.commit()
        deliver_due("a worker")

    rows = database.execute(sa.select(DomainEvent.payload, DomainEvent.causation_id))
    causes = {payload["number"]: cause for payload, cause in rows}
    assert causes == {1: None, 2: first}


@pytest.mark.commits
def test_rolled_back_change_leaves_no_fact(app: Flask, database: Session) -> None:
    def change_and_fail() -> None:
        with transaction():
            make.person("Nobody")
            ring()
            raise LookupError

    with wired(app, reaction(write_a_letter)), pytest.raises(LookupError):
        change_and_fail()

    assert counts(database) == (0, 0, 0)


@pytest.mark.commits
def test_killed_at_any_step_change_fact_and_delivery_are_all_there_or_none(app: Flask, database: Session) -> None:
    def change() -> None:
        with transaction():
            make.person(handle=f"somebody-{uuid.uuid4().hex[:20]}")  # forks count alike
            ring()

    there = [0]
    with wired(app, reaction(write_a_letter)):
        for _step in killed_at_each_step(app, change):
            people, events, deliveries = counts(database)
            assert people == events == deliveries
            there.append(people)
    assert there[1] == 0, "killed at the first step, and yet something is there"
    assert there[-1] > 0, "killed after the commit, and yet nothing is there"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE domain_events SET actor_id = 1",
        "UPDATE domain_events SET payload = '{}'",
        "DELETE FROM domain_events",
    ],
)
def test_database_refuses_to_change_a_fact(database: Session, statement: str) -> None:
    ring()

    with pytest.raises(DatabaseError, match="facts are never changed"), database.begin_nested():
        database.execute(sa.text(statement))

    assert database.scalar(sa.select(DomainEvent.payload)) == {"number": 1}


def test_database_refuses_to_replace_or_empty_facts(database: Session) -> None:
    """TRUNCATE is PostgreSQL's way past row triggers, REPLACE is SQLite's."""
    ring()
    replacing = "REPLACE INTO domain_events SELECT * FROM domain_events"
    emptying = "TRUNCATE domain_events CASCADE"
    is_sqlite = database.get_bind().dialect.name == "sqlite"

    with pytest.raises(DatabaseError, match="facts are never changed"), database.begin_nested():
        database.execute(sa.text(replacing if is_sqlite else emptying))

    assert database.scalar(sa.select(sa.func.count(DomainEvent.id))) == 1


def counts(session: Session) -> tuple[int, int, int]:
    """Return how many people, facts and deliveries there are."""
    session.rollback()
    return tuple(session.scalar(sa.select(sa.func.count()).select_from(of)) for of in (Person, DomainEvent, Delivery))


def test_a_reaction_at_once_shares_the_transaction_and_has_no_delivery(app: Flask, database: Session) -> None:
    listener = Reaction("tests.at_once", ("test_bell_rang",), write_a_letter, at_once=True)
    with wired(app, listener):
        kept = ring(4)
        undone = database.begin_nested()
        ring(5)
        undone.rollback()

    assert [letter.subject for letter in database.scalars(sa.select(Letter))] == ["Bell 4"]
    assert database.scalar(sa.select(sa.func.count(Delivery.id))) == 0
    assert database.get(DomainEvent, kept) is not None
