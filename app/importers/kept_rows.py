"""The step for rows that are only kept, with the reason why they are not used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.importers.origin import Counts, Numbered, Refused, Step
from app.importers.rows import RowError
from app.importers.survey import Survey

KEPT_WEIGHT = 0.05


def leftover_step(kind: str, seen: Survey, rows: Callable[[int], Iterator[tuple[int, RowError]]]) -> Step:
    """Return the step that only keeps its rows."""

    def look(_batch: Sequence[Numbered]) -> Counts:
        return 0, 0, 0

    def write(_batch: Sequence[Numbered]) -> Sequence[Refused]:
        return ()

    return Step(kind, seen.sizes[kind], KEPT_WEIGHT, rows, look, write, lambda number: (kind, number))
