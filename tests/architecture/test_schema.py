"""Migrations and models say the same, on both databases; every constraint has its name; migrations run both ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy.orm import Session

from app.config import Config
from app.db import Base, Words, db
from devtools.places import ROOT
from tests.support.databases import RunDatabase, create_app

TABLES = Base.metadata.sorted_tables
MIGRATIONS = str(ROOT / "migrations")


@pytest.fixture
def empty(test_config: Config, run_database: RunDatabase) -> Iterator[Flask]:
    """Return an application on an empty database."""
    url = run_database.new()
    app = create_app(replace(test_config, database_url=url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    run_database.drop(url)


def test_migrations_give_what_the_models_say(database: Session) -> None:
    options = {"compare_type": words_are_texts, "compare_server_default": False}
    context = MigrationContext.configure(database.connection(), opts=options)

    assert compare_metadata(context, Base.metadata) == []


def test_checks_in_the_database_are_those_of_the_models(database: Session) -> None:
    """Alembic compares no CHECKs, and ours hold the lengths: a wider column without a migration is found here."""
    inspector = sa.inspect(database.connection())
    dialect = database.connection().dialect

    for table in TABLES:
        kept = {check["name"]: plain(check["sqltext"]) for check in inspector.get_check_constraints(table.name)}
        told = {
            str(check.name): plain(in_words(check, dialect).replace(f"{table.name}.", ""))
            for check in table.constraints
            if isinstance(check, sa.CheckConstraint)
        }
        assert set(kept) == set(told), table.name
        if dialect.name == "sqlite":  # PostgreSQL gives them back in its own words
            assert kept == told, table.name


def test_every_constraint_has_its_name(database: Session) -> None:
    inspector = sa.inspect(database.connection())

    for table in TABLES:
        assert all(constraint.name for constraint in table.constraints), table.name
        assert all(key["name"] for key in inspector.get_foreign_keys(table.name)), table.name
        assert all(unique["name"] for unique in inspector.get_unique_constraints(table.name)), table.name
        # SQLite writes AUTOINCREMENT behind the column, where a name has no place.
        assert inspector.get_pk_constraint(table.name)["name"] in {f"pk_{table.name}", None}, table.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_columns_are_of_the_kinds_that_are_settled(table: sa.Table) -> None:
    """Texts have a length, moments a zone: the plain types of SQLAlchemy promise neither."""
    for column in table.columns:
        if isinstance(column.type, sa.String):
            pytest.fail(f"{column} is a plain text: give it Words(n) or Choice(…)")
        if isinstance(column.type, sa.DateTime):
            pytest.fail(f"{column} is a plain moment: leave the type to the annotation")
        assert not isinstance(column.type, Words) or column.type.length > 0
        assert column.server_default is None, f"{column}: defaults are the models', so that both databases agree"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_belongs_to_a_request_is_found_by_an_index(table: sa.Table) -> None:
    """What points to a request is asked for from the request; without an index that reads the whole table."""
    first = {next(iter(index.columns)).name for index in table.indexes}
    first |= {
        next(iter(each.columns)).name
        for each in table.constraints
        if isinstance(each, (sa.PrimaryKeyConstraint, sa.UniqueConstraint)) and len(each.columns)
    }
    asked = {key.parent.name for key in table.foreign_keys if key.column.table.name in {"help_requests", "questions"}}

    assert asked <= first, f"{table.name}: no index begins with {sorted(asked - first)}"


def test_migrations_run_up_down_and_up(empty: Flask) -> None:
    flask_migrate.upgrade(directory=MIGRATIONS)
    first = shape()
    flask_migrate.downgrade(directory=MIGRATIONS, revision="base")
    between = shape()
    flask_migrate.upgrade(directory=MIGRATIONS)

    assert between == {"alembic_version": ["version_num"]}
    assert shape() == first


def test_each_migration_goes_back_by_itself(empty: Flask) -> None:
    flask_migrate.upgrade(directory=MIGRATIONS)

    while revision() is not None:
        before = revision()
        flask_migrate.downgrade(directory=MIGRATIONS)
        after = revision()
        flask_migrate.upgrade(directory=MIGRATIONS, revision=before)
        assert revision() == before
        flask_migrate.downgrade(directory=MIGRATIONS)
        assert revision() == after


def test_migrations_stand_in_one_line() -> None:
    files = sorted((ROOT / "migrations" / "versions").glob("*.py"))

    assert [path.name[:4] for path in files] == [f"{number:04}" for number in range(1, len(files) + 1)]


def words_are_texts(_context, _inspected_column, _column, inspected_type, metadata_type) -> bool | None:
    """Say whether a type differs; lengths are CHECKs, not types."""
    return not isinstance(inspected_type, sa.Text) if isinstance(metadata_type, Words) else None


def in_words(check: sa.CheckConstraint, dialect: sa.Dialect) -> str:
    return str(check.sqltext.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def plain(sql: str) -> str:
    """Return a condition without what two ways of writing it differ in."""
    return "".join(sql.split()).replace('"', "").replace("(", "").replace(")", "").lower()


def shape() -> dict[str, list[str]]:
    """Return the columns of every table."""
    with db.engine.connect() as connection:
        inspector = sa.inspect(connection)
        tables = [name for name in inspector.get_table_names() if name != "sqlite_sequence"]
        return {name: [column["name"] for column in inspector.get_columns(name)] for name in tables}


def revision() -> str | None:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
