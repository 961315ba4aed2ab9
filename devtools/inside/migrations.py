"""Run all migrations up, compare with the models, down, and up again, on the empty database of SAMEN_DATABASE_URL."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import flask_migrate
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.types import TypeEngine

from app.cli import with_commands
from app.db import db
from app.factory import create_app
from devtools.places import ROOT

FOLDER = str(ROOT / "migrations")


def main() -> int:
    """Print what differs; return 1 when anything does."""
    with with_commands(create_app()).app_context():
        where = db.engine.dialect.name
        found = [f"{where}: {complaint}" for complaint in _complaints()]
        db.engine.dispose()
    print("\n".join(found))
    return 1 if found else 0


def _complaints() -> Iterator[str]:
    heads = ScriptDirectory(FOLDER).get_heads()
    if len(heads) != 1:
        yield f"there are {len(heads)} newest migrations: {', '.join(heads)}"
        return
    flask_migrate.upgrade(directory=FOLDER)
    yield from _differences()
    yield from _checks_that_differ()
    flask_migrate.downgrade(directory=FOLDER, revision="base")
    left = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version", "sqlite_sequence"}
    if left:
        yield f"going down leaves {', '.join(sorted(left))} behind"
        return
    flask_migrate.upgrade(directory=FOLDER)


def _differences() -> Iterator[str]:
    options = {**current_app.extensions["migrate"].configure_args, "compare_type": _type_differs}
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        for difference in compare_metadata(context, db.metadata):
            yield f"models and migrations differ: {difference}"


def _type_differs(
    context: MigrationContext,
    _there: sa.Column[Any],
    _ours: sa.Column[Any],
    there: TypeEngine[Any],
    ours: TypeEngine[Any],
) -> bool | None:
    """Look through our own column types at what they are on this database; leave the others to Alembic (None)."""
    if not isinstance(ours, sa.TypeDecorator):
        return None
    real = ours.load_dialect_impl(context.dialect)
    return _spelled(real, context.dialect) != _spelled(there, context.dialect)


def _spelled(kind: TypeEngine[Any], dialect: sa.Dialect) -> str:
    """Return a type as SQL; to PostgreSQL a VARCHAR without a length is TEXT by another name."""
    return re.sub(r"^VARCHAR(?!\()", "TEXT", kind.compile(dialect))


def _checks_that_differ() -> Iterator[str]:
    """Compare the names of CHECK constraints, which Alembic does not look at."""
    inspector = sa.inspect(db.engine)
    for table in db.metadata.sorted_tables:
        if not inspector.has_table(table.name):
            continue
        declared = {_name(check) for check in table.constraints if isinstance(check, sa.CheckConstraint)}
        present = {check["name"] for check in inspector.get_check_constraints(table.name)}
        for name in sorted(map(str, declared - present)):
            yield f"{table.name}: no migration makes the check {name}"
        for name in sorted(map(str, present - declared)):
            yield f"{table.name}: the model does not have the check {name}"


def _name(check: sa.CheckConstraint) -> str:
    """Return the name that the naming convention and the database's limit on names make of it."""
    return str(db.engine.dialect.identifier_preparer.format_constraint(check)).strip('"')


if __name__ == "__main__":
    sys.exit(main())
