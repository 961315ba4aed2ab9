"""Who gets the first offers: the best, near-equals in turn, and now and then somebody about whom little is known.

Every candidate's probability of being in the first wave is decided before chance is asked, and adds up to the number of
places; so a past decision can judge a new method fairly (inverse propensity), and newcomers are sure of their share.
Sources: W. Madow (1949), systematic sampling; W. Thompson (1933), sampling by the probability of being best.
"""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

SHARE = 0.05  # of all offers goes to the uncertain, where there are any
NEAR_SHARE = 0.02  # values this close, as a share of the best, count as nearly equal
NEAR_LEAST_MINUTES = 1.0
CONTENDERS = 50  # the best, and the most promising of the uncertain, that are looked at closely
EVEN_SHARE = 0.2  # of exploration is spread evenly, so that no newcomer is without any chance
GRID = 65


@dataclass(frozen=True)
class Wave:
    """propensities (n,): probability of being in the first wave, summing to min(places, n); chosen: positions."""

    propensities: Floats
    chosen: Rows


def first_wave(
    values: Floats,
    deviations: Floats,
    uncertain: NDArray[np.bool_],
    keys: NDArray[np.uint64],
    *,
    places: int,
    rng: np.random.Generator,
    share: float = SHARE,
) -> Wave:
    """Draw the first wave.

    values and deviations (n,): minutes saved and how unsure we are; uncertain (n,): who may be explored; keys (n,):
    distinct numbers that put the candidates in an order of their own, so that the order of the arrays does not matter.
    Raises ValueError unless 0 <= share <= 1 and places >= 1.
    """
    propensities = wave_propensities(values, deviations, uncertain, places=places, share=share)
    chosen = systematic(propensities, keys, rng)
    return Wave(propensities, chosen[np.lexsort((keys[chosen], -values[chosen]))])


def wave_propensities(
    values: Floats, deviations: Floats, uncertain: NDArray[np.bool_], *, places: int, share: float = SHARE
) -> Floats:
    """Return each candidate's probability of being in the first wave (n,); no chance is involved.

    Arguments as of first_wave; raises what it raises.
    """
    if not 0 <= share <= 1 or places < 1:
        raise ValueError("share must be in [0, 1] and places at least 1")
    if not len(values) == len(deviations) == len(uncertain):
        raise ValueError("values, deviations and who is uncertain have different lengths")
    if not (np.all(np.isfinite(values)) and np.all(np.isfinite(deviations))):
        raise ValueError("a value or how unsure it is is not finite")
    if len(values) <= places:
        return np.ones(len(values))
    explored = exploring(values, deviations, uncertain, places=places, share=share)
    # What is kept for exploration comes off the last place, not off the best candidate.
    rest = places - float(explored.sum())
    return explored + filled(best_weights(values, places, near_minutes(values)), rest, most=1 - explored)


def exploring(values: Floats, deviations: Floats, uncertain: NDArray[np.bool_], *, places: int, share: float) -> Floats:
    """Return the part of each propensity (n,) that is for getting to know somebody: share · places in all, where so
    many are uncertain.
    """
    wanted = np.zeros(len(values))
    rows = np.flatnonzero(uncertain)
    if len(rows) and share > 0:
        wanted[rows] = filled(promise(values[rows], deviations[rows]), share * places)
    return wanted


def best_weights(values: Floats, places: int, near: float) -> Floats:
    """Return weights (n,) for who is asked when only value counts: 1 at the last place, e times as much for every
    `near` minutes above it; so near-equals take turns.
    """
    close = largest(values, max(CONTENDERS, 2 * places))
    edge = np.partition(values, len(values) - places)[len(values) - places]
    weights = np.zeros(len(values))
    weights[close] = np.exp(np.clip((values[close] - edge) / near, -40.0, 40.0))
    return weights


def near_minutes(values: Floats) -> float:
    """Return how many minutes apart two candidates are nearly equal, where these are the values (n,)."""
    return max(NEAR_LEAST_MINUTES, NEAR_SHARE * abs(float(values.max()))) if len(values) else NEAR_LEAST_MINUTES


def promise(values: Floats, deviations: Floats) -> Floats:
    """Return each uncertain candidate's share of exploration; sums to 1.

    Four fifths by the probability of being the best of them, value being normal around `values` with `deviations`;
    the rest evenly.
    """
    even = np.full(len(values), 1 / len(values))
    close = largest(values + 1.5 * deviations, CONTENDERS)
    best = np.zeros(len(values))
    if len(close) > 4 * CONTENDERS:  # so many exactly alike: each is as likely as the next
        best[close] = 1 / len(close)
    else:
        best[close] = _probability_of_best(values[close], np.maximum(deviations[close], 1e-6))
    return EVEN_SHARE * even + (1 - EVEN_SHARE) * best


def filled(weights: Floats, places: float, most: Floats | None = None) -> Floats:
    """Return probabilities min(most, c * weight) (n,) that sum to `places`, or to all that can be had.

    most (n,): 1 where it is not given; it must be above 0 wherever the weight is.
    """
    result = np.zeros(len(weights))
    open_rows = np.flatnonzero(weights > 0)
    if places <= 0 or len(open_rows) == 0:
        return result
    limits = np.ones(len(open_rows)) if most is None else np.maximum(most[open_rows], 1e-12)
    order = np.argsort(-weights[open_rows] / limits, kind="stable")
    rows, limits, ordered = open_rows[order], limits[order], weights[open_rows[order]]
    # With the first m at their limit the rest share what is left; the first m that leaves nobody above hers is it.
    rest = np.cumsum(ordered[::-1])[::-1]
    left = places - np.concatenate(([0.0], np.cumsum(limits)[:-1]))
    fits = np.flatnonzero(left * ordered <= limits * rest)
    if len(fits) == 0:
        result[rows] = limits
        return result
    at = int(fits[0])
    result[rows[:at]] = limits[:at]
    result[rows[at:]] = np.minimum(limits[at:], ordered[at:] / rest[at] * max(left[at], 0.0))
    return result


def systematic(propensities: Floats, keys: NDArray[np.uint64], rng: np.random.Generator) -> Rows:
    """Draw positions so that each is in with exactly its propensity, as many as they sum to (a whole number)."""
    possible = np.flatnonzero(propensities > 0)
    possible = possible[np.argsort(keys[possible], kind="stable")]
    reached = np.cumsum(propensities[possible])
    places = round(float(reached[-1])) if len(reached) else 0
    # The last sum may miss the whole number by a rounding error; no mark may fall behind it.
    marks = np.arange(places) + min(rng.random(), 1 - 1e-9)
    return possible[np.minimum(np.searchsorted(reached, marks, side="right"), len(possible) - 1)]


def largest(numbers: Floats, most: int) -> Rows:
    """Return the positions of the `most` largest, and of all that equal the last of them."""
    if len(numbers) <= most:
        return np.arange(len(numbers))
    return np.flatnonzero(numbers >= np.partition(numbers, len(numbers) - most)[len(numbers) - most])


def _probability_of_best(means: Floats, deviations: Floats) -> Floats:
    """Return P(candidate i has the largest of independent normals), by numerical integration; sums to 1."""
    low, high = float((means - 5 * deviations).min()), float((means + 5 * deviations).max())
    edges = np.linspace(low, high, GRID)
    below = scipy.special.ndtr((edges[:, None] - means) / deviations)
    inside = np.diff(below, axis=0)
    middle = np.maximum((below[1:] + below[:-1]) / 2, 1e-300)
    logs = np.log(middle)
    best = (inside * np.exp(logs.sum(axis=1, keepdims=True) - logs)).sum(axis=0)
    total = float(best.sum())
    return best / total if total > 0 else np.full(len(means), 1 / len(means))
