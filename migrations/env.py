"""Alembic's environment: the application's own engine, plain types in the files it writes.

Migrations are frozen and import nothing from `app`, so the column types of `app.db` are written out as what they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import JSON, Connection, Text

from app import wiring  # noqa: F401  every model is imported through it
from app.changes import UNWATCHED
from app.db import UTCDateTime, Words, db, writing


def render_item(kind: str, item: Any, autogen_context: AutogenContext) -> str | bool:
    """Return the frozen spelling of our own column types; False for everything else."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Words):
        return 'sa.Text().with_variant(sa.Text(collation="C"), "postgresql")'
    if kind == "type" and isinstance(item, JSON):
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def compare_type(
    _context: Any, _inspected_column: Any, _column: Any, inspected_type: Any, metadata_type: Any
) -> bool | None:
    """Say whether a column's type differs; None leaves the question to Alembic. Lengths are CHECKs, not types."""
    return not isinstance(inspected_type, Text) if isinstance(metadata_type, Words) else None


@contextmanager
def references_unguarded(connection: Connection) -> Iterator[None]:
    """Let SQLite make a table anew that others point to, and look afterwards whether every reference still holds.

    It changes a table by copying it and dropping the old one, which a guarded reference forbids as soon as there are
    rows. The switch works only outside of a transaction, so it goes past the one that SQLAlchemy would begin.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"after the migrations these rows point to nothing: {broken[:10]}")
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def run_migrations() -> None:
    """Run what is asked for on the application's database, in one transaction per migration."""
    engine = db.engine
    with writing(), engine.connect() as connection, references_unguarded(connection):
        context.configure(
            connection=connection.execution_options(**UNWATCHED),
            target_metadata=db.metadata,
            render_item=render_item,
            transaction_per_migration=True,
            **{**current_app.extensions["migrate"].configure_args, "compare_type": compare_type},
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run_migrations()
