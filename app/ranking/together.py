"""Rank several waiting requests at once: each candidate's worth as for one request, the invitations shared out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.ranking.assignment import Wish, assign_together
from app.ranking.exploration import SHARE, Wave
from app.ranking.fairness import load_minutes
from app.ranking.model import Model
from app.ranking.need import Need
from app.ranking.pool import Pool
from app.ranking.rank import Ranking, appraise, keys_of, ranking_of, uncertainty
from app.ranking.value import NOTICE_MINUTES


@dataclass(frozen=True)
class Waiting:
    """One request that waits: its need, who may be asked, how many are to be; total as of rank."""

    need: Need
    pool: Pool
    places: int
    total: float | None = None


@dataclass(frozen=True)
class Shared:
    """One request's ranking, its wave as the assignment drew it; prices (n,) of the pool's candidates, in minutes."""

    ranking: Ranking
    prices: NDArray[np.float64]


def rank_together(
    waiting: Sequence[Waiting],
    model: Model,
    capacities: dict[int, int],
    *,
    rng: np.random.Generator,
    k: int = 5,
    notice: float = NOTICE_MINUTES,
    explore: float = SHARE,
) -> list[Shared]:
    """Order the candidates of every request as rank does, and decide together who is asked for what.

    capacities: provider id → how many more requests it takes; k, notice and explore as of rank. The propensities are
    P(asked for this request), given all requests that wait with it. Raises ValueError as rank does, and for a
    candidate without a capacity.
    """
    if k < 1:
        raise ValueError("k must be at least 1")
    worths = [appraise(each.need, each.pool, model, notice=notice, total=each.total) for each in waiting]
    ids = np.unique(np.concatenate([each.pool.ids for each in waiting] or [np.zeros(0, dtype=np.int64)]))
    missing = next((provider for provider in ids.tolist() if provider not in capacities), None)
    if missing is not None:
        raise ValueError(f"candidate {missing} has no capacity")
    keys = keys_of(ids, rng)
    rows = [np.searchsorted(ids, each.pool.ids) for each in waiting]
    decided = assign_together(
        [
            Wish(
                providers=at,
                values=worth.values,
                deviations=uncertainty(worth, each.pool),
                uncertain=each.pool.uncertain,
                places=each.places,
                load=-float(
                    load_minutes(
                        worth.solving, np.ones(1), each.pool.daily, chance_minutes=each.need.chance_minutes
                    ).min(initial=0.0)
                ),
            )
            for each, worth, at in zip(waiting, worths, rows, strict=True)
        ],
        np.array([capacities[provider] for provider in ids.tolist()], dtype=np.int64),
        keys,
        rng=rng,
        share=explore,
    )
    return [
        Shared(ranking_of(worth, Wave(propensities, chosen), keys[at], k=min(k, len(at))), decided.prices[at])
        for worth, at, propensities, chosen in zip(worths, rows, decided.propensities, decided.chosen, strict=True)
    ]
