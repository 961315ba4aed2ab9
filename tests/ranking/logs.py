"""A world of decisions whose truth is known: who would answer whom, and how likely everybody was to be asked."""

from __future__ import annotations

import numpy as np

from app.ranking.exploration import systematic, wave_propensities
from app.ranking.offpolicy import Logged

CANDIDATES, PLACES = 8, 2


def world(seed: int, decisions: int, *, knows: float = 0.0) -> tuple[list[Logged], list[np.ndarray], float]:
    """Return decisions by one policy, the propensities of another, and what an invitation by the other truly brings.

    knows: how much of the truth the model has that the doubly robust estimate uses, 0 (nothing) to 1 (all).
    """
    rng = np.random.default_rng(seed)
    logged, other, brought, invited = [], [], 0.0, 0.0
    for number in range(decisions):
        truth = rng.beta(1, 2, CANDIDATES)
        mine, hers = (100 * (truth + rng.normal(0, noise, CANDIDATES)) for noise in (0.2, 0.1))
        everybody = np.ones(CANDIDATES, dtype=bool)  # may be explored, so that nobody is without any chance
        propensities, wanted = (
            wave_propensities(values, np.full(CANDIDATES, 20.0), everybody, places=PLACES, share=0.8)
            for values in (mine, hers)
        )
        chosen = systematic(propensities, np.arange(CANDIDATES, dtype=np.uint64), rng)
        answered = (rng.random(len(chosen)) < truth[chosen]).astype(float)
        logged.append(Logged(propensities, chosen, answered, knows * truth, number))
        other.append(wanted)
        brought += float(wanted @ truth)
        invited += float(wanted.sum())
    return logged, other, brought / invited


def plain_estimate(decisions, propensities, *, method: str, clip: float) -> float:
    """Compute the mean invitation by invitation."""
    over = under = 0.0
    for logged, wanted in zip(decisions, propensities, strict=True):
        for position, reward in zip(logged.invited, logged.rewards, strict=True):
            weight = min(wanted[position] / logged.propensities[position], clip)
            expected = logged.expected[position] if method == "doubly_robust" else 0.0
            over += weight * (reward - expected)
            under += weight if method == "self_normalised" else 0.0
        for probability, expected in zip(wanted, logged.expected, strict=True):
            over += probability * expected if method == "doubly_robust" else 0.0
            under += probability if method != "self_normalised" else 0.0
    return over / under
