"""From a score to a probability that means what it says, and the measures of whether it does."""

from typing import NamedTuple

import numpy as np
import scipy  # its parts are loaded when first used: fitting is the worker's, and costs a web process 40 MB
from numpy.typing import NDArray

BINS = 15
LEAST_SLOPE = 0.05
PRIOR_WEIGHT = 1e-3  # keeps the curve where it was when there is next to nothing to learn from


class Curve(NamedTuple):
    """P = logistic(intercept + slope · ln share + ln helpers); slope > 0."""

    intercept: float
    slope: float


class Fit(NamedTuple):
    """How well probabilities held: over n cases, mean squared error and expected calibration error (15 equal bins)."""

    n: int
    brier: float
    ece: float
    bins: list[tuple[float, float, int]]  # mean probability, share that happened, cases


def fit_curve(
    share: NDArray[np.float64], helpers: NDArray[np.float64], happened: NDArray[np.bool_], *, start: Curve
) -> Curve:
    """Fit the curve by maximum likelihood; shapes (n,). Raises ValueError on non-finite input."""
    if not (np.all(np.isfinite(share)) and np.all(np.isfinite(helpers)) and np.all(helpers > 0)):
        raise ValueError("shares and helpers must be finite")
    if len(share) == 0:
        return start
    offset, truth = np.log(helpers), happened.astype(np.float64)
    design = np.column_stack((np.ones(len(share)), share))
    origin = np.array(start)

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = design @ point + offset
        value = float((np.logaddexp(0, z) - truth * z).mean()) + PRIOR_WEIGHT * float(((point - origin) ** 2).sum())
        return value, design.T @ (scipy.special.expit(z) - truth) / len(truth) + 2 * PRIOR_WEIGHT * (point - origin)

    found = scipy.optimize.minimize(
        loss, origin, jac=True, method="L-BFGS-B", bounds=[(None, None), (LEAST_SLOPE, None)]
    )
    return Curve(float(found.x[0]), float(found.x[1]))


def measure(probability: NDArray[np.float64], happened: NDArray[np.bool_]) -> Fit:
    """Return Brier score and expected calibration error over 15 equal-mass bins; zeros when there is nothing."""
    if len(probability) == 0:
        return Fit(0, 0.0, 0.0, [])
    truth = happened.astype(np.float64)
    order = np.argsort(probability, kind="stable")
    bins = [
        (float(probability[part].mean()), float(truth[part].mean()), len(part))
        for part in np.array_split(order, BINS)
        if len(part)
    ]
    ece = sum(cases * abs(said - was) for said, was, cases in bins) / len(truth)
    return Fit(len(truth), float(((probability - truth) ** 2).mean()), float(ece), bins)
