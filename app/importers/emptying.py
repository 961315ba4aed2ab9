"""Throw a database away, all of it or nothing: what was thrown away by half would look like a demo in use.

Taking the migrations back one by one is no way to do it: each commits, and some cannot be taken back while there are
rows that only a later one knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from app.changes import UNWATCHED
from app.db import db, transaction


def throw_everything_away() -> None:
    """Drop all tables, and what else the migrations made. Opens a transaction of its own."""
    with (
        db.engine.connect().execution_options(**UNWATCHED) as connection,
        _references_unguarded(connection),
        transaction(Session(connection)) as session,
    ):
        if connection.dialect.name == "sqlite":
            _drop_on_sqlite(session)
        else:
            _drop_on_postgresql(session)


@contextmanager
def _references_unguarded(connection: Connection) -> Iterator[None]:
    """Let SQLite drop a table that others point to. The switch works only outside of a transaction."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _drop_on_sqlite(session: Session) -> None:
    for table in inspect(session.connection()).get_table_names():
        session.execute(text(f'DROP TABLE "{table}"'))


def _drop_on_postgresql(session: Session) -> None:
    tables = ", ".join(f'"{table}"' for table in inspect(session.connection()).get_table_names())
    if tables:
        session.execute(text(f"DROP TABLE {tables} CASCADE"))
    made = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    extensions = "SELECT objid FROM pg_depend WHERE classid = 'pg_proc'::regclass AND deptype = 'e'"
    for function in session.scalars(text(f"{made} AND oid NOT IN ({extensions})")).all():
        session.execute(text(f"DROP FUNCTION {function} CASCADE"))
