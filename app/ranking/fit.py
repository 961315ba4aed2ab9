"""Learn the weights from who did answer: a softmax over a question's candidates, with the sign of each factor fixed.

A conditional logit (D. McFadden 1974) fitted by maximum likelihood. Learned weights replace the given ones only as far
as a held-out later part says so; where it does not, what comes back is what went in.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from app.ranking.calibration import Curve, fit_curve
from app.ranking.model import SIGNS, Model

Floats = NDArray[np.float64]

CLOSE = 150  # candidates kept by score; all who answered are kept as well
OTHERS = 50  # drawn from the rest, each standing for many
RIDGE = 1e-3
HELD_OUT = 0.25
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)  # from the given weights to the fitted ones
CURVE_CANDIDATES = 20
FEWEST_QUESTIONS = 50


class Sample(NamedTuple):
    """One question for learning: features (c, 10); stands_for (c,): ln of how many candidates each row represents;
    waits (c,): minutes to the answer, inf for who did not answer; helpers per hour and day as the Need had them.
    """

    features: NDArray[np.float32]
    stands_for: Floats
    waits: Floats
    helpers_hour: float
    helpers_day: float


def sample_of(
    features: Floats,
    scores: Floats,
    waits: dict[int, float],
    *,
    helpers_hour: float,
    helpers_day: float,
    rng: np.random.Generator,
) -> Sample:
    """Keep of a question's candidates the highest scores, those who answered (position → wait), some of the rest.

    Weighting the drawn rest by what it stands for keeps the softmax honest; plain sampled negatives do not.
    """
    n = len(scores)
    kept = np.zeros(n, dtype=bool)
    kept[np.argpartition(-scores, min(CLOSE, n) - 1)[:CLOSE]] = True
    kept[list(waits)] = True
    rest = np.flatnonzero(~kept)
    drawn = rng.choice(rest, size=min(OTHERS, len(rest)), replace=False)
    rows = np.concatenate((np.flatnonzero(kept), drawn)).astype(np.int64)
    stands_for = np.zeros(len(rows))
    if len(drawn):
        stands_for[-len(drawn) :] = np.log(len(rest) / len(drawn))
    answered = np.array([waits.get(int(row), np.inf) for row in rows])
    return Sample(features[rows].astype(np.float32), stands_for, answered, helpers_hour, helpers_day)


def learn(samples: Sequence[Sample], start: Model, *, version: str) -> Model:
    """Return a model learned from samples in time order, never further from `start` than a later quarter supports.

    The metrics tell how far (`step`, 0 to 1) and the mean reciprocal rank on that quarter with the old and new weights.
    With fewer than 50 questions `start` comes back under its own version.
    """
    answered = [sample for sample in samples if np.isfinite(sample.waits).any()]
    if len(answered) < FEWEST_QUESTIONS:
        return start
    cut = int(len(answered) * (1 - HELD_OUT))
    early, late = answered[:cut], answered[cut:]
    fitted = fit_weights(early)
    reached = [_reciprocal_rank(late, (1 - step) * start.weights + step * fitted) for step in STEPS]
    step = STEPS[int(np.argmax(reached))]
    weights = start.weights if step == 0 else (1 - step) * start.weights + step * fit_weights(answered)
    hour, day = _curves(samples, weights, start)
    metrics = {"step": step, "mrr_before": reached[0], "mrr_after": max(reached), "questions": float(len(answered))}
    return replace(start, version=version, weights=weights, hour=hour, day=day, metrics=metrics)


def fit_weights(samples: Sequence[Sample]) -> Floats:
    """Return the weights (10,) with the largest likelihood, each with its fixed sign.

    A question's answerers share its one vote. Raises ValueError when no sample has an answer.
    """
    used = [sample for sample in samples if np.isfinite(sample.waits).any()]
    if not used:
        raise ValueError("nothing to learn from: nobody answered")
    sizes = np.array([len(sample.waits) for sample in used])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    design = np.concatenate([sample.features for sample in used]).astype(np.float32)
    scale = np.maximum(design.std(axis=0).astype(np.float64), 1e-6)
    design /= scale.astype(np.float32)
    offset = np.concatenate([sample.stands_for for sample in used])
    target = np.concatenate([_shares(sample.waits) for sample in used])
    question = np.repeat(np.arange(len(used)), sizes)
    wanted = target @ design

    def loss(point: Floats) -> tuple[float, Floats]:
        scores = design @ point.astype(np.float32) + offset
        top = np.maximum.reduceat(scores, starts)
        weight = np.exp(scores - top[question])
        total = np.add.reduceat(weight, starts)
        value = float((np.log(total) + top).sum() - target @ (scores - offset))
        slope = (weight / total[question]).astype(np.float32) @ design - wanted
        return value / len(used) + RIDGE * float(point @ point), slope / len(used) + 2 * RIDGE * point

    bounds = [(0.0, None) if sign > 0 else (None, 0.0) for sign in SIGNS]
    found = scipy.optimize.minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B", bounds=bounds)
    return found.x / scale


def _shares(waits: Floats) -> Floats:
    answered = np.isfinite(waits)
    return answered / answered.sum()


def _scores(sample: Sample, weights: Floats) -> Floats:
    return sample.features.astype(np.float64) @ weights


def _reciprocal_rank(samples: Sequence[Sample], weights: Floats) -> float:
    """Return the mean of 1 / rank of the first who answered; rows that stand for many count for as many."""
    total = 0.0
    for sample in samples:
        scores = _scores(sample, weights)
        best = scores[np.isfinite(sample.waits)].max()
        total += 1 / (1 + float(np.exp(sample.stands_for[scores > best]).sum()))
    return total / len(samples)


def _curves(samples: Sequence[Sample], weights: Floats, start: Model) -> tuple[Curve, Curve]:
    shares: list[Floats] = []
    waits: list[Floats] = []
    for sample in samples:
        scores = _scores(sample, weights)
        share = scores - np.logaddexp.reduce(scores + sample.stands_for)
        first = np.argsort(-scores, kind="stable")[:CURVE_CANDIDATES]
        shares.append(share[first])
        waits.append(sample.waits[first])
    sizes = [len(each) for each in shares]
    share, wait = np.concatenate(shares), np.concatenate(waits)
    in_hour = np.repeat([sample.helpers_hour for sample in samples], sizes)
    in_day = np.repeat([sample.helpers_day for sample in samples], sizes)
    hour = fit_curve(share, in_hour, wait <= 60, start=start.hour)
    day = fit_curve(share, in_day, wait <= 1440, start=start.day)
    return hour, day
