"""Models on disk, learning, calibration."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from app.ranking.calibration import Curve, fit_curve, measure
from app.ranking.features import COLUMNS
from app.ranking.fit import Sample, fit_weights, learn, sample_of
from app.ranking.model import SIGNS, default_model, load_model, model_bytes

TRUE = np.array([0.5, 0.2, -0.6, 0.4, 2.0, 0.6, 0.3, 0.1, 0.3, 0.8])


def samples_from(weights: np.ndarray, *, questions: int, seed: int, candidates: int = 60) -> list[Sample]:
    """Return questions whose one helper was drawn by a softmax with these weights."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(questions):
        features = rng.random((candidates, len(COLUMNS))) * 3
        scores = features @ weights
        share = np.exp(scores - scores.max())
        helper = int(rng.choice(candidates, p=share / share.sum()))
        made.append(sample_of(features, scores, {helper: 30.0}, helpers_hour=1.0, helpers_day=1.0, rng=rng))
    return made


def test_weights_are_found_again():
    found = fit_weights(samples_from(TRUE, questions=3_000, seed=1))

    np.testing.assert_allclose(found, TRUE, atol=0.15)


def test_a_weight_never_turns_around():
    wrong = -np.abs(TRUE)

    found = fit_weights(samples_from(wrong, questions=400, seed=2))

    assert (found * SIGNS >= 0).all()


def test_drawn_candidates_stand_for_the_rest():
    rng = np.random.default_rng(3)
    features = rng.random((1_000, len(COLUMNS)))
    made = sample_of(features, rng.random(1_000), {999: 5.0}, helpers_hour=1, helpers_day=1, rng=rng)

    assert np.exp(made.stands_for).sum() == pytest.approx(1_000)
    assert np.isfinite(made.waits).sum() == 1


def test_learning_from_noise_keeps_what_was_there():
    start = default_model()
    noise = samples_from(np.zeros(len(COLUMNS)), questions=300, seed=4)

    learned = learn(noise, start, version="two")

    late = noise[int(len(noise) * 0.75) :]
    assert learned.metrics["mrr_after"] >= learned.metrics["mrr_before"]
    assert len(late) > 0
    assert learned.version == "two"


def test_learning_finds_a_community_that_is_different():
    start = default_model()
    other = np.array([0.0, 0.0, -0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0])

    learned = learn(samples_from(other, questions=1_000, seed=5), start, version="two")

    assert learned.metrics["mrr_after"] > learned.metrics["mrr_before"] + 0.05
    assert learned.metrics["step"] > 0


def test_too_little_to_learn_from_changes_nothing():
    start = default_model()

    assert learn(samples_from(TRUE, questions=10, seed=6), start, version="two") is start


def test_nobody_answering_is_nothing_to_fit():
    with pytest.raises(ValueError):
        fit_weights([])


def test_a_model_survives_storage():
    model = replace(default_model(), version="seven", metrics={"mrr_after": 0.5})

    again = load_model(BytesIO(model_bytes(model)))

    np.testing.assert_array_equal(again.weights, model.weights)
    assert (again.version, again.hour, again.day, again.metrics) == ("seven", model.hour, model.day, model.metrics)


@pytest.mark.parametrize("data", [b"", b"nonsense", model_bytes(default_model())[:100]])
def test_a_broken_model_is_refused(data):
    with pytest.raises(ValueError):
        load_model(BytesIO(data))


@pytest.mark.parametrize(
    "change",
    [
        {"weights": -np.abs(TRUE)},
        {"weights": np.full(9, np.nan)},
        {"weights": np.ones(8)},
        {"hour": Curve(0.0, -1.0)},
        {"day": Curve(np.inf, 1.0)},
    ],
)
def test_an_impossible_model_is_refused(change):
    with pytest.raises(ValueError):
        replace(default_model(), **change)


def test_a_curve_learns_what_happens():
    rng = np.random.default_rng(7)
    share = rng.normal(-3, 1.5, 20_000)
    happened = rng.random(20_000) < 1 / (1 + np.exp(-(0.4 + 1.3 * share)))

    curve = fit_curve(share, np.ones(20_000), happened, start=Curve(0.0, 1.0))

    assert curve.intercept == pytest.approx(0.4, abs=0.15)
    assert curve.slope == pytest.approx(1.3, abs=0.1)
    promised = 1 / (1 + np.exp(-(curve.intercept + curve.slope * share)))
    assert measure(promised, happened).ece < 0.01


def test_a_curve_without_anything_to_learn_stays():
    assert fit_curve(np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool), start=Curve(0.1, 0.9)) == Curve(0.1, 0.9)


def test_a_curve_refuses_what_is_no_number():
    with pytest.raises(ValueError):
        fit_curve(np.array([np.nan]), np.ones(1), np.zeros(1, dtype=bool), start=Curve(0.0, 1.0))


def test_known_calibration_error():
    found = measure(np.array([0.2] * 10 + [0.8] * 10), np.array([False] * 10 + [True] * 10))

    assert found.ece == pytest.approx(0.2)
    assert found.brier == pytest.approx(0.04)
    assert measure(np.zeros(0), np.zeros(0, dtype=bool)).n == 0
