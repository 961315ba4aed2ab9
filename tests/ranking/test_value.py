"""Minutes: survival, shrinkage, waiting, and that more solutions or more speed never cost a provider."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ranking.model import default_model
from app.ranking.need import confirmed_share
from app.ranking.pace import DAY_MINUTES, pace_of
from app.ranking.rank import appraise
from app.ranking.state import State
from app.ranking.survival import HORIZON_MINUTES, Chance, chance_of, hour_of_week, restricted_mean
from app.ranking.value import confirmed_given_answer, limited_mean, log_total, responds, wait_minutes
from tests.ranking.make import DAY, HOUR, MONDAY, need, pool, random_pool


def plain_restricted_mean(waits: list[float], solved: list[bool], horizon: float) -> float:
    """Walk minute by minute over the steps of the survival curve."""
    alive, area, before = 1.0, 0.0, 0.0
    for time in sorted({min(wait, horizon) for wait in waits}):
        area += alive * (time - before)
        at_risk = sum(1 for wait in waits if min(wait, horizon) >= time)
        happened = sum(1 for wait, yes in zip(waits, solved, strict=True) if yes and wait == time and wait <= horizon)
        alive *= 1 - happened / at_risk
        before = time
    return area + alive * (horizon - before)


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=30))
def test_restricted_mean_equals_its_plain_version(cases):
    waits, solved = [float(wait) for wait, _ in cases], [yes for _, yes in cases]

    found = restricted_mean(np.array(waits), np.array(solved), horizon=25.0)

    assert found == pytest.approx(plain_restricted_mean(waits, solved, 25.0))


def test_known_survival_curve():
    # Two solved after 10 and 30 minutes, one still open after 20: 10 + 2/3 * 20 + 0 * the rest.
    assert restricted_mean(np.array([10.0, 20.0, 30.0]), np.array([True, False, True]), horizon=60) == pytest.approx(
        10 + 20 * 2 / 3
    )


def test_nothing_known_takes_the_whole_horizon():
    assert restricted_mean(np.zeros(0), np.zeros(0, dtype=bool)) == HORIZON_MINUTES


@pytest.mark.parametrize("wait", [-1.0, np.nan, np.inf])
def test_impossible_waits_are_refused(wait):
    with pytest.raises(ValueError):
        restricted_mean(np.array([wait]), np.array([True]))


def test_hours_of_the_week_start_on_monday():
    assert hour_of_week(MONDAY) == 0
    assert hour_of_week(MONDAY - HOUR) == 167
    assert hour_of_week(MONDAY + 30 * HOUR) == 30


def test_a_topic_that_is_solved_fast_has_less_to_gain():
    n = 400
    fast = np.arange(n) % 2 == 0
    chance = chance_of(
        asked_at=MONDAY + np.arange(n) * HOUR,
        solved_wait=np.where(fast, 30.0, np.nan),
        known=np.ones(n, dtype=bool),
        topics=np.where(fast, 0, 1),
        topics_each=np.ones(n, dtype=np.int64),
        topic_count=2,
        now=MONDAY + 100 * DAY,
    )

    quick, slow = (chance.minutes(at=MONDAY, topic_rows=[topic]) for topic in (0, 1))

    assert quick < chance.minutes(at=MONDAY, topic_rows=[]) < slow
    assert chance.minutes(at=MONDAY, topic_rows=[7]) == chance.minutes(at=MONDAY, topic_rows=[])


def test_little_evidence_about_a_topic_counts_for_little():
    table = Chance(1000.0, np.full(168, 1000.0), np.array([10.0, 10.0]), np.array([1.0, 1000.0]))

    assert table.minutes(at=MONDAY, topic_rows=[0]) > 900
    assert table.minutes(at=MONDAY, topic_rows=[1]) < 100


def test_requests_whose_source_records_no_solutions_are_left_out():
    chance = chance_of(
        asked_at=np.array([MONDAY, MONDAY]),
        solved_wait=np.array([5.0, np.nan]),
        known=np.array([True, False]),
        topics=np.zeros(0, dtype=np.int64),
        topics_each=np.zeros(2, dtype=np.int64),
        topic_count=0,
        now=MONDAY + DAY,
    )

    assert chance.overall == 5.0


@given(st.floats(-2, 12), st.floats(0.3, 3), st.floats(1, 5_000))
def test_limited_mean_equals_a_sum_over_quantiles(log_mean, spread, limit):
    from scipy.stats import norm

    quantiles = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    expected = np.minimum(np.exp(log_mean + spread * quantiles), limit).mean()

    assert limited_mean(np.array([log_mean]), spread=spread, limit=limit)[0] == pytest.approx(expected, rel=0.01)


def test_an_endlessly_slow_provider_costs_just_the_notice():
    assert wait_minutes(np.array([1.0]), np.array([1e4]), spread=2.0)[0] == pytest.approx(120.0)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=30))
def test_shares_sum_to_one(scores):
    assert np.exp(np.array(scores) - log_total(np.array(scores))).sum() == pytest.approx(1.0)


def test_livelier_communities_promise_more():
    share = np.log(np.array([0.5, 0.1]))

    quiet, lively = (responds(share, helpers=helpers, intercept=0.0, slope=1.0) for helpers in (0.2, 2.0))

    assert (lively > quiet).all()
    assert (np.diff(lively) < 0).all()


def test_one_of_one_is_worth_less_than_ninety_of_a_hundred():
    for share in (0.05, 0.2, 0.5):
        one, ninety = confirmed_given_answer(np.array([1.0, 90.0]), np.array([1.0, 100.0]), share=share)
        assert one < ninety


def test_the_prior_of_a_topic_is_its_share_of_confirmed_answers():
    state = State()
    assert 0 < confirmed_share(state, []) < 1


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 20))
def test_one_more_confirmed_solution_never_lowers_a_value(seed, n):
    before = random_pool(seed, n)
    model = default_model()
    values = appraise(need(), before, model).values

    for column in ({"confirmed": 1.0}, {"confirmed": 1.0, "judged": 1.0}):
        more = {name: getattr(before, name) + amount * (np.arange(n) == 0) for name, amount in column.items()}
        after = appraise(need(), pool(before.features, **(_columns(before) | more)), model).values
        assert after[0] >= values[0] - 1e-9


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 20), st.floats(0, 50))
def test_slower_never_raises_a_value(seed, n, slower):
    before = random_pool(seed, n)
    model = default_model()

    sums = before.speed_sum + slower * (np.arange(n) == 0)
    after = pool(before.features, **(_columns(before) | {"speed_sum": sums}))

    assert appraise(need(), after, model).values[0] <= appraise(need(), before, model).values[0] + 1e-9


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(0, 8))
def test_more_of_a_factor_moves_a_value_the_way_of_its_sign(seed, column):
    before = random_pool(seed, 8)
    model = default_model()
    features = before.features.copy()
    features[0, column] += 1.0

    change = (
        appraise(need(), pool(features, **_columns(before)), model).values[0]
        - (appraise(need(), before, model).values[0])
    )

    assert change * model.weights[column] >= -1e-9


def test_the_pace_counts_helpers_and_their_minutes():
    asked = MONDAY + np.arange(1000) * HOUR
    request = np.repeat(np.arange(1000), 2)
    waits = np.tile([30.0, 600.0], 1000)

    pace = pace_of(asked, waits, request, MONDAY + 100 * DAY)

    assert pace.helpers_hour == pytest.approx(1.0, abs=0.05)
    assert pace.helpers_day == pytest.approx(2.0, abs=0.05)
    assert pace.log_minutes == pytest.approx((math.log(30) + math.log(600)) / 2, abs=0.02)
    assert DAY_MINUTES == 1440


def _columns(of) -> dict[str, np.ndarray]:
    names = ("ids", "answers", "confirmed", "judged", "speed_sum", "speed_count", "uncertain", "terms")
    return {name: getattr(of, name) for name in names}
