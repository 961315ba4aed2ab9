"""Nobody is asked more than they can take, and near-equals share the work: limits and the price of being busy."""

import numpy as np
from numpy.typing import NDArray

from app.ranking.pool import TERMS, Pool

MOST_OFFERS_A_DAY = 20  # unless a provider says otherwise
LOAD_MINUTES = 5.0  # what each offer of the last day costs, in minutes saved
AT_CAPACITY = "at_capacity"

_LOAD = TERMS.index("load")


def with_load(pool: Pool, offers: NDArray[np.float64], limits: NDArray[np.float64]) -> tuple[Pool, NDArray[np.int64]]:
    """Return the pool without whoever is at the limit, the others' load counted, and the positions that stayed.

    offers (n,): offers of the last 24 hours; limits (n,): the most each provider takes.
    """
    free = np.flatnonzero(offers < limits)
    full = tuple((int(provider), AT_CAPACITY) for provider in pool.ids[offers >= limits])
    narrowed = pool.only(free, excluded=full)
    narrowed.terms[:, _LOAD] -= LOAD_MINUTES * offers[free]
    return narrowed, free
