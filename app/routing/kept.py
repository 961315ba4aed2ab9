"""The numbers a decision kept of its candidates, as a table; and that table as bytes.

The same numbers stand in the decision's `candidates`, with names, for people. Read from there, by the ten thousand,
making the small objects takes longer than all that learning does with them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RECORD = ("answers", "confirmed", "judged", "speed_sum", "speed_count")
NUMBERS = ("provider", "score", "propensity", "uncertain", *RECORD)
WIDTH = "<f8"  # whatever machine wrote it


@dataclass(frozen=True)
class Kept:
    """Candidates in their order: columns and minutes name the factors and the parts of the value.

    table: float64 (n, 9 + f + m), columns NUMBERS, then the factors, then the minutes.
    """

    columns: tuple[str, ...]
    minutes: tuple[str, ...]
    table: Floats

    @property
    def ids(self) -> NDArray[np.int64]:
        """Return the providers (n,)."""
        return self.table[:, 0].astype(np.int64)

    def of(self, name: str) -> Floats:
        """Return one of NUMBERS (n,). Raises ValueError for another name."""
        return self.table[:, NUMBERS.index(name)]

    def features(self, wanted: Sequence[str]) -> Floats:
        """Return the factors (n, len(wanted)), 0 for one that was not known then."""
        return self._aligned(self.columns, wanted, len(NUMBERS))

    def terms(self, wanted: Sequence[str]) -> Floats:
        """Return the minutes (n, len(wanted)), 0 for a part that was not known then."""
        return self._aligned(self.minutes, wanted, len(NUMBERS) + len(self.columns))

    def to_bytes(self) -> bytes:
        """Return a line of JSON with the names, and the numbers."""
        head = json.dumps({"columns": self.columns, "minutes": self.minutes})
        return head.encode() + b"\n" + self.table.astype(WIDTH).tobytes()

    def _aligned(self, names: Sequence[str], wanted: Sequence[str], first: int) -> Floats:
        if tuple(names) == tuple(wanted):
            return self.table[:, first : first + len(names)]
        made = np.zeros((len(self.table), len(wanted)))
        for position, name in enumerate(wanted):
            if name in names:
                made[:, position] = self.table[:, first + names.index(name)]
        return made


def read(content: bytes) -> Kept:
    """Return what `to_bytes` wrote. Raises ValueError for anything else."""
    head, _, body = content.partition(b"\n")
    names = json.loads(head)
    columns, minutes = tuple(names["columns"]), tuple(names["minutes"])
    numbers = np.frombuffer(body, dtype=WIDTH)
    return Kept(columns, minutes, numbers.reshape(-1, len(NUMBERS) + len(columns) + len(minutes)))


def kept_of(candidates: Mapping[str, Any]) -> Kept:
    """Return the numbers of a decision's `candidates`. Who was uncertain is unknown of old ones: nobody."""
    columns, minutes = tuple(candidates["columns"]), tuple(candidates["minutes"])
    rows = [
        (
            row["provider"],
            row["score"],
            row["propensity"],
            row.get("uncertain", False),
            *(row["record"][name] for name in RECORD),
            *row["features"],
            *row["minutes"],
        )
        for row in candidates["rows"]
    ]
    width = len(NUMBERS) + len(columns) + len(minutes)
    return Kept(columns, minutes, np.array(rows, dtype=np.float64).reshape(len(rows), width))
