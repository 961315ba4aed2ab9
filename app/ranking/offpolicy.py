"""What another model would have brought, from decisions that were made by the one in force and their propensities.

Every invitation was drawn with a probability that was known before (exploration.py, assignment.py). Weighting what an
invitation brought by how much likelier the other model makes it gives what that model would have brought, without
letting it loose on anybody. What one invited person does is taken not to depend on who else was invited.

Sources: D. Horvitz, D. Thompson (1952), J. Am. Stat. Assoc. 47, p. 663 (IPS); M. Dudík, J. Langford, L. Li (2011), ICML
(doubly robust); A. Owen, Monte Carlo theory, chapter 9 (self-normalised, effective sample size).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Method = Literal["ips", "self_normalised", "doubly_robust"]

CLIP = 50.0  # no invitation counts for more than this many
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Logged:
    """One decision that was made: c candidates of whom m were invited.

    propensities (c,): P(invited), in [0, 1]; invited (m,): positions; rewards (m,): what each of them brought;
    expected (c,): what a model expects each candidate to bring, which only the doubly robust estimate reads; cluster:
    decisions with the same number are not independent (those about one request).
    """

    propensities: Floats
    invited: Rows
    rewards: Floats
    expected: Floats
    cluster: int

    def check(self, propensities: Floats) -> None:
        """Raise ValueError where these are not the numbers of one decision, or the other policy's do not fit."""
        c, m = len(self.propensities), len(self.invited)
        if propensities.shape != (c,) or self.expected.shape != (c,) or self.rewards.shape != (m,):
            raise ValueError("a decision's numbers have different lengths")
        for numbers in (self.propensities, propensities):
            if not np.all((numbers >= 0) & (numbers <= 1 + 1e-9)):
                raise ValueError("a propensity is not a probability")
        if not (np.all(np.isfinite(self.rewards)) and np.all(np.isfinite(self.expected))):
            raise ValueError("a reward or what was expected is not finite")
        if np.any(self.propensities[self.invited] <= 0):
            raise ValueError("somebody was invited who could not be")


@dataclass(frozen=True)
class Estimate:
    """What an invitation brings on average, in the unit of the rewards, with its 95 % interval.

    effective: how many invitations the weighted ones are worth; unsupported: the share of the judged policy's
    invitations that went to nobody comparable, because the propensity was 0 or so small that the weight was clipped.
    With fewer than two clusters the interval is everything there is.
    """

    mean: float
    low: float
    high: float
    effective: float
    unsupported: float
    decisions: int


@dataclass(frozen=True)
class Comparison:
    """The new policy's mean minus the old one's. Both claims are False where the decisions cannot tell."""

    difference: Estimate
    margin: float

    @property
    def is_not_worse(self) -> bool:
        """Say whether the new one is surely not worse by more than the margin."""
        return self.difference.low >= -self.margin

    @property
    def is_worse(self) -> bool:
        """Say whether the new one is surely worse by more than the margin."""
        return self.difference.high < -self.margin


def off_policy(
    decisions: Sequence[Logged],
    propensities: Sequence[Floats],
    *,
    method: Method = "doubly_robust",
    clip: float = CLIP,
) -> Estimate:
    """Estimate what an invitation would have brought, had these propensities decided: one array (c,) per decision.

    Raises ValueError when the two differ in number, clip is not above 0, or Logged.check does.
    """
    sums = _sums(decisions, propensities, clip)
    mean, influence = _with_influence(sums, method)
    low, high = _interval(mean, influence, decisions)
    return Estimate(mean, low, high, _effective(sums), _unsupported(sums), len(decisions))


def compare(
    decisions: Sequence[Logged],
    new: Sequence[Floats],
    old: Sequence[Floats],
    *,
    margin: float,
    method: Method = "doubly_robust",
    clip: float = CLIP,
) -> Comparison:
    """Estimate the difference between two policies on the same decisions; what they have in common cancels.

    Effective and unsupported are those of the new one. Raises ValueError as off_policy does, and for a margin below 0.
    """
    if not margin >= 0:
        raise ValueError("the margin must not be below 0")
    sums = _sums(decisions, new, clip)
    mean, influence = _with_influence(sums, method)
    mean_old, influence_old = _with_influence(_sums(decisions, old, clip), method)
    low, high = _interval(mean - mean_old, influence - influence_old, decisions)
    difference = Estimate(mean - mean_old, low, high, _effective(sums), _unsupported(sums), len(decisions))
    return Comparison(difference, margin)


@dataclass(frozen=True)
class _Sums:
    """Per decision (d,): the policy's invitations, of those the supported ones, and sums over who was invited of
    weight, its square, weight · reward, weight · (reward - expected); and what a model expects of the whole policy.
    """

    places: Floats
    supported: Floats
    weights: Floats
    squares: Floats
    weighted: Floats
    surprises: Floats
    expected: Floats


def _sums(decisions: Sequence[Logged], propensities: Sequence[Floats], clip: float) -> _Sums:
    if len(decisions) != len(propensities):
        raise ValueError("there must be one array of propensities per decision")
    if not clip > 0:
        raise ValueError("clip must be above 0")
    rows = np.zeros((len(decisions), 7))
    for row, logged, wanted in zip(rows, decisions, propensities, strict=True):
        logged.check(wanted)
        there = logged.invited
        weights = np.minimum(wanted[there] / logged.propensities[there], clip)
        row[:] = (
            wanted.sum(),
            np.minimum(wanted, clip * logged.propensities).sum(),
            weights.sum(),
            weights @ weights,
            weights @ logged.rewards,
            weights @ (logged.rewards - logged.expected[there]),
            wanted @ logged.expected,
        )
    return _Sums(*rows.T)


def _with_influence(sums: _Sums, method: Method) -> tuple[float, Floats]:
    """Return the mean and each decision's influence on it (d,), which sum to 0; a ratio, linearised at its mean."""
    over, under = sums.weighted, sums.places
    if method == "self_normalised":
        under = sums.weights
    elif method == "doubly_robust":
        over = sums.expected + sums.surprises
    total = float(under.sum())
    if total <= 0:
        return 0.0, np.zeros(len(under))
    mean = float(over.sum()) / total
    return mean, (over - mean * under) / total


def _interval(mean: float, influence: Floats, decisions: Sequence[Logged]) -> tuple[float, float]:
    _, cluster = np.unique([logged.cluster for logged in decisions], return_inverse=True)
    of_cluster = np.bincount(cluster, weights=influence) if len(influence) else np.zeros(0)
    count = len(of_cluster)
    if count < 2:
        return -np.inf, np.inf
    error = float(np.sqrt((of_cluster**2).sum() * count / (count - 1)))
    reach = error * float(scipy.special.stdtrit(count - 1, (1 + CONFIDENCE) / 2))
    return mean - reach, mean + reach


def _effective(sums: _Sums) -> float:
    squares = float(sums.squares.sum())
    return float(sums.weights.sum()) ** 2 / squares if squares > 0 else 0.0


def _unsupported(sums: _Sums) -> float:
    places = float(sums.places.sum())
    return max(0.0, 1 - float(sums.supported.sum()) / places) if places > 0 else 0.0
