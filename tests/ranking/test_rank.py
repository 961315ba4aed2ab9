"""The order and the first wave: sums, symmetry, chance, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ranking.exploration import filled, first_wave, promise, systematic
from app.ranking.fairness import with_load
from app.ranking.features import COLUMNS
from app.ranking.model import SIGNS, default_model
from app.ranking.pool import TERMS
from app.ranking.rank import MINUTE_PARTS, appraise, rank
from tests.ranking.make import need, pool, random_pool


def draw(candidates, *, seed=1, k=1_000, **more):
    return rank(need(), candidates, default_model(), rng=np.random.default_rng(seed), k=k, **more)


@settings(max_examples=50)
@given(st.integers(0, 10_000), st.integers(1, 60))
def test_parts_sum_to_the_total(seed, n):
    found = draw(random_pool(seed, n))

    np.testing.assert_allclose(found.contributions.sum(axis=1), found.scores, atol=1e-6)
    np.testing.assert_allclose(found.minutes.sum(axis=1), found.values, atol=1e-6)
    assert found.minutes.shape == (n, len(MINUTE_PARTS))


@settings(max_examples=50)
@given(st.integers(0, 10_000), st.integers(1, 120), st.integers(1, 6))
def test_propensities_sum_to_the_places(seed, n, places):
    found = draw(random_pool(seed, n), places=places)

    assert found.propensities.sum() == pytest.approx(min(places, n))
    assert (found.propensities >= 0).all()
    assert (found.propensities <= 1 + 1e-12).all()
    assert len(found.wave) == min(places, n) == len(set(found.wave.tolist()))
    assert (found.wave_propensities > 0).all()


@settings(max_examples=50)
@given(st.integers(0, 10_000), st.integers(2, 120))
def test_reordering_the_candidates_changes_nothing(seed, n):
    candidates = random_pool(seed, n)
    order = np.random.default_rng(seed + 1).permutation(n)

    one, other = draw(candidates), draw(candidates.only(order))

    assert candidates.ids[one.positions].tolist() == candidates.ids[order][other.positions].tolist()
    assert candidates.ids[one.wave].tolist() == candidates.ids[order][other.wave].tolist()
    np.testing.assert_allclose(one.values, other.values)
    np.testing.assert_allclose(one.propensities, other.propensities, atol=1e-9)


def test_renaming_the_candidates_changes_no_value():
    candidates = random_pool(8, 40)

    one, other = draw(candidates), draw(replace(candidates, ids=5_000 - candidates.ids))

    assert one.positions.tolist() == other.positions.tolist()
    np.testing.assert_array_equal(one.values, other.values)
    np.testing.assert_allclose(one.propensities, other.propensities)


def test_the_first_k_are_the_first_of_all():
    candidates = random_pool(9, 200)

    assert draw(candidates, k=5).positions.tolist() == draw(candidates).positions[:5].tolist()


def test_the_same_seed_gives_the_same_decision():
    candidates = random_pool(10, 80)

    assert draw(candidates, seed=3).wave.tolist() == draw(candidates, seed=3).wave.tolist()


@pytest.mark.parametrize("n", [0, 1])
def test_nobody_and_one(n):
    found = draw(random_pool(1, n))

    assert len(found.positions) == len(found.wave) == n
    assert found.propensities.tolist() == [1.0] * n


def test_identical_candidates_are_equally_likely():
    found = draw(pool(np.ones((300, len(COLUMNS)))))

    np.testing.assert_allclose(found.propensities, 3 / 300)


def test_many_identical_newcomers_are_equally_likely():
    found = draw(pool(np.ones((5_000, len(COLUMNS))), uncertain=np.ones(5_000, dtype=bool)))

    np.testing.assert_allclose(found.propensities, 3 / 5_000)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("column", ["features", "answers", "confirmed", "judged", "speed_sum", "speed_count", "terms"])
def test_numbers_that_are_none_are_refused(column, value):
    candidates = random_pool(2, 5)
    spoiled = getattr(candidates, column).copy()
    spoiled[0] = value

    with pytest.raises(ValueError):
        draw(replace(candidates, **{column: spoiled}))


def test_disagreeing_shapes_and_doubles_are_refused():
    candidates = random_pool(2, 5)

    for wrong in (
        replace(candidates, features=candidates.features[:, :8]),
        replace(candidates, answers=candidates.answers[:4]),
        replace(candidates, ids=np.array([1, 1, 2, 3, 4])),
    ):
        with pytest.raises(ValueError):
            draw(wrong)
    with pytest.raises(ValueError):
        draw(candidates, k=0)
    with pytest.raises(ValueError):
        draw(candidates, places=0)


def test_huge_features_stay_finite():
    candidates = random_pool(2, 5)

    found = draw(replace(candidates, features=candidates.features * 1e12))

    assert np.isfinite(found.values).all()


def test_propensities_are_what_chance_does():
    values = np.array([100.0, 99.5, 99.0, 70.0, 10.0, 9.0, 8.0])
    uncertain = np.array([False] * 4 + [True] * 3)
    keys = np.arange(7, dtype=np.uint64)
    rng = np.random.default_rng(5)

    waves = [first_wave(values, np.full(7, 5.0), uncertain, keys, places=2, rng=rng, share=0.1) for _ in range(10_000)]

    drawn = np.bincount(np.concatenate([wave.chosen for wave in waves]), minlength=7) / len(waves)
    np.testing.assert_allclose(drawn, waves[0].propensities, atol=0.02)


def test_newcomers_get_their_share_of_offers():
    candidates = random_pool(3, 400)
    # Nobody uncertain is good enough to be chosen anyway.
    best = draw(candidates, k=60).positions
    uncertain = candidates.uncertain.copy()
    uncertain[best] = False
    candidates = replace(candidates, uncertain=uncertain)
    rng = np.random.default_rng(6)

    waves = [rank(need(), candidates, default_model(), rng=rng, k=1).wave for _ in range(10_000)]

    share = sum(int(uncertain[wave].sum()) for wave in waves) / 30_000
    assert 0.045 <= share <= 0.055


def test_what_exploration_takes_comes_off_the_last_place():
    values, uncertain = np.array([900.0, 500.0, 300.0, 1.0, 1.0]), np.array([False] * 3 + [True] * 2)
    keys = np.arange(5, dtype=np.uint64)

    wave = first_wave(values, np.ones(5), uncertain, keys, places=3, rng=np.random.default_rng(1), share=0.1)

    np.testing.assert_allclose(wave.propensities, [1.0, 1.0, 0.7, 0.15, 0.15], atol=1e-6)


def test_without_uncertain_candidates_nothing_is_explored():
    values = np.array([1000.0, 900.0, 100.0, 0.0])

    wave = first_wave(
        values,
        np.ones(4),
        np.zeros(4, dtype=bool),
        np.arange(4, dtype=np.uint64),
        places=2,
        rng=np.random.default_rng(1),
    )

    assert wave.chosen.tolist() == [0, 1]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.integers(1, 8))
def test_filling_places_never_gives_more_than_certainty(weights, places):
    found = filled(np.array(weights), places)

    assert found.sum() == pytest.approx(min(places, np.count_nonzero(weights)))
    assert (found <= 1 + 1e-9).all()


def test_systematic_sampling_takes_the_certain_ones():
    chosen = systematic(
        np.array([1.0, 0.5, 0.0, 0.5, 1.0]), np.arange(5, dtype=np.uint64), np.random.default_rng(1)
    ).tolist()

    assert {0, 4} <= set(chosen)
    assert len(chosen) == 3
    assert 2 not in chosen


def test_the_more_promising_newcomer_is_tried_more_often():
    shares = promise(np.array([10.0, 5.0, 5.0]), np.array([2.0, 6.0, 0.5]))

    assert shares.sum() == pytest.approx(1)
    assert shares[0] > shares[1] > shares[2]


def test_who_is_full_is_left_out_and_who_is_busy_gives_way_to_an_equal():
    candidates = pool(np.ones((3, len(COLUMNS))))

    narrowed, kept = with_load(
        candidates, np.array([20.0, 4.0, 0.0]), np.full(3, 20.0), solving=np.full(3, 100.0), chance_minutes=1_000.0
    )
    found = draw(narrowed, k=2)

    assert narrowed.excluded == ((100, "at_capacity"),)
    assert narrowed.terms[:, TERMS.index("load")].tolist() == [-80.0, 0.0]
    assert kept[found.positions].tolist() == [2, 1]


def test_default_weights_have_their_signs():
    assert (default_model().weights * SIGNS >= 0).all()


def test_a_stored_part_of_a_decision_gives_the_same_values_again():
    candidates = random_pool(12, 90)
    found = draw(candidates, k=50)

    again = appraise(need(), candidates.only(found.positions), default_model(), total=found.log_total)

    np.testing.assert_allclose(again.values, found.values, rtol=1e-12)
