"""One request as the ranking sees it: its words and topics, and what leaving it to chance would mean."""

from collections import Counter
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from app.ranking.memory import Memory
from app.ranking.pace import Pace
from app.ranking.state import text_counts

# The share of answers that get confirmed, before anything is known: 1 of 5; topics are worth their own share after
# about a hundred answers.
PRIOR_CONFIRMED = 1.0
PRIOR_JUDGED = 5.0
SHRINK_TOPIC = 100.0


@dataclass(frozen=True)
class Need:
    """A request at one moment.

    at: seconds; asker: id; counts: word → how often; topic_rows: rows of the state; vector: unit (64,) or zeros;
    chance_minutes: T0, expected minutes to a confirmed solution without routing; confirmed_share: of answers to
    requests like this one; pace: of the community; itself: its row where the state knows it already, else -1.
    """

    at: float
    asker: int
    counts: Counter[str]
    topic_rows: tuple[int, ...]
    vector: NDArray[np.float32]
    chance_minutes: float
    confirmed_share: float
    pace: Pace
    itself: int = -1

    def check(self) -> None:
        """Raise ValueError where a number that values are computed from cannot be."""
        pace = self.pace
        numbers = (self.at, self.chance_minutes, pace.helpers_hour, pace.helpers_day, pace.log_minutes, pace.spread)
        if not all(map(isfinite, numbers)) or self.chance_minutes < 0 or not 0 < self.confirmed_share < 1:
            raise ValueError("a number of the request is not finite, or not one that can be")
        if min(pace.helpers_hour, pace.helpers_day, pace.spread) <= 0:
            raise ValueError("the pace of a request's community must be above 0")


def need_of(
    state: Memory,
    *,
    at: float,
    asker: int,
    title: str,
    body: str = "",
    topics: tuple[int, ...] = (),
    request: int | None = None,
) -> Need:
    """Describe a request as of `at` (seconds).

    request: its id, where the state may know it already; what happened to it then counts in everybody's record, but
    not as that of a similar request.
    """
    counts = text_counts(title, body)
    topic_rows = state.topic_rows(topics)
    return Need(
        at=at,
        asker=asker,
        counts=counts,
        topic_rows=tuple(topic_rows),
        vector=state.basis.of_words(counts, state.index),
        chance_minutes=state.chance.minutes(at=at, topic_rows=topic_rows),
        confirmed_share=confirmed_share(state, topic_rows),
        pace=state.pace,
        itself=-1 if request is None else state.request_row.get(request, -1),
    )


def confirmed_share(state: Memory, topic_rows: list[int]) -> float:
    """Return the share of answers in these topics that were confirmed, shrunk to that of all answers; in (0, 1)."""
    providers, topics = state.providers, state.topics
    overall = (float(providers["accepted"].sum()) + PRIOR_CONFIRMED) / (float(providers["judged"].sum()) + PRIOR_JUDGED)
    confirmed, judged = float(topics["accepted"][topic_rows].sum()), float(topics["judged"][topic_rows].sum())
    return (confirmed + SHRINK_TOPIC * overall) / (judged + SHRINK_TOPIC)
