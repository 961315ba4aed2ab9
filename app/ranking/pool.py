"""The candidates for one request: their factors and record, taken from a state, and who is left out and why."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.ranking.columns import DAY_S, HALF_LIFE_S
from app.ranking.credence import weighed_verdicts
from app.ranking.features import COLUMNS, features
from app.ranking.memory import Memory
from app.ranking.need import Need

# What the caller may add to a value, in minutes saved: how satisfied people were, what a paid service costs, whether
# the provider speaks the asker's language, whether it helped this asker before, how much it has open already.
TERMS = ("satisfaction", "price", "language", "relation", "load")
FEW_ANSWERS = 5  # below this a provider is uncertain
GONE_DAYS = 30.0  # who answered a few times and has been silent for this long is not a newcomer but gone


@dataclass(frozen=True)
class Pool:
    """Candidates 0 … n-1. Renaming or reordering them changes nothing but the names and the order.

    ids (n,) whole numbers; features (n, 10) as COLUMNS; answers (n,): a count; confirmed, judged (n,):
    counts of verdicts by the words of those who gave them; speed_sum, speed_count (n,): sum of ln minutes to an answer
    and over how many (faded); uncertain (n,): may be explored; daily (n,): answers a day, of late; terms (n, 5) as
    TERMS, in minutes; excluded: (provider id, reason code) of whoever may not be offered this request.
    """

    ids: NDArray[np.int64]
    features: NDArray[np.float64]
    answers: NDArray[np.float64]
    confirmed: NDArray[np.float64]
    judged: NDArray[np.float64]
    speed_sum: NDArray[np.float64]
    speed_count: NDArray[np.float64]
    uncertain: NDArray[np.bool_]
    daily: NDArray[np.float64]
    terms: NDArray[np.float64]
    excluded: tuple[tuple[int, str], ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def check(self) -> None:
        """Raise ValueError unless all shapes agree, all numbers are finite and no candidate is there twice."""
        n = len(self.ids)
        if self.features.shape != (n, len(COLUMNS)) or self.terms.shape != (n, len(TERMS)):
            raise ValueError("features or terms have another shape than the candidates")
        record = (
            self.answers,
            self.confirmed,
            self.judged,
            self.speed_sum,
            self.speed_count,
            self.uncertain,
            self.daily,
        )
        for numbers in record:
            if numbers.shape != (n,):
                raise ValueError("the record has another length than the candidates")
            if not np.all(np.isfinite(numbers)):
                raise ValueError("the record of a candidate is not finite")
        if not (np.all(np.isfinite(self.features)) and np.all(np.isfinite(self.terms))):
            raise ValueError("a feature or term is not finite")
        if _has_doubles(self.ids):
            raise ValueError("a candidate is in the pool twice")

    def only(self, positions: NDArray[np.int64], *, excluded: tuple[tuple[int, str], ...] = ()) -> "Pool":
        """Return the pool with only these positions, in this order, and these further exclusions."""
        return replace(
            self,
            ids=self.ids[positions],
            features=self.features[positions],
            answers=self.answers[positions],
            confirmed=self.confirmed[positions],
            judged=self.judged[positions],
            speed_sum=self.speed_sum[positions],
            speed_count=self.speed_count[positions],
            uncertain=self.uncertain[positions],
            daily=self.daily[positions],
            terms=self.terms[positions],
            excluded=self.excluded + excluded,
        )


def _has_doubles(ids: NDArray[np.int64]) -> bool:
    if len(ids) < 2:
        return False
    low, high = int(ids.min()), int(ids.max())
    # Ids of a table lie close together; marking them off is ten times faster than sorting.
    if high - low < 20 * len(ids) + 1_000:
        seen = np.zeros(high - low + 1, dtype=np.bool_)
        seen[ids - low] = True
        return int(np.count_nonzero(seen)) < len(ids)
    return bool(np.any(np.diff(np.sort(ids)) == 0))


def pool_of(state: Memory, need: Need) -> Pool:
    """Return all providers the state knows as candidates, in the order of its rows, with no terms and no exclusions.

    The caller narrows it down with `only`, naming whom it leaves out.
    """
    providers = state.providers
    silent_days = (need.at - providers["last"]) / DAY_S
    confirmed, judged = weighed_verdicts(state, share=need.confirmed_share)
    few = providers["answers"] < FEW_ANSWERS
    return Pool(
        ids=providers["id"].copy(),
        features=features(state, need),
        answers=providers["answers"].copy(),
        confirmed=confirmed,
        judged=judged,
        speed_sum=state.faded("speed_sum", need.at),
        speed_count=state.faded("speed_count", need.at),
        uncertain=few & ((silent_days <= GONE_DAYS) | (providers["answers"] == 0)),
        daily=state.faded("recent", need.at) * (np.log(2) * DAY_S / HALF_LIFE_S["recent"]),
        terms=np.zeros((len(providers), len(TERMS))),
    )
