"""How long a request waits for its confirmed solution when it is left to chance.

Kaplan-Meier restricted mean: what is unsolved so far still counts for as long as it has waited.
Source: E. L. Kaplan, P. Meier (1958), J. Am. Stat. Assoc. 53, p. 457; restricted mean: P. Royston, M. Parmar (2013).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MINUTE_S = 60.0
HOUR_S = 3600.0
HORIZON_MINUTES = 14 * 24 * 60.0
HOURS_OF_WEEK = 168
SHRINK_TOPIC = 50.0  # requests: as much evidence as the hour of the week is worth to a topic
SHRINK_HOUR = 200.0


@dataclass(frozen=True)
class Chance:
    """Expected minutes to a confirmed solution without routing, restricted to 14 days, and on how many requests."""

    overall: float
    by_hour: NDArray[np.float64]  # (168,), shrunk towards overall
    by_topic: NDArray[np.float64]  # (topics,), not shrunk
    topic_weight: NDArray[np.float64]  # (topics,), requests seen

    def minutes(self, *, at: float, topic_rows: list[int]) -> float:
        """Return T0 for a request placed at `at` (seconds) with these topics: topic, shrunk to hour of week, to all."""
        hour = float(self.by_hour[hour_of_week(at)])
        rows = [row for row in topic_rows if row < len(self.by_topic) and self.topic_weight[row] > 0]
        if not rows:
            return hour
        weights = self.topic_weight[rows]
        shrunk = (weights * self.by_topic[rows] + SHRINK_TOPIC * hour) / (weights + SHRINK_TOPIC)
        return float(shrunk.mean())


NOTHING_KNOWN = Chance(
    overall=HORIZON_MINUTES,
    by_hour=np.full(HOURS_OF_WEEK, HORIZON_MINUTES),
    by_topic=np.zeros(0),
    topic_weight=np.zeros(0),
)


def restricted_mean(
    waits: NDArray[np.float64], solved: NDArray[np.bool_], *, horizon: float = HORIZON_MINUTES
) -> float:
    """Return the mean minutes to a solution, each wait cut off at `horizon`, by Kaplan-Meier.

    waits (n,): minutes until the solution, or until we stopped looking where `solved` (n,) is False. The last stretch
    of the curve is carried on to the horizon; with no waits at all the answer is the horizon. Raises ValueError on
    negative or non-finite waits.
    """
    if not np.all(np.isfinite(waits)) or np.any(waits < 0):
        raise ValueError("waits must be finite and not negative")
    if len(waits) == 0:
        return horizon
    cut = np.minimum(waits, horizon)
    happened = solved & (waits <= horizon)
    times, place = np.unique(cut, return_inverse=True)
    deaths = np.bincount(place, weights=happened, minlength=len(times))
    leaving = np.bincount(place, minlength=len(times))
    at_risk = len(cut) - np.concatenate(([0], np.cumsum(leaving)[:-1]))
    alive = np.cumprod(1 - deaths / at_risk)
    steps = np.diff(np.concatenate((times, [horizon])))
    return float(times[0] + (alive * steps).sum())


def hour_of_week(at: float) -> int:
    """Return 0 to 167; 0 is the hour from Monday 00:00 UTC. `at` in seconds since 1970, a Thursday."""
    return (int(at // HOUR_S) + 72) % HOURS_OF_WEEK


def chance_of(
    *,
    asked_at: NDArray[np.float64],
    solved_wait: NDArray[np.float64],
    known: NDArray[np.bool_],
    topics: NDArray[np.int64],
    topics_each: NDArray[np.int64],
    topic_count: int,
    now: float,
) -> Chance:
    """Estimate the chance table from all requests.

    asked_at (n,) in seconds; solved_wait (n,) in minutes, nan where unsolved; known (n,): False leaves a request out,
    because its source does not record solutions. topics: the topic rows of all requests one after another,
    topics_each (n,) of them per request.
    """
    solved = ~np.isnan(solved_wait)
    waits = np.where(solved, solved_wait, np.maximum(0.0, (now - asked_at) / MINUTE_S))
    overall = restricted_mean(waits[known], solved[known])
    hours = (asked_at // HOUR_S).astype(np.int64)
    by_hour = np.full(HOURS_OF_WEEK, overall)
    for hour, rows in _groups((hours + 72) % HOURS_OF_WEEK, known):
        own = restricted_mean(waits[rows], solved[rows])
        by_hour[hour] = (len(rows) * own + SHRINK_HOUR * overall) / (len(rows) + SHRINK_HOUR)
    by_topic, weight = np.zeros(topic_count), np.zeros(topic_count)
    request = np.repeat(np.arange(len(asked_at)), topics_each)
    for topic, places in _groups(topics, known[request]):
        rows = request[places]
        by_topic[topic], weight[topic] = restricted_mean(waits[rows], solved[rows]), len(rows)
    return Chance(overall, by_hour, by_topic, weight)


def _groups(key: NDArray[np.int64], kept: NDArray[np.bool_]) -> list[tuple[int, NDArray[np.int64]]]:
    """Return (key, positions) for each key among the kept."""
    positions = np.flatnonzero(kept)
    ordered = positions[np.argsort(key[positions], kind="stable")]
    if len(ordered) == 0:
        return []
    cuts = np.flatnonzero(np.diff(key[ordered])) + 1
    return [(int(key[group[0]]), group) for group in np.split(ordered, cuts)]
