"""What an importer says about the files it reads, so that `running` can do the rest.

A `Step` is one kind of rows. An `Origin` reads everything once (`survey`), and then lists its steps in the order in
which they must be written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from app.importers.progress import Progress
from app.importers.rows import RowError
from app.importers.survey import Survey
from app.importers.work import Work

Numbered = tuple[int, Any]  # a row and its number, which only grows while a file is read
Refused = tuple[int, str]  # the number of a row that could not be written after all, and why
Counts = tuple[int, int, int]  # how many rows would be new, changed, and as they were


@dataclass(frozen=True)
class Step:
    """One kind of rows: how many, what one costs, how they are read behind a number, looked at, and written.

    `write` runs inside a transaction and adds to the counts of the work; `place` says where the row with a number
    stands, as file and line. What could not be read comes as a RowError and is left out.
    """

    kind: str
    size: int
    weight: float
    read: Callable[[int], Iterator[tuple[int, Any | RowError]]]
    look: Callable[[Sequence[Numbered]], Counts]
    write: Callable[[Sequence[Numbered]], Sequence[Refused]]
    place: Callable[[int], tuple[str, int]]


class Origin(Protocol):
    """A community elsewhere, in files of one format."""

    def fingerprint(self) -> str:
        """Return a digest of all files, by which an interrupted run knows its source again."""

    def survey(self, progress: Progress, now: datetime) -> Survey:
        """Read everything. Raises ArchiveRefused when a file is missing, torn or foreign."""

    def steps(self, work: Work, seen: Survey) -> Sequence[Step]:
        """Return what is to be written, in this order."""

    def forget(self) -> None:
        """Delete what was kept beside the run: it is over."""
