"""Rings: planted ones are found with the right people; interests in common and satisfied customers are none."""

from __future__ import annotations

import numpy as np
import pytest

from app.ranking.rings import _burst, _densest, rings
from tests.ranking.make import DAY, MONDAY

HELPERS, CUSTOMERS = 60, 300


def community(seed: int, *, ring: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return confirmations (who, whom, when) of some years and the ring's accounts; half of those have a past."""
    rng = np.random.default_rng(seed)
    liked = rng.lognormal(0, 1, HELPERS)
    voter = np.repeat(np.arange(CUSTOMERS), 6)
    target = CUSTOMERS * 2 + rng.choice(HELPERS, len(voter), p=liked / liked.sum())
    at = MONDAY - rng.uniform(0, 700, len(voter)) * DAY
    members = np.concatenate((np.arange(ring // 2), CUSTOMERS + np.arange(ring - ring // 2)))
    praised = CUSTOMERS * 2 + rng.choice(HELPERS, 12, replace=False)
    own = np.concatenate((np.repeat(members, 12), np.repeat(members, 12)))
    hidden = CUSTOMERS * 2 + rng.choice(HELPERS, 12 * ring, p=liked / liked.sum())
    return (
        np.concatenate((voter, own)),
        np.concatenate((target, np.tile(praised, ring), hidden)),
        np.concatenate((at, MONDAY - rng.uniform(0, 10, len(own)) * DAY)),
        members,
    )


@pytest.mark.parametrize("size", [20, 60])
def test_a_planted_ring_is_found_with_its_people(size):
    voter, target, at, members = community(1, ring=size)

    (found,) = rings(voter, target, at, weight=np.zeros(1_000))

    assert np.isin(found.voters, members).mean() >= 0.9
    assert np.isin(members, found.voters).mean() >= 0.8
    assert found.inside > 1.5 * found.expected
    assert found.trusted == 0
    assert MONDAY - 11 * DAY <= found.first_at <= found.last_at <= MONDAY


def test_interests_in_common_are_no_ring():
    voter, target, at, _ = community(2)

    assert rings(voter, target, at, weight=np.zeros(1_000)) == []


def test_the_same_confirmations_over_years_are_no_ring():
    voter, target, at, _ = community(1, ring=20)

    assert rings(voter, target, np.random.default_rng(0).permutation(at), weight=np.zeros(1_000)) == []


def test_a_large_ring_that_confirms_itself_is_found_by_its_dates_and_by_whom_nobody_knows():
    rng = np.random.default_rng(4)
    voter = np.concatenate((np.repeat(np.arange(100), 6), np.repeat(np.arange(100, 300), 15)))
    target = np.concatenate((rng.integers(0, 100, 600), rng.integers(100, 300, 3_000)))
    at = MONDAY - np.concatenate((rng.uniform(0, 365, 600), rng.uniform(0, 30, 3_000))) * DAY
    weight = np.where(np.arange(300) < 100, 0.5, 0.0)

    (found,) = rings(voter, target, at, weight=weight)

    assert found.voters.min() >= 100
    assert len(found.voters) >= 160


def test_many_satisfied_customers_of_one_helper_in_one_week_are_no_ring():
    voter, target, at, _ = community(2)
    fresh = np.arange(400, 480)

    found = rings(
        np.concatenate((voter, fresh)),
        np.concatenate((target, np.full(80, target[0]))),
        np.concatenate((at, MONDAY - np.linspace(0, 5, 80) * DAY)),
        weight=np.zeros(1_000),
    )

    assert found == []


def test_the_same_confirmations_give_the_same_rings():
    voter, target, at, _ = community(1, ring=20)
    order = np.random.default_rng(1).permutation(len(voter))

    first = rings(voter, target, at, weight=np.zeros(1_000))
    again = rings(voter[order], target[order], at[order], weight=np.zeros(1_000))

    assert [each.voters.tolist() for each in first] == [each.voters.tolist() for each in again]


def test_nothing_to_look_at_is_no_ring():
    nothing = np.zeros(0, dtype=np.int64)

    assert rings(nothing, nothing, np.zeros(0), weight=np.zeros(0)) == []
    assert rings(np.array([3]), np.array([3]), np.zeros(1), weight=np.zeros(4)) == []


def test_the_densest_block_equals_the_best_of_all_blocks_taken_away_one_by_one():
    rng = np.random.default_rng(3)
    pairs = np.unique(rng.integers(0, 8, (30, 2)), axis=0)
    weights = rng.random(len(pairs))

    _, _, density = _densest(pairs, weights)

    left = {("v", v) for v, _ in pairs.tolist()} | {("t", t) for _, t in pairs.tolist()}
    best = 0.0
    while left:
        edges = [
            (("v", v), ("t", t), w)
            for (v, t), w in zip(pairs.tolist(), weights.tolist(), strict=True)
            if {("v", v), ("t", t)} <= left
        ]
        best = max(best, sum(w for *_, w in edges) / len(left))
        left.remove(min(left, key=lambda node: sum(w for *ends, w in edges if node in ends)))
    assert density == pytest.approx(best)


def test_a_burst_is_counted_against_what_is_usual():
    at = MONDAY + DAY * np.array([0.0, 100.0, 200.0, 300.0, 301.0, 302.0, 700.0])

    found = _burst(np.zeros(7, dtype=np.int64), at)

    # Within 3.5 days of day 301: two others; usual of six others in 7 of 700 days: 0.06.
    assert found[4] == pytest.approx(np.log(3 / (1 + 6 * 7 / 700)))
    assert found[1] == 0
