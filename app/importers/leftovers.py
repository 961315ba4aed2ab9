"""Rows that were not imported: kept with file, line and reason, so that nothing of a source is lost in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete

from app.db import db, upsert
from app.importers.models import LONGEST_ROW, ImportLeftover
from app.importers.packed import base_name
from app.importers.rows import RowError
from app.importers.work import Work, table_of

MOST_SHOWN = 5


@dataclass
class LeftOut:
    """What was left out: how often from which file for which reason, and the first rows of each."""

    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: list[RowError] = field(default_factory=list)

    def add(self, row: RowError) -> None:
        """Count one more row."""
        reason = base_name(row.file), row.reason
        self.reasons[reason] += 1
        if self.reasons[reason] <= MOST_SHOWN:
            self.first.append(row)

    def lines(self) -> Iterator[tuple[str, str, int, list[int]]]:
        """Yield (file, reason, how often, the first lines), the most frequent last."""
        for (file, reason), number in sorted(self.reasons.items(), key=lambda counted: counted[1]):
            yield (
                file,
                reason,
                number,
                [row.line for row in self.first if (base_name(row.file), row.reason) == (file, reason)],
            )


def keep_leftovers(work: Work, rows: Sequence[RowError]) -> None:
    """Keep these rows, inside the caller's transaction; one that was kept before gets its newest reason."""
    kept = [
        {
            "run_id": work.run_id,
            "source": work.source,
            "file": base_name(row.file),
            "line": row.line,
            "reason": row.reason[:200],
            "content": row.row[:LONGEST_ROW].replace("\0", "\N{SYMBOL FOR NULL}"),
        }
        for row in rows
    ]
    if kept:
        row = upsert(table_of(ImportLeftover))
        new = {name: row.excluded[name] for name in ("run_id", "reason", "content")}
        db.session.execute(row.on_conflict_do_update(index_elements=["source", "file", "line"], set_=new), kept)


def forget_older(work: Work) -> None:
    """Let go of leftovers that this run, the newest of its source, has not met any more."""
    older = (ImportLeftover.source == work.source, ImportLeftover.run_id != work.run_id)
    db.session.execute(delete(ImportLeftover).where(*older))
