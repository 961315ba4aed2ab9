"""What all parts of an import share: the run, the moved times, the authors' ids, and bulk statements."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table, func, select, text
from sqlalchemy.orm import InstrumentedAttribute

from app.actor import Actor
from app.community.compose import EXCERPT_LENGTH
from app.community.lengths import LONGEST_HTML
from app.db import Model, db
from app.outbox.facts import Fact
from app.outbox.record import event_row
from app.prose.extract import excerpt
from app.prose.rendering import render as to_html

Row = TypeVar("Row")
LONGEST_KEY = 160
TOO_LONG = "its text becomes too long when it is rendered"
QUIET = {"synchronize_session": False}


@dataclass
class Work:
    """One run on its way. Times of the source move by `shift`; none of them may end up after `now`.

    `people` holds the ids of authors by their key; `forgotten` of those who were erased, by a digest of theirs.
    """

    run_id: int
    source: str
    now: datetime
    shift: timedelta
    is_shifted: bool
    people: dict[str, int] = field(default_factory=dict)
    forgotten: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def at(self, moment: datetime) -> datetime:
        """Return when this happened, as it stands in our rows."""
        return min(moment + self.shift, self.now) if self.is_shifted else moment

    def accepted_at(self, given: datetime | date | None, answered_at: datetime) -> datetime:
        """Return when an answer was accepted: as given, on the day given, else as soon as it was there."""
        if given is None:
            return answered_at
        if isinstance(given, datetime):
            return self.at(given)
        return max(answered_at, self.at(datetime(given.year, given.month, given.day, tzinfo=UTC)))

    def day(self, on: date) -> date:
        """Return this day as it stands in our rows."""
        return self.at(datetime(on.year, on.month, on.day, tzinfo=UTC)).date()

    def person(self, user: str | None) -> int:
        """Return the id of an author of the source."""
        found = self.known_person(user or "")
        assert found is not None
        return found

    def known_person(self, user: str) -> int | None:
        """Return the id of an author who is here already, or was and is forgotten."""
        key = source_key(user)
        found = self.people.get(key)
        return found if found is not None else self.forgotten.get(digest_of([key]))

    def fact(self, fact: Fact, *, by: int | None, request_id: int, at: datetime) -> dict[str, object]:
        """Return the row of a fact with its original time."""
        actor = Actor(kind="import", person_id=by)
        return event_row(
            fact,
            by=actor,
            request_id=request_id,
            happened_at=at,
            recorded_at=self.now,
            channel="import",
            source=self.source,
        )


@dataclass(frozen=True)
class Rendered:
    """A text of the source as it is stored."""

    html: str
    version: int
    excerpt: str


def render(body: str, source_format: str) -> Rendered | None:
    """Return the HTML of a text; None when it becomes too long to be stored."""
    made = to_html(body, source_format=source_format)
    if len(made.html) > LONGEST_HTML:
        return None
    return Rendered(made.html, made.renderer_version, excerpt(made.html, EXCERPT_LENGTH))


def digest_of(values: Iterable[object]) -> str:
    """Return a short digest of what a row says in its source."""
    said = json.dumps(list(values), ensure_ascii=True, default=str)
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def source_key(name: str) -> str:
    """Return an author's key as it is stored: his name at the source, shortened where it is too long."""
    if len(name) <= LONGEST_KEY:
        return name
    return f"{name[:100]}#{digest_of([name])}"


def batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Cut into lists of at most `size`."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def table_of(model: type[Model]) -> Table:
    """Return the table behind a model, for statements in bulk that skip the unit of work."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def new_ids(model: type[Model], count: int) -> list[int]:
    """Take ids that are nobody's yet: rows that know their id go in by the thousand. Only inside a writing transaction.

    On SQLite that transaction holds the only write lock, so nobody else takes the same.
    """
    name = table_of(model).name
    if db.session.get_bind().dialect.name == "postgresql":
        sequence = func.nextval(func.pg_get_serial_sequence(name, "id"))
        return list(db.session.scalars(select(sequence).select_from(func.generate_series(1, count))))
    used = text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = :name")
    last: int = db.session.execute(used, {"name": name}).scalar_one()
    return list(range(last + 1, last + count + 1))


def ids_by(
    key: InstrumentedAttribute[Any], value: InstrumentedAttribute[Any], keys: Iterable[Any], *also: ColumnElement[bool]
) -> dict[Any, Any]:
    """Return {key: value} of the rows whose key is among `keys`."""
    found: dict[Any, Any] = {}
    for some in batches(keys, 900):
        found.update(db.session.execute(select(key, value).where(key.in_(some), *also)).all())
    return found
