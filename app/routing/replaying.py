"""A stored decision as the ranking reads it: worked out again with its own numbers, or with others, changing nothing.

Everything goes by the names a decision gives its factors and minutes: one made when there were fewer of them counts 0
for those it did not know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.ranking.features import COLUMNS
from app.ranking.model import Model
from app.ranking.need import Need
from app.ranking.pace import Pace
from app.ranking.pool import TERMS, Pool
from app.ranking.rank import Appraisal, appraise
from app.ranking.value import log_total
from app.routing.kept import Kept


@dataclass(frozen=True)
class Stored:
    """A decision as it was: the kept candidates, in their order.

    rest: how much larger ln Σ exp(score) was over everybody than over the kept; knows: the factors it was made with.
    """

    need: Need
    pool: Pool
    notice: float
    rest: float
    knows: frozenset[str]

    @property
    def knows_all(self) -> bool:
        """Say whether it was made with every factor there is now."""
        return self.knows >= set(COLUMNS)

    def understands(self, model: Model) -> bool:
        """Say whether every factor that counts for this model was known when the decision was made."""
        counts = {column for column, weight in zip(COLUMNS, model.weights, strict=True) if weight}
        return counts <= self.knows


def stored(need: Mapping[str, Any], kept: Kept) -> Stored:
    """Read what a decision kept."""
    return Stored(
        need=stored_need(need),
        pool=stored_pool(kept),
        notice=need["notice"],
        rest=need["log_total"] - log_total(kept.of("score")),
        knows=frozenset(kept.columns),
    )


def stored_pool(kept: Kept) -> Pool:
    """Return the candidates that a decision kept, in their order."""
    return Pool(
        ids=kept.ids,
        features=kept.features(COLUMNS),
        answers=kept.of("answers"),
        confirmed=kept.of("confirmed"),
        judged=kept.of("judged"),
        speed_sum=kept.of("speed_sum"),
        speed_count=kept.of("speed_count"),
        uncertain=kept.of("uncertain").astype(np.bool_),
        daily=np.zeros(len(kept.table)),  # counts only where load is, and that is among the minutes
        terms=kept.terms(TERMS),
    )


def stored_need(need: Mapping[str, Any]) -> Need:
    """Return the numbers of the request that a decision kept."""
    return Need(
        at=need["at"],
        asker=0,
        counts=Counter(),
        topic_rows=(),
        vector=np.zeros(0, dtype=np.float32),
        chance_minutes=need["chance_minutes"],
        confirmed_share=need["confirmed_share"],
        pace=Pace(**need["pace"]),
    )


def appraisal(of: Stored, model: Model, *, total: float | None = None) -> Appraisal:
    """Say what the kept candidates are worth by this model.

    total: ln Σ exp(score) over everybody, where it is known. Otherwise those who were not kept are taken to have the
    same part in who answers as they had in the decision; by the decision's own model, this gives what was stored.
    """
    if total is None:
        total = log_total((of.pool.features * model.weights).sum(axis=1)) + of.rest
    return appraise(of.need, of.pool, model, notice=of.notice, total=total)


def in_order(of: Stored, worth: Appraisal) -> list[int]:
    """Return the positions of the kept candidates by value, best first; equal ones as they were stored."""
    return np.argsort(-worth.values, kind="stable").tolist() if len(of.pool) else []


def with_terms(of: Stored, factors: Mapping[str, float]) -> Stored:
    """Return the decision with each of these terms counting so many times."""
    scale = np.array([factors.get(term, 1.0) for term in TERMS])
    return replace(of, pool=replace(of.pool, terms=of.pool.terms * scale))
