"""Paging by key: a page ends at a row, and the next one starts after it, however much was added meanwhile.

The key is a tuple of numbers that goes into the URL as text (`after=1732143600.5~123`). Offsets are never used: their
cost grows with the page number, and rows slip between pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, tuple_

Row = TypeVar("Row")

LARGEST_ID = 2**63 - 1


def row_number(text: str) -> int:
    """Return the id, version or page number written in a URL, for `request.args.get(…, type=row_number)`: what is none
    counts there as not given. Raises ValueError for what is no number from 1 to LARGEST_ID.
    """
    # The length first: Python reads no number of thousands of digits.
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or not 1 <= int(text) <= LARGEST_ID:
        raise ValueError("no number of a row")
    return int(text)


@dataclass(frozen=True)
class Key:
    """Where a page ends: the sorting moment and the id that breaks ties."""

    moment: datetime
    row_id: int

    def __str__(self) -> str:
        return f"{int(self.moment.timestamp() * 1_000_000)}~{self.row_id}"

    @classmethod
    def parse(cls, text: str | None) -> Key | None:
        """Return the key written in a URL; None for anything that is not one."""
        micros, _, row_id = (text or "").partition("~")
        if not (micros.isascii() and micros.isdigit() and row_id.isascii() and row_id.isdigit()):
            return None
        # The length first: Python reads no number of thousands of digits.
        if len(micros) > 17 or len(row_id) > 19 or int(row_id) > LARGEST_ID:
            return None
        try:
            moment = datetime.fromtimestamp(int(micros) // 1_000_000, UTC).replace(microsecond=int(micros) % 1_000_000)
        except (OverflowError, OSError, ValueError):
            return None
        return cls(moment, int(row_id))


@dataclass(frozen=True)
class PointsKey:
    """Where a page ends in an order by points: the moment at which all were counted, the points, the id.

    Points change as time goes by; so that pages fit, all of them count as of the moment of the first.
    """

    as_of: datetime
    points: int
    row_id: int

    def __str__(self) -> str:
        return f"{Key(self.as_of, self.row_id)}~{self.points}"

    @classmethod
    def parse(cls, text: str | None) -> PointsKey | None:
        """Return the key written in a URL; None for anything that is not one."""
        start, _, points = (text or "").rpartition("~")
        key = Key.parse(start)
        if key is None or not (points.isascii() and points.isdigit()) or int(points[:20]) > LARGEST_ID:
            return None
        return cls(key.moment, int(points), key.row_id) if len(points) <= 19 else None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows, newest first; `next_key` is None on the last page."""

    rows: Sequence[Row]
    next_key: Key | PointsKey | None


def older_than(key: Key, moment: ColumnElement[Any], row_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition for rows after `key` in the order moment descending, id descending.

    Compared as one row: with an OR, SQLite would walk an index from its very end to the page.
    """
    return tuple_(moment, row_id) < tuple_(key.moment, key.row_id, types=[moment.type, row_id.type])
