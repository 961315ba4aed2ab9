"""From scores to a page of hits: which documents count as found, in which order, and which of them are on the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.search.backend import MOST_HITS, DocumentKey, Hit, Sort
from app.search.weighing import SHARE_POWER
from app.search.whoosh_engine.codec import KINDS, RECORD
from app.search.whoosh_engine.parts import Snapshot
from app.search.whoosh_engine.scoring import Scores

# Sums of float32 are not exact: this share of the weight is all of it.
ALL = 0.999


@dataclass(frozen=True, slots=True)
class Found:
    """Documents found, over all parts: arrays of equal length."""

    parts: NDArray[np.int64]
    documents: NDArray[np.int64]
    scores: NDArray[np.float32]
    coverage: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.documents)


def having(scores: Iterable[Scores], allowed: Sequence[NDArray[np.bool_]], *, least_coverage: float) -> Found:
    """Return the allowed documents with at least that share of the weight, and something of it in any case."""
    found = []
    for each in scores:
        least = max(least_coverage * ALL * each.possible, 1e-6)
        for number, (score, matched, mask) in enumerate(zip(each.scores, each.matched, allowed, strict=True)):
            documents = np.flatnonzero((matched >= least) & mask)
            coverage = matched[documents] / np.float32(each.possible)
            found.append(
                (np.full(len(documents), number), documents, score[documents] * coverage**SHARE_POWER, coverage)
            )
    return _joined(found)


def everything(allowed: Sequence[NDArray[np.bool_]]) -> Found:
    found = []
    for number, mask in enumerate(allowed):
        documents = np.flatnonzero(mask)
        none, all_of_it = np.zeros(len(documents), np.float32), np.ones(len(documents), np.float32)
        found.append((np.full(len(documents), number), documents, none, all_of_it))
    return _joined(found)


def _joined(
    found: Sequence[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]],
) -> Found:
    if not found:
        return Found(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32))
    parts, documents, scores, coverage = (np.concatenate(column) for column in zip(*found, strict=True))
    return Found(parts, documents, scores, coverage)


def best(snapshot: Snapshot, found: Found, *, sort: Sort, offset: int, limit: int) -> tuple[Hit, ...]:
    """Return one page of hits. The order is total: equal scores come newest first."""
    end = min(offset + limit, MOST_HITS)
    if not len(found) or offset >= end:
        return ()
    by_text = bool(found.scores.any())
    first: NDArray[Any]
    if sort is Sort.RELEVANCE and by_text:
        first = scores = found.scores * _column(snapshot, found, "standing")
    else:
        first, scores = _column(snapshot, found, "votes" if sort is Sort.VOTES else "created"), found.scores
    if len(first) > end:
        # Cut to those that can be on the page before sorting; keep all that tie with the last of them.
        least = np.partition(first, len(first) - end)[len(first) - end]
        kept = np.flatnonzero(first >= least)
    else:
        kept = np.arange(len(first))
    records = [snapshot.parts[found.parts[n]].records[found.documents[n]] for n in kept]
    newest_last = sorted(zip(first[kept].tolist(), records, kept, strict=True), key=_place, reverse=True)
    return tuple(
        Hit(
            key=DocumentKey(KINDS[record["kind"]], int(record["id"])),
            version=int(record["version"]),
            score=float(scores[n]),
            coverage=min(float(found.coverage[n]), 1.0),
        )
        for _, record, n in newest_last[offset:end]
    )


def _place(candidate: tuple[float, NDArray[np.void], np.int64]) -> tuple[float, int, int]:
    first, record, _ = candidate
    return first, int(record["created"]), int(record["id"])


def _column(snapshot: Snapshot, found: Found, name: str) -> NDArray[Any]:
    """Return one column of the records of what was found."""
    values = np.empty(len(found), RECORD[name])
    for number, part in enumerate(snapshot.parts):
        here = found.parts == number
        values[here] = part.records[name][found.documents[here]]
    return values
