"""Many requests at once: the best assignment, its prices, and draws with exactly the propensities that were said."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ranking.assignment import Wish, assign_together, best_assignment
from app.ranking.exploration import wave_propensities
from app.ranking.features import COLUMNS
from app.ranking.model import default_model
from app.ranking.rank import rank
from app.ranking.rounding import LEAST, rounded, thinned
from app.ranking.together import Waiting, rank_together
from tests.ranking.make import need, pool, random_pool


def wishes(seed: int, *, requests: int, providers: int, places: int = 1, uncertain: float = 0.2) -> list[Wish]:
    """Return requests that want the same few good ones most."""
    rng = np.random.default_rng(seed)
    good = rng.lognormal(4, 1, providers)
    found = []
    for _ in range(requests):
        values = good * rng.lognormal(0, 0.5, providers) - 60
        at = np.arange(providers)
        found.append(Wish(at, values, np.abs(values) * 0.3, rng.random(providers) < uncertain, places))
    return found


def together(given, capacity, *, seed=1, **more):
    n = 1 + max((int(wish.providers.max()) for wish in given if len(wish.providers)), default=0)
    return assign_together(
        given, np.full(n, capacity), np.arange(n, dtype=np.uint64), rng=np.random.default_rng(seed), **more
    )


def asked(given, decided, providers):
    names = [wish.providers[chosen] for wish, chosen in zip(given, decided.chosen, strict=True)]
    return np.bincount(np.concatenate(names), minlength=providers)


def greedy(values, capacity):
    """Let one request after the other take the best who is left; return the sum of the values."""
    left, total = np.full(values.shape[1], capacity), 0.0
    for row in values:
        best = int(np.argmax(np.where(left > 0, row, -np.inf)))
        left[best] -= 1
        total += row[best]
    return total


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(4, 5))
def test_the_best_assignment_is_the_best_of_all(seed, requests, providers):
    values = np.random.default_rng(seed).normal(size=(requests, providers))

    found = best_assignment(
        values, np.ones(requests, dtype=np.int64), np.ones(providers, dtype=np.int64), np.zeros(requests)
    )

    best = max(sum(values[row, to] for row, to in enumerate(way)) for way in permutations(range(providers), requests))
    assert values[found].sum() == pytest.approx(best)


def test_nobody_gets_two_places_of_one_request_or_more_than_she_takes():
    values = np.tile([9.0, 5.0, 1.0], (3, 1))

    found = best_assignment(values, np.array([2, 2, 2]), np.array([5, 2, 1]), np.zeros(3))

    assert found.sum(axis=1).tolist() == [2, 2, 2]
    assert found.sum(axis=0).tolist() == [3, 2, 1]


def test_who_must_not_be_asked_is_not_even_if_places_stay_empty():
    values = np.array([[-np.inf, 1.0], [-np.inf, 2.0]])

    found = best_assignment(values, np.array([1, 1]), np.array([5, 1]), np.zeros(2))

    assert found.tolist() == [[False, False], [False, True]]


def test_no_requests_no_providers_no_capacity():
    none = np.zeros(0, dtype=np.int64)
    assert best_assignment(np.zeros((0, 3)), none, np.ones(3, dtype=np.int64), np.zeros(0)).shape == (0, 3)
    assert not best_assignment(
        np.ones((2, 3)), np.ones(2, dtype=np.int64), np.zeros(3, dtype=np.int64), np.zeros(2)
    ).any()
    assert together([], 3).chosen == []
    nobody = Wish(none, np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool), 2)
    assert [len(each) for each in together([nobody, nobody], 3).chosen] == [0, 0]
    full = together(wishes(1, requests=3, providers=4), 0)
    assert [len(each) for each in full.chosen] == [0, 0, 0]
    assert sum(each.sum() for each in full.propensities) == 0


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_none_are_refused(value):
    with pytest.raises(ValueError):
        best_assignment(np.array([[value]]), np.ones(1, dtype=np.int64), np.ones(1, dtype=np.int64), np.zeros(1))
    wish = wishes(1, requests=1, providers=4)[0]
    for column in ("values", "deviations"):
        with pytest.raises(ValueError):
            together([replace(wish, **{column: np.full(4, value)})], 1)


def test_other_refusals():
    wish = wishes(1, requests=1, providers=4)[0]

    for spoiled in (
        replace(wish, places=0),
        replace(wish, values=wish.values[:3]),
        replace(wish, providers=np.array([0, 1, 1, 2])),
        replace(wish, providers=np.array([0, 1, 2, -1])),
    ):
        with pytest.raises(ValueError):
            together([spoiled], 1)
    with pytest.raises(ValueError):
        together([wish], -1)
    with pytest.raises(ValueError):
        together([wish], 1, share=1.5)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 3))
def test_one_request_alone_is_decided_as_ever(seed, providers, places):
    (wish,) = wishes(seed, requests=1, providers=providers, places=places)

    found = together([wish], 1)

    alone = wave_propensities(wish.values, wish.deviations, wish.uncertain, places=places)
    np.testing.assert_allclose(found.propensities[0], alone, atol=1e-9)
    assert len(found.chosen[0]) == min(places, providers)
    assert not found.prices.any()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(3, 30), st.integers(1, 3), st.integers(1, 4))
def test_places_and_capacities_are_kept(seed, requests, providers, places, capacity):
    given_ = wishes(seed, requests=requests, providers=providers, places=places)

    found = together(given_, capacity, seed=seed)

    said = np.zeros(providers)
    for wish, propensities, chosen in zip(given_, found.propensities, found.chosen, strict=True):
        assert (propensities[chosen] > 0).all()
        assert (propensities <= 1 + 1e-9).all()
        assert len(chosen) in (int(propensities.sum() + 1e-6), int(np.ceil(propensities.sum() - 1e-6)))
        said[wish.providers] += propensities
    assert (said <= capacity + 1e-6).all()
    assert (asked(given_, found, providers) <= capacity).all()
    if requests * places <= providers * capacity / 2:
        assert all(len(chosen) == min(places, providers) for chosen in found.chosen)


def test_together_saves_more_than_one_by_one_and_nearly_as_much_as_is_possible():
    for seed in range(5):
        given_ = wishes(seed, requests=30, providers=60)
        values = np.array([wish.values for wish in given_])
        best = best_assignment(values, np.ones(30, dtype=np.int64), np.full(60, 2), np.zeros(30))

        expected = sum(
            float(wish.values @ propensities)
            for wish, propensities in zip(given_, together(given_, 2, share=0.0).propensities, strict=True)
        )

        assert greedy(values, 2) < expected <= values[best].sum() + 1e-6
        assert expected > 0.93 * values[best].sum()


def test_the_load_of_one_spreads_to_the_next():
    values = np.tile([100.0, 90.0, 0.0], (3, 1))
    places, capacities = np.ones(3, dtype=np.int64), np.full(3, 3)

    free, loaded = (best_assignment(values, places, capacities, np.full(3, load)).sum(axis=0) for load in (0.0, 20.0))

    assert free.tolist() == [3, 0, 0]
    assert loaded.tolist() == [2, 1, 0]
    given_ = [Wish(np.arange(3), row, np.ones(3), np.zeros(3, dtype=bool), 1, load=20.0) for row in values]
    expected = np.sum(together(given_, 3).propensities, axis=0)
    np.testing.assert_allclose(expected, [2, 1, 0], atol=0.35)
    assert expected.sum() == pytest.approx(3)


def test_near_equals_take_turns():
    same = [Wish(np.arange(10), np.full(10, 100.0), np.ones(10), np.zeros(10, dtype=bool), 1) for _ in range(5)]

    found = together(same, 1)

    np.testing.assert_allclose(np.array(found.propensities), 0.1, atol=1e-6)


def test_propensities_are_what_chance_does():
    given_ = wishes(2, requests=4, providers=7, uncertain=0.5)
    keys, capacities = np.arange(7, dtype=np.uint64), np.ones(7, dtype=np.int64)
    rng = np.random.default_rng(3)
    drawn = np.zeros((4, 7))

    for _ in range(200):
        found = assign_together(given_, capacities, keys, rng=rng, share=0.2)
        for row, chosen in enumerate(found.chosen):
            drawn[row, chosen] += 1 / 200

    # Three standard errors of a share of 1,500 draws.
    np.testing.assert_allclose(drawn, np.array(found.propensities), atol=0.14)


def test_newcomers_get_their_share_of_10_000_offers_made_together():
    given_ = [replace(wish, uncertain=np.arange(80) >= 60) for wish in wishes(4, requests=50, providers=80)]
    # Nobody uncertain is good enough to be chosen anyway.
    given_ = [replace(wish, values=np.where(wish.uncertain, -50.0, wish.values)) for wish in given_]
    settled = together(given_, 5).propensities
    assert 0.05 - 1e-9 <= sum(float(each[60:].sum()) for each in settled) / 50 <= 0.055

    rng, explored = np.random.default_rng(5), 0
    row, column, weight = np.repeat(np.arange(50), 80), np.tile(np.arange(80), 50), np.concatenate(settled)
    for _ in range(200):  # what assign_together does once its propensities are settled
        pairs = rounded(row, column, thinned(row, column, weight, np.full(80, 5), rng), rng)
        explored += int((column[pairs] >= 60).sum())

    assert 0.045 <= explored / 10_000 <= 0.055


def test_the_order_of_the_candidates_changes_nothing():
    given_ = wishes(6, requests=6, providers=9)
    order = np.random.default_rng(1).permutation(9)
    turned = [
        Wish(wish.providers[order], wish.values[order], wish.deviations[order], wish.uncertain[order], wish.places)
        for wish in given_
    ]

    one, other = together(given_, 1), together(turned, 1)

    for a, b, c, d in zip(one.propensities, other.propensities, one.chosen, other.chosen, strict=True):
        np.testing.assert_allclose(a[order], b, atol=1e-6)
        assert c.tolist() == order[d].tolist()


def test_a_price_is_asked_only_of_whom_several_need():
    values = np.array([[100.0, 10.0], [300.0, 20.0]])
    two = [Wish(np.arange(2), row, np.ones(2), np.zeros(2, dtype=bool), 1) for row in values]

    found = together(two, 1)

    # Whoever loses most without her gets her; the price is what the other would have gained.
    assert [chosen.tolist() for chosen in found.chosen] == [[1], [0]]
    assert 85 <= found.prices[0] <= 280
    assert found.prices[1] == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.floats(0, 1)), max_size=20), st.integers(0, 100))
def test_rounding_keeps_every_sum(pairs, seed):
    unique = {(row, column): weight for row, column, weight in pairs}
    rows, columns = (np.array([key[at] for key in unique], dtype=np.int64) for at in (0, 1))
    weights = np.array(list(unique.values()))

    drawn = rounded(rows, columns, weights, np.random.default_rng(seed))

    for corners in (rows, columns):
        for corner in set(corners.tolist()):
            total, got = weights[corners == corner].sum(), drawn[corners == corner].sum()
            assert np.floor(total - 1e-6) <= got <= np.ceil(total + 1e-6)


def test_thinning_keeps_means_and_row_sums():
    rng = np.random.default_rng(1)
    rows, columns = np.repeat([0, 1], 300), np.tile(np.arange(300), 2)
    weights = np.concatenate((np.full(300, 1 / 300), rng.dirichlet(np.ones(300))))
    mean = np.zeros(600)

    for _ in range(800):
        found = thinned(rows, columns, weights, np.full(300, 3), rng)
        mean += found / 800
        np.testing.assert_allclose(np.bincount(rows, found), 1.0)
    assert np.count_nonzero(found) < 150

    np.testing.assert_allclose(mean, weights, atol=4 * np.sqrt(LEAST * weights.max() / 800))


def test_ranking_together_says_of_each_candidate_what_rank_says():
    pools = [random_pool(seed, 30) for seed in (1, 2, 3)]
    capacities = {int(provider): 2 for each in pools for provider in each.ids}

    found = rank_together(
        [Waiting(need(), each, 2) for each in pools], default_model(), capacities, rng=np.random.default_rng(1), k=30
    )

    for each, shared in zip(pools, found, strict=True):
        alone = rank(need(), each, default_model(), rng=np.random.default_rng(1), k=30)
        order = np.argsort(shared.ranking.positions)
        np.testing.assert_array_equal(shared.ranking.values[order], alone.values[np.argsort(alone.positions)])
        np.testing.assert_allclose(shared.ranking.minutes.sum(axis=1), shared.ranking.values, atol=1e-6)
        assert len(shared.ranking.wave) == 2
        assert shared.ranking.propensities.sum() == pytest.approx(2, abs=1e-6)
        assert shared.prices.shape == (30,)


def test_ranking_together_refuses_what_it_cannot_know():
    waiting = [Waiting(need(), pool(np.ones((2, len(COLUMNS)))), 1)]

    with pytest.raises(ValueError):
        rank_together(waiting, default_model(), {100: 1}, rng=np.random.default_rng(1))
    with pytest.raises(ValueError):
        rank_together(waiting, default_model(), {100: 1, 101: 1}, rng=np.random.default_rng(1), k=0)
    assert rank_together([], default_model(), {}, rng=np.random.default_rng(1)) == []
