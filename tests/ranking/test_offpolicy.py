"""What another model would have brought: right on average, in intervals that hold, where the truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.ranking.offpolicy import Logged, compare, off_policy
from tests.ranking.logs import plain_estimate, world

METHODS = ("ips", "self_normalised", "doubly_robust")


@pytest.fixture(scope="module")
def worlds():
    """Worlds of the same kind."""
    return [world(seed, 80, knows=0.9) for seed in range(50)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("clip", [2.0, 50.0])
def test_the_mean_equals_its_plain_version(method, clip):
    decisions, other, _ = world(1, 40, knows=0.5)

    found = off_policy(decisions, other, method=method, clip=clip)

    assert found.mean == pytest.approx(plain_estimate(decisions, other, method=method, clip=clip))
    assert found.decisions == 40


@pytest.mark.parametrize("method", METHODS)
def test_intervals_hold_the_truth(worlds, method):
    found = [(off_policy(decisions, other, method=method), truth) for decisions, other, truth in worlds]

    held = np.mean([estimate.low <= truth <= estimate.high for estimate, truth in found])
    assert held >= 0.85  # 95 % of fifty, less three standard errors
    assert np.mean([estimate.mean - truth for estimate, truth in found]) == pytest.approx(0, abs=0.01)


def test_the_doubly_robust_interval_is_the_narrowest_where_the_model_knows_something(worlds):
    width = {
        method: np.mean(
            [(e := off_policy(decisions, other, method=method)).high - e.low for decisions, other, _ in worlds]
        )
        for method in METHODS
    }

    assert width["doubly_robust"] < 0.75 * width["ips"]
    assert width["doubly_robust"] < width["self_normalised"]


def test_a_wrong_propensity_is_found_out(worlds):
    # The control of the test above: were the stored propensities those of another draw, no interval would hold.
    held = []
    for decisions, other, truth in worlds:
        wrong = [replace(each, propensities=np.full(8, 0.25)) for each in decisions]
        estimate = off_policy(wrong, other, method="ips")
        held.append(estimate.low <= truth <= estimate.high)

    assert np.mean(held) < 0.5


def test_a_policy_compared_with_itself_is_exactly_as_good(worlds):
    decisions, other, _ = worlds[0]

    found = compare(decisions, other, other, margin=0.0)

    assert (found.difference.mean, found.difference.low, found.difference.high) == (0, 0, 0)
    assert found.is_not_worse
    assert not found.is_worse


def test_better_and_worse_are_told_apart():
    decisions, better, _ = world(3, 300, knows=0.9)
    anybody = [np.full(8, 0.25)] * 300

    assert compare(decisions, better, anybody, margin=0.01).is_not_worse
    assert compare(decisions, anybody, better, margin=0.01).is_worse
    assert not compare(decisions, anybody, better, margin=0.01).is_not_worse


def test_what_nobody_could_be_asked_is_said_to_be_unsupported():
    one = Logged(np.array([1.0, 0.0]), np.array([0]), np.array([1.0]), np.zeros(2), 1)

    found = off_policy([one, replace(one, cluster=2)], [np.array([0.25, 0.75])] * 2)

    assert found.unsupported == pytest.approx(0.75)


def test_clipping_is_said_too():
    one = Logged(np.array([0.01, 0.99]), np.array([0]), np.array([1.0]), np.zeros(2), 1)

    found = off_policy([one, replace(one, cluster=2)], [np.array([0.5, 0.5])] * 2, clip=10.0)

    assert found.mean == pytest.approx(10)  # and not 50
    assert found.unsupported == pytest.approx(0.4)


def test_decisions_of_one_request_count_as_one():
    decisions, other, _ = world(4, 60)
    twice = [*decisions, *decisions]

    once = off_policy(decisions, other, method="ips")
    again = off_policy(twice, [*other, *other], method="ips")

    assert again.mean == pytest.approx(once.mean)
    assert again.high - again.low == pytest.approx(once.high - once.low)


def test_with_nothing_to_judge_by_nothing_is_claimed():
    for decisions in ([], world(1, 1)[0]):
        found = compare(decisions, world(1, 1)[1][: len(decisions)], world(1, 1)[1][: len(decisions)], margin=0.1)
        assert (found.difference.low, found.difference.high) == (-np.inf, np.inf)
        assert not found.is_not_worse
        assert not found.is_worse


@pytest.mark.parametrize(
    "spoiled",
    [
        {"propensities": np.array([0.5, np.nan])},
        {"propensities": np.array([0.5, 1.5])},
        {"propensities": np.array([0.0, 1.0])},
        {"rewards": np.array([np.inf])},
        {"rewards": np.zeros(2)},
        {"expected": np.array([np.nan, 0.0])},
        {"expected": np.zeros(3)},
    ],
)
def test_numbers_that_cannot_be_are_refused(spoiled):
    one = Logged(np.array([0.5, 0.5]), np.array([0]), np.array([1.0]), np.zeros(2), 1)

    with pytest.raises(ValueError):
        off_policy([replace(one, **spoiled)], [np.array([0.5, 0.5])])


def test_other_refusals():
    decisions, other, _ = world(1, 3)

    with pytest.raises(ValueError):
        off_policy(decisions, other[:2])
    with pytest.raises(ValueError):
        off_policy(decisions, [np.full(8, np.nan)] * 3)
    with pytest.raises(ValueError):
        off_policy(decisions, other, clip=0.0)
    with pytest.raises(ValueError):
        compare(decisions, other, other, margin=-1.0)
