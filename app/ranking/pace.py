"""How lively a community is as a whole: how many people answer a request within an hour and a day, and how fast."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MINUTE_S = 60.0
DAY_S = 86_400.0
HOUR_MINUTES = 60.0
DAY_MINUTES = 1440.0
WINDOW_S = 180 * DAY_S
PRIOR_REQUESTS = 20.0  # as much evidence as this many requests says: 0.1 helpers in an hour, 0.5 in a day
PRIOR_HELPERS_HOUR = 0.1
PRIOR_HELPERS_DAY = 0.5
PRIOR_ANSWERS = 20.0
PRIOR_LOG_MINUTES = float(np.log(180.0))
PRIOR_SPREAD = 2.0  # standard deviation of ln minutes


@dataclass(frozen=True)
class Pace:
    """Helpers per request within an hour and a day; mean and standard deviation of ln minutes to an answer."""

    helpers_hour: float
    helpers_day: float
    log_minutes: float
    spread: float


UNKNOWN_PACE = Pace(PRIOR_HELPERS_HOUR, PRIOR_HELPERS_DAY, PRIOR_LOG_MINUTES, PRIOR_SPREAD)


def pace_of(asked_at: NDArray[np.float64], waits: NDArray[np.float64], request: NDArray[np.int64], now: float) -> Pace:
    """Measure the pace over requests of the last 180 days that are at least a day old, shrunk to a plain prior.

    asked_at (n,) in seconds. waits (a,) in minutes and request (a,), its position in asked_at: one per request and
    provider who answered it; a wait of 0 or less is unknown and counts as a helper of the first day only.
    """
    age = now - asked_at
    seen = (age >= DAY_S) & (age <= WINDOW_S)
    counted = seen[request]
    requests, waits = float(seen.sum()), waits[counted]
    known = waits[waits > 0]
    in_hour = float(((waits > 0) & (waits <= HOUR_MINUTES)).sum())
    in_day = float((waits <= DAY_MINUTES).sum())
    logs = np.log(np.maximum(known, 1.0))
    weight = len(logs) + PRIOR_ANSWERS
    mean = (float(logs.sum()) + PRIOR_ANSWERS * PRIOR_LOG_MINUTES) / weight
    squares = float(((logs - mean) ** 2).sum()) + PRIOR_ANSWERS * PRIOR_SPREAD**2
    return Pace(
        helpers_hour=(in_hour + PRIOR_REQUESTS * PRIOR_HELPERS_HOUR) / (requests + PRIOR_REQUESTS),
        helpers_day=(in_day + PRIOR_REQUESTS * PRIOR_HELPERS_DAY) / (requests + PRIOR_REQUESTS),
        log_minutes=mean,
        spread=float(np.sqrt(squares / weight)),
    )
