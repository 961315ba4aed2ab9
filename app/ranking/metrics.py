"""How good an order is: reciprocal rank, hits, discounted gain, each with its 95 % interval."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000
DRAWS_IN_MEMORY = 500_000  # elements
SEED = 95
CUT = 10


class Judged(NamedTuple):
    """Where the relevant candidates of one question stand: ranks (from 1; halves where tied) and gains, both (r,)."""

    ranks: NDArray[np.float64]
    gains: NDArray[np.float64]


def summary(judged: Sequence[Judged]) -> dict[str, float | int | list[float]]:
    """Return n, mrr, mrr_ci, hit1, hit5, hit10, ndcg10, ndcg10_ci over questions with a relevant candidate."""
    cases = [case for case in judged if len(case.ranks)]
    if not cases:
        return {"n": 0}
    best = np.array([case.ranks.min() for case in cases])
    gain = np.array([ndcg(case, CUT) for case in cases])
    return {
        "n": len(cases),
        "mrr": float((1 / best).mean()),
        "mrr_ci": interval(1 / best),
        "hit1": float((best <= 1).mean()),
        "hit5": float((best <= 5).mean()),
        "hit10": float((best <= 10).mean()),
        "ndcg10": float(gain.mean()),
        "ndcg10_ci": interval(gain),
    }


def ndcg(case: Judged, cut: int) -> float:
    """Return the discounted cumulative gain of the first `cut` places, as a share of the best possible; in [0, 1].

    Gains count linearly. Source: K. Järvelin, J. Kekäläinen (2002), ACM Trans. Inf. Syst. 20, p. 422.
    """
    inside = case.ranks <= cut
    reached = float((case.gains[inside] / np.log2(1 + case.ranks[inside])).sum())
    ideal = np.sort(case.gains)[::-1][:cut]
    return reached / float((ideal / np.log2(2 + np.arange(len(ideal)))).sum())


def interval(values: NDArray[np.float64]) -> list[float]:
    """Return the 95 % bootstrap interval of the mean, questions drawn with replacement 1,000 times, seed fixed."""
    rng = np.random.default_rng(SEED)
    n = len(values)
    at_once = max(1, DRAWS_IN_MEMORY // n)
    means = np.concatenate(
        [values[rng.integers(0, n, (min(at_once, DRAWS - done), n))].mean(axis=1) for done in range(0, DRAWS, at_once)]
    )
    return [float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))]


def ranks_among(scores: NDArray[np.float64], positions: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the rank of each position with the highest score first; equal ones share the middle rank."""
    chosen = scores[positions]
    ordered = np.sort(scores)
    above = len(scores) - np.searchsorted(ordered, chosen, side="right")
    level = np.searchsorted(ordered, chosen, side="right") - np.searchsorted(ordered, chosen, side="left")
    return above + (level + 1) / 2
