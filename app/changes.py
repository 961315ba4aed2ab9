"""A mark in the database that is another one after every change of something visitors can see.

What was made from rows (a page kept in memory) is as good as new while the mark is the one under which it was made.
The mark changes in the same transaction as the rows, as its last statement: whoever reads the new mark reads the new
rows, and who read the old one before reading rows has at worst made something that nobody will be given again.

A table counts as seen unless its model says otherwise, with `unseen_by_visitors`.
"""

from __future__ import annotations

import re
import secrets
from typing import Any, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, Words

READ = "SELECT mark FROM change_mark WHERE id = 1"
# For who writes where no mark can be yet: migrations.
UNWATCHED = {"samen_unwatched": True}

_WRITES = re.compile(r'\A\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)', re.IGNORECASE)
_WRITES_INSIDE = re.compile(r"\A\s*WITH\b.*\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\b", re.IGNORECASE | re.DOTALL)
_SEEN = "samen_seen_change"
_RENEW = "INSERT INTO change_mark (id, mark) VALUES (1, '{}') ON CONFLICT (id) DO UPDATE SET mark = excluded.mark"

Table = TypeVar("Table", bound=type[Any])
_unseen: set[str] = set()


class ChangeMark(Model):
    """The one row with the mark."""

    __tablename__ = "change_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(Words(32))


def unseen_by_visitors(table: Table) -> Table:
    """Say of a model that no page for visitors is made from its rows: they change without anybody's kept page."""
    _unseen.add(table.__tablename__)
    return table


def unseen_tables() -> frozenset[str]:
    """Return the names of the tables that were declared so."""
    return frozenset(_unseen)


def watch_changes(engine: Engine) -> None:
    """Renew the mark with every transaction on this engine that changed something seen."""

    @event.listens_for(engine, "before_cursor_execute")
    def _note(
        connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool
    ) -> None:
        if changes_something_seen(statement) and not context.execution_options.get("samen_unwatched"):
            connection.info[_SEEN] = True

    @event.listens_for(engine, "begin")
    @event.listens_for(engine, "rollback")
    def _forget(connection: Connection) -> None:
        if not connection.invalidated:  # what was noted of a connection that broke went with it
            connection.info.pop(_SEEN, None)

    @event.listens_for(engine, "commit")
    def _renew(connection: Connection) -> None:
        if connection.info.pop(_SEEN, False):
            cursor = connection.connection.cursor()
            cursor.execute(_RENEW.format(secrets.token_hex(16)))
            cursor.close()


def changes_something_seen(statement: str) -> bool:
    """Say whether this SQL writes into a table that pages for visitors are made from."""
    written = _WRITES.match(statement)
    if written is not None:
        return written[1] not in _unseen
    return _WRITES_INSIDE.match(statement) is not None
