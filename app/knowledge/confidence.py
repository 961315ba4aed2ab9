"""How sure one may be that an article still holds: the formula, which stands on every article's page. Pure.

    confidence = evidence x freshness x source

evidence   (9 + good) / (9 + good + 1 + 2 x bad)
           good: people for whom it worked + requests that were solved with it; bad: people who say that it is outdated
           + newer answers that were confirmed, where the one it was made of is not any more. An article that a
           reviewer has just approved begins at 9 of 10, as if nine people had said that it worked and half a one that
           it did not. An outdated word weighs two that it worked: who is led wrong loses more than who is led right
           gains.
freshness  0.3 + 0.7 x 2^(-days / 365): days since somebody last verified it. Nothing falls below a third by age alone.
source     0.8 when the answer it was made of says something else now, else 1.
"""

from __future__ import annotations

from dataclasses import dataclass

GOOD_BEFORE, BAD_BEFORE = 9.0, 1.0
BAD_WEIGHS = 2.0
HALF_LIFE_DAYS = 365.0
AGE_FLOOR = 0.3
CHANGED_SOURCE = 0.8
# Nobody approved it yet: as if it had been verified a year ago.
UNPROVED = AGE_FLOOR + (1 - AGE_FLOOR) / 2


@dataclass(frozen=True)
class Evidence:
    """What is known about an article since it was last verified. `days` is None where nobody ever verified it."""

    days: float | None = None
    worked: int = 0
    solved: int = 0
    outdated: int = 0
    contradicted: int = 0
    source_changed: bool = False


@dataclass(frozen=True)
class Confidence:
    """The result with its three factors, each in [0, 1]."""

    evidence: float
    freshness: float
    source: float

    @property
    def value(self) -> float:
        return self.evidence * self.freshness * self.source


def confidence_of(known: Evidence) -> Confidence:
    """Return how sure one may be. Raises ValueError for counts below zero; a moment in the future counts as now."""
    if min(known.worked, known.solved, known.outdated, known.contradicted) < 0:
        raise ValueError("nobody says a thing less than no times")
    good = GOOD_BEFORE + known.worked + known.solved
    bad = BAD_BEFORE + BAD_WEIGHS * (known.outdated + known.contradicted)
    return Confidence(
        evidence=good / (good + bad),
        freshness=_freshness(known.days),
        source=CHANGED_SOURCE if known.source_changed else 1.0,
    )


def _freshness(days: float | None) -> float:
    if days is None:
        return UNPROVED
    return AGE_FLOOR + (1 - AGE_FLOOR) * 2 ** (-max(days, 0.0) / HALF_LIFE_DAYS)
