"""Who helped, sorted: so that the answers of a few are found without looking through all that the state knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from app import clock
from app.ranking.state import State


@dataclass(frozen=True)
class Helped:
    """Every answer that counts, in the order of who gave it: rows of the state, and what became of them."""

    state: State
    made_at: datetime
    provider: NDArray[np.int64]
    request: NDArray[np.int64]
    judged: NDArray[np.bool_]
    solved: NDArray[np.bool_]

    def of(self, provider_row: int) -> slice:
        """Return where this provider's answers stand."""
        start, end = np.searchsorted(self.provider, [provider_row, provider_row + 1])
        return slice(int(start), int(end))


def helped_in(state: State) -> Helped:
    """Sort what the state knows by who answered."""
    answers, requests = state.answers, state.requests
    counted = state.counted()
    counted = counted[~answers["profile"][counted]]
    hers = counted[np.argsort(answers["provider"][counted], kind="stable")]
    request = answers["request"][hers]
    judged = requests["judged"][request]
    solved = judged & (answers["credits"][hers] > 0)
    return Helped(state, clock.now(), answers["provider"][hers], request, judged, solved)


def requests_within(
    state: State, request_rows: NDArray[np.int64], topic_rows: Sequence[int]
) -> dict[int, NDArray[np.bool_]]:
    """Return by topic which of these requests have it."""
    starts, lengths = state.requests["topics_from"][request_rows], state.requests["topics"][request_rows]
    whose = np.repeat(np.arange(len(request_rows)), lengths)
    places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(len(whose))
    theirs = np.frombuffer(state.request_topics, dtype=np.int64)[places] if len(places) else places
    within = {}
    for row in topic_rows:
        within[row] = np.zeros(len(request_rows), dtype=np.bool_)
        within[row][whose[theirs == row]] = True
    return within
