"""Throw a database away, all of it or nothing: what was thrown away by half would look like a demo in use.

Taking the migrations back one by one is no way to do it: each commits, and some cannot be taken back while there are
rows that only a later one knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, MetaData, Table, inspect, text
from sqlalchemy.orm import Session
from sqlalchemy.schema import DropTable

from app.changes import UNWATCHED
from app.db import db, transaction

# What belongs to an extension is not ours.
DROP_ON_POSTGRESQL = """
DO $$
DECLARE made record;
BEGIN
    FOR made IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE format('DROP TABLE %I CASCADE', made.tablename);
    END LOOP;
    FOR made IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        AND oid NOT IN (SELECT objid FROM pg_depend WHERE classid = 'pg_proc'::regclass AND deptype = 'e') LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', made.oid::regprocedure);
    END LOOP;
END $$
"""


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
            session.execute(text(DROP_ON_POSTGRESQL))


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
        session.execute(DropTable(Table(table, MetaData())))
