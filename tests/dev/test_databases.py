"""The promises of tests/support/databases.py, which every other test relies on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import g, request_started

from app.db import db, own_session, transaction
from app.web import ledger


def test_migrations_made_the_database(database):
    tables = sa.inspect(database.connection()).get_table_names()

    assert {"people", "domain_events", "alembic_version"} <= set(tables)


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_commits_the_next_does_not_see(database, turn):
    before = database.scalar(sa.text("SELECT count(*) FROM harness_rows")) if _has_table(database) else 0

    with transaction() as session:
        session.execute(sa.text("CREATE TABLE IF NOT EXISTS harness_rows (id integer)"))
        session.execute(sa.text("INSERT INTO harness_rows VALUES (1)"))

    assert before == 0
    assert database.scalar(sa.text("SELECT count(*) FROM harness_rows")) == 1


def test_rollback_undoes_only_what_came_after_the_last_commit(database):
    database.execute(sa.text("CREATE TABLE harness_rows (id integer)"))
    database.commit()
    database.execute(sa.text("INSERT INTO harness_rows VALUES (1)"))
    database.rollback()

    assert database.scalar(sa.text("SELECT count(*) FROM harness_rows")) == 0


@pytest.mark.commits
def test_ledger_entry_outlives_the_reading_request_around_it(database):
    with transaction() as session:
        session.execute(sa.text("CREATE TABLE harness_rows (id integer)"))
    database.execute(sa.text("SELECT count(*) FROM harness_rows"))

    with ledger.entry() as session:
        session.execute(sa.text("INSERT INTO harness_rows VALUES (1)"))
    database.rollback()

    with own_session() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM harness_rows")) == 1


def test_statements_are_counted_without_the_ends_of_transactions(database, count_queries):
    with count_queries() as ran:
        database.execute(sa.text("SELECT 1"))
        database.commit()
        database.execute(sa.text("SELECT 2"))

    assert ran.count == 2, ran


def test_a_request_has_a_session_and_context_of_its_own(app, client, database):
    g.left_by = "the test"
    seen = []

    def note(_sender, **_more):
        seen.append((db.session(), g.get("left_by")))

    with request_started.connected_to(note, app):
        client.get("/healthz")

    assert len(seen) == 1
    assert seen[0][0] is not database
    assert seen[0][1] is None


def _has_table(session):
    return sa.inspect(session.connection()).has_table("harness_rows")
