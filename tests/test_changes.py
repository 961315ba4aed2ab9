"""The mark changes with what visitors can see: in the same transaction, whoever writes and however."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.changes import READ, changes_something_seen, unseen_tables
from app.db import Base, db, own_session, transaction
from app.sitesettings.models import StoredSetting
from app.web.throttle import ThrottleCounter
from tests.accounts import make as accounts
from tests.support.processes import together

pytestmark = pytest.mark.commits


def mark() -> str | None:
    with own_session() as session:
        return session.execute(sa.text(READ)).scalar()


def person(handle: str = "vera") -> None:
    with transaction():
        accounts.person("Vera Visible", email=f"{handle}@example.org", handle=handle)


def test_every_change_of_something_seen_makes_another_mark(database: Session) -> None:
    seen = [mark()]
    person()
    seen.append(mark())
    with transaction():
        database.execute(sa.update(Base.metadata.tables["people"]).values(bio="Something."))
    seen.append(mark())
    with own_session() as session, transaction(session):
        session.execute(sa.text("DELETE FROM settings"))
    seen.append(mark())
    with db.engine.begin() as connection:
        connection.execute(sa.insert(StoredSetting).values(name="x", value="y", changed_at=sa.func.current_timestamp()))
    seen.append(mark())

    assert seen[0] is None
    assert len(set(seen)) == 5


def test_reading_and_what_nobody_sees_leave_the_mark(database: Session) -> None:
    person()
    before = mark()

    with transaction():
        database.execute(sa.text("SELECT * FROM people"))
    with transaction():
        database.execute(sa.delete(ThrottleCounter))

    assert mark() == before


def test_change_that_is_rolled_back_leaves_the_mark(database: Session) -> None:
    person()
    before = mark()

    accounts.person("Nobody")
    database.flush()
    database.rollback()
    with transaction():  # on the same connection, which has forgotten
        database.execute(sa.text("SELECT 1"))

    assert mark() == before


def test_a_connection_that_broke_can_be_given_up(database: Session) -> None:
    with db.engine.connect() as connection, connection.begin() as doing:
        connection.execute(sa.text("SELECT 1"))
        connection.invalidate()

        doing.rollback()

        assert not doing.is_active


def test_whoever_sees_the_mark_sees_the_change(app: Flask, database: Session) -> None:
    """Eight processes write: each mark that a reader meets belongs to at least as many rows as it met before."""
    person()

    def work(number: int) -> list[tuple[str | None, int]]:
        met = []
        for turn in range(15):
            if number < 4:
                person(f"vera-{number}-{turn}")
            else:
                with own_session() as session:
                    found = session.execute(sa.text(READ)).scalar()
                with own_session() as session:
                    met.append((found, session.execute(sa.text("SELECT count(*) FROM people")).scalar_one()))
        return met

    met = [each for mets in together(app, work, processes=8) for each in mets]
    final = mark()

    assert all(count == 61 for found, count in met if found == final)
    assert len({found for found, _count in met}) > 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO people (name) VALUES (?)",
        'insert into "people" (name) values (?)',
        "\n  UPDATE people SET name = ?",
        "DELETE FROM people",
        "REPLACE INTO people (id) VALUES (1)",
        "WITH gone AS (DELETE FROM people RETURNING id) SELECT count(*) FROM gone",
        "INSERT INTO a_table_of_tomorrow (id) VALUES (1)",
    ],
)
def test_writing_is_seen(statement: str) -> None:
    assert changes_something_seen(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT name FROM people",
        "WITH some AS (SELECT id FROM people) SELECT count(*) FROM some",
        "UPDATE throttle_counters SET count = 1",
        "PRAGMA user_version",
        "SELECT 'UPDATE people'",
    ],
)
def test_what_is_no_change_is_not(statement: str) -> None:
    assert not changes_something_seen(statement)


def test_tables_that_nobody_sees_exist() -> None:
    assert unseen_tables() <= Base.metadata.tables.keys()
