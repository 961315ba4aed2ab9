"""Rows out of a database and into one: all tables as they were at one moment, whichever database it is."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, MetaData, Table

from app.backup.packing import BackupUnusable, Packed, Packer
from app.db import db

BATCH = 1000
NOT_OURS = frozenset({"alembic_version", "sqlite_sequence"})
# May have a row before anybody has written anything: the search index of an empty database renews the mark.
OF_NOBODY = frozenset({"change_mark"})


def write_tables(connection: Connection, packer: Packer) -> None:
    """Put every row of every kept table into a backup, and the highest id that each table ever gave."""
    packer.manifest.last_ids = _last_ids(connection)
    for table in kept_tables():
        query = sa.select(table).order_by(*table.primary_key.columns)
        rows = connection.execution_options(yield_per=BATCH).execute(query)
        packer.add_table(table.name, table.columns.keys(), rows)


def load_tables(connection: Connection, packed: Packed) -> None:
    """Put every row of a backup into empty tables of the same revision."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _metadata: _is_kept(name))
    if set(metadata.tables) != set(packed.manifest.columns):
        raise BackupUnusable("its tables are not those of its revision")
    for table in metadata.sorted_tables:
        if set(table.columns.keys()) != set(packed.manifest.columns[table.name]):
            raise BackupUnusable(f"the columns of {table.name} are not those of its revision")
        if table.name in OF_NOBODY:
            connection.execute(sa.delete(table))
        _load(connection, table, packed)
    _go_on_counting(connection, packed.manifest.last_ids)


def has_rows(connection: Connection) -> bool:
    """Say whether any table holds anything that somebody wrote."""
    names = set(filter(_is_kept, sa.inspect(connection).get_table_names())) - OF_NOBODY
    return any(
        connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first() for name in names
    )


def kept_tables() -> list[Table]:
    """Return the tables a backup holds: not those that are made anew from the others."""
    return [table for table in db.metadata.sorted_tables if _is_kept(table.name)]


def _is_kept(name: str) -> bool:
    table = db.metadata.tables.get(name)
    return name not in NOT_OURS and not (table is not None and table.info.get("is_derived"))


def _load(connection: Connection, table: Table, packed: Packed) -> None:
    names = packed.manifest.columns[table.name]
    columns = [table.columns[name] for name in names]
    for column in columns:
        if isinstance(column.type, sa.JSON):
            column.type.none_as_null = True  # what was NULL is not to become the JSON text "null"
    own = [names.index(column.name) for column in columns for key in column.foreign_keys if key.column.table is table]
    rows = (
        [_value(column, value, connection) for column, value in zip(columns, row, strict=True)]
        for row in packed.rows(table.name)
    )
    ordered = _after_what_they_point_to(rows, names, own) if own else rows
    try:
        while batch := [dict(zip(names, row, strict=True)) for row in islice(ordered, BATCH)]:
            connection.execute(table.insert(), batch)
    except (ValueError, TypeError, AttributeError, KeyError) as error:  # a value of another kind than its column's
        raise BackupUnusable(f"rows of {table.name} are not what was written") from error


def _after_what_they_point_to(
    rows: Iterator[list[Any]], names: Sequence[str], own: Sequence[int]
) -> Iterator[list[Any]]:
    """Yield rows, which come in the order of their ids, so that none comes before one of the table it points to."""
    key, waiting = names.index("id"), {}
    for row in rows:
        if any(row[place] is not None and (row[place] > row[key] or row[place] in waiting) for place in own):
            waiting[row[key]] = row
        else:
            yield row
    while waiting:
        free = [row for row in waiting.values() if not any(row[place] in waiting for place in own)]
        if not free:
            raise BackupUnusable("rows of one table point to each other in a circle")
        for row in free:
            del waiting[row[key]]
            yield row


def _value(column: Column[Any], value: Any, connection: Connection) -> Any:
    if value is None:
        return None
    if isinstance(column.type, sa.DateTime):
        moment = datetime.fromisoformat(value)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.replace(tzinfo=None) if connection.dialect.name == "sqlite" else moment
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    if isinstance(column.type, sa.LargeBinary):
        return base64.b64decode(value)
    return value


def _last_ids(connection: Connection) -> dict[str, int]:
    if connection.dialect.name == "sqlite":
        return {name: last for name, last in connection.execute(sa.text("SELECT name, seq FROM sqlite_sequence"))}  # noqa: C416
    return {
        name: connection.execute(sa.text(f"SELECT last_value FROM {sequence}")).scalar_one()  # noqa: S608  its own name
        for name, sequence in _sequences(connection)
    }


def _go_on_counting(connection: Connection, last_ids: dict[str, int]) -> None:
    """Let no id be given again that was ever given."""
    if connection.dialect.name == "sqlite":
        for name, last in last_ids.items():
            connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
            connection.execute(
                sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), {"name": name, "last": last}
            )
        return
    for name, sequence in _sequences(connection):
        if name in last_ids:
            connection.execute(
                sa.text("SELECT setval(CAST(:sequence AS regclass), :last)"),
                {"sequence": sequence, "last": last_ids[name]},
            )


def _sequences(connection: Connection) -> Iterator[tuple[str, str]]:
    asked = sa.text(
        "SELECT table_name, pg_get_serial_sequence(table_name, 'id') FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND column_name = 'id' ORDER BY table_name"
    )
    for name, sequence in connection.execute(asked).all():
        if sequence is not None:
            yield name, sequence
