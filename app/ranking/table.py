"""Columns that grow by a row at a time without copying everything: the memory of the state.

A numpy array cannot be appended to; a list of Python objects cannot be computed with. A Table is a set of arrays with
spare room at the end.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

SMALLEST_ROOM = 16


class Column(NamedTuple):
    """One column: its element type, the value of a new row, and how many elements a row has (0: a single one)."""

    dtype: DTypeLike
    fresh: float = 0
    width: int = 0


class Table:
    """Equally long named columns; `table["name"]` is a writable view of the rows in use, shape (n,) or (n, width)."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self.columns = dict(columns)
        self._rows = 0
        self._room: dict[str, NDArray[Any]] = {name: _blank(SMALLEST_ROOM, column) for name, column in columns.items()}

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._room[name][: self._rows]

    def append(self, **values: object) -> int:
        """Add a row with the given values, the rest fresh; return its position."""
        position = self._rows
        if position == len(next(iter(self._room.values()))):
            self._grow(2 * position)
        self._rows = position + 1
        for name, value in values.items():
            self._room[name][position] = value
        return position

    def load(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Replace all rows by copies of these columns.

        Raises ValueError when one is missing, of another length than the rest, or of another width.
        """
        lengths = {len(arrays[name]) for name in self.columns if name in arrays}
        if set(self.columns) - set(arrays) or len(lengths) != 1:
            raise ValueError("a table needs all of its columns, equally long")
        rows = lengths.pop()
        room: dict[str, NDArray[Any]] = {}
        for name, column in self.columns.items():
            room[name] = _blank(max(rows, SMALLEST_ROOM), column)
            if arrays[name].shape[1:] != room[name].shape[1:]:
                raise ValueError(f"column {name} has another width")
            room[name][:rows] = arrays[name]
        self._room, self._rows = room, rows

    def _grow(self, room: int) -> None:
        for name, column in self.columns.items():
            wider = _blank(room, column)
            wider[: self._rows] = self._room[name]
            self._room[name] = wider


def _blank(rows: int, column: Column) -> NDArray[Any]:
    return np.full((rows, column.width) if column.width else rows, column.fresh, dtype=column.dtype)
