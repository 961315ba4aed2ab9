"""Order the candidates for one request by the minutes they are expected to save, and draw who is asked first."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from app.ranking.exploration import SHARE, Wave, first_wave
from app.ranking.model import Model
from app.ranking.need import Need
from app.ranking.pool import TERMS, Pool
from app.ranking.value import (
    EXPECTED_CONFIRMATIONS,
    NOTICE_MINUTES,
    confirmed_given_answer,
    log_minutes,
    log_total,
    responds,
    wait_minutes,
)

Floats = NDArray[np.float64]

MINUTE_PARTS = ("solving", "waiting", *TERMS)


@dataclass(frozen=True)
class Appraisal:
    """What each candidate is worth, in the order of the pool; every array has n rows.

    contributions (n, 10): weight times factor, summing to scores; minutes (n, 7) as MINUTE_PARTS, summing to values;
    within_hour, within_day: P(answers in time); confirmed: P(confirmed | answers); log_total: ln of the sum of
    exp(score) over all n, from which the probabilities of a few can be computed again.
    """

    values: Floats
    scores: Floats
    contributions: Floats
    minutes: Floats
    within_hour: Floats
    within_day: Floats
    confirmed: Floats
    log_total: float

    @property
    def solving(self) -> Floats:
        """The minutes that each is expected to save by solving it (n,): the first part of the minutes."""
        return self.minutes[:, MINUTE_PARTS.index("solving")]


@dataclass(frozen=True)
class Ranking:
    """The best m = min(k, n) candidates, best first; every array has m rows.

    positions: in the pool; values: minutes saved; propensities: P(in the first wave), which over the whole pool sum to
    the places; the others as in Appraisal. `wave`: the positions drawn for it, by value; wave_propensities: theirs.
    """

    positions: NDArray[np.int64]
    values: Floats
    scores: Floats
    contributions: Floats
    minutes: Floats
    within_hour: Floats
    within_day: Floats
    confirmed: Floats
    propensities: Floats
    wave: NDArray[np.int64]
    wave_propensities: Floats
    log_total: float


def rank(
    need: Need,
    pool: Pool,
    model: Model,
    *,
    rng: np.random.Generator,
    k: int = 5,
    places: int = 3,
    notice: float = NOTICE_MINUTES,
    explore: float = SHARE,
    total: float | None = None,
) -> Ranking:
    """Order the providers in `pool` by expected value for one need, as of need.at.

    places: how many are asked at once; notice: minutes after which silence is noticed; explore: share of offers for the
    uncertain; total: the log_total of everybody who might answer, where the pool is only a part of them. Chance
    decides the first wave and the order of exactly equal values, nothing else.
    Raises ValueError on a number that is not finite or leads to none, disagreeing shapes, a candidate twice, or k < 1.
    """
    if k < 1:
        raise ValueError("k must be at least 1")
    worth = appraise(need, pool, model, notice=notice, total=total)
    keys = keys_of(pool.ids, rng)
    wave = first_wave(
        worth.values, uncertainty(worth, pool), pool.uncertain, keys, places=places, rng=rng, share=explore
    )
    return ranking_of(worth, wave, keys, k=min(k, len(pool)))


def uncertainty(worth: Appraisal, pool: Pool) -> Floats:
    """Return how unsure each value is (n,), in minutes: one standard deviation."""
    # The delta method on P(answers) * P(confirmed | answers), both estimated from counts.
    unsure = np.sqrt(1 / (pool.confirmed + EXPECTED_CONFIRMATIONS) + 1 / (pool.answers + 1))
    return worth.solving * unsure


def ranking_of(worth: Appraisal, wave: Wave, keys: NDArray[np.uint64], *, k: int) -> Ranking:
    """Return the k best of those appraised, and the wave that was drawn for them."""
    best = _best(worth.values, keys, k)
    return Ranking(
        positions=best,
        values=worth.values[best],
        scores=worth.scores[best],
        contributions=worth.contributions[best],
        minutes=worth.minutes[best],
        within_hour=worth.within_hour[best],
        within_day=worth.within_day[best],
        confirmed=worth.confirmed[best],
        propensities=wave.propensities[best],
        wave=wave.chosen,
        wave_propensities=wave.propensities[wave.chosen],
        log_total=worth.log_total,
    )


def appraise(
    need: Need, pool: Pool, model: Model, *, notice: float = NOTICE_MINUTES, total: float | None = None
) -> Appraisal:
    """Say what every candidate is worth; no chance is involved. Raises ValueError as `rank` does.

    total: the log_total of everybody who might answer, where the pool is only a part of them.
    """
    pool.check()
    need.check()
    if not 0 < notice < np.inf or not (total is None or isfinite(total)):
        raise ValueError("notice or total is not a number that can be of a request")
    # Numbers that overflow are refused below, with a reason.
    with np.errstate(over="ignore", invalid="ignore"):
        contributions = pool.features * model.weights
        scores = contributions.sum(axis=1)
        total = log_total(scores) if total is None else total
        share = scores - total
        within_hour = responds(share, helpers=need.pace.helpers_hour, intercept=model.hour[0], slope=model.hour[1])
        within_day = responds(share, helpers=need.pace.helpers_day, intercept=model.day[0], slope=model.day[1])
        confirmed = confirmed_given_answer(pool.confirmed, pool.judged, share=need.confirmed_share)
        log_mean = log_minutes(pool.speed_sum, pool.speed_count, mean=need.pace.log_minutes)
        waiting = wait_minutes(within_day, log_mean, spread=need.pace.spread, notice=notice)
        solving = within_day * confirmed * need.chance_minutes
        minutes = np.column_stack((solving, -waiting, pool.terms))
        values = minutes.sum(axis=1)
    if not (np.all(np.isfinite(values)) and np.all(np.isfinite(scores))):
        raise ValueError("a feature, term or record is too large to reckon with")
    return Appraisal(
        values=values,
        scores=scores,
        contributions=contributions,
        minutes=minutes,
        within_hour=within_hour,
        within_day=within_day,
        confirmed=confirmed,
        log_total=total,
    )


def keys_of(ids: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.uint64]:
    """Return a different random-looking number per id and draw, whatever the order of the ids (SplitMix64)."""
    salt = np.uint64(rng.integers(0, 2**63))
    mixed = (ids.astype(np.uint64) + salt) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _best(values: Floats, keys: NDArray[np.uint64], k: int) -> NDArray[np.int64]:
    """Return the positions of the k largest values, best first; exactly equal ones in the order of their keys."""
    if k == 0:
        return np.zeros(0, dtype=np.int64)
    edge = np.partition(values, len(values) - k)[len(values) - k]
    reaching = np.flatnonzero(values >= edge)
    return reaching[np.lexsort((keys[reaching], -values[reaching]))][:k]
