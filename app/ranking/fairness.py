"""Nobody is asked more than they can take, and near-equals share the work: limits and the price of being busy."""

import numpy as np
from numpy.typing import NDArray

from app.ranking.pool import TERMS, Pool

MOST_OFFERS_A_DAY = 20  # unless a provider says otherwise
# What each offer of the last day costs, as a share of what the request would take by chance, divided by one and the
# answers a day she is used to: less may be expected of whoever has others to help. It takes at most the second share of
# her own worth, so that a busy helper never falls behind people who do not help at all. Chosen in the simulated world
# (docs/ranking.md), where people who are asked a lot tire.
LOAD_SHARE = 0.02
LOAD_MOST = 0.97
AT_CAPACITY = "at_capacity"

_LOAD = TERMS.index("load")


def with_load(
    pool: Pool,
    offers: NDArray[np.float64],
    limits: NDArray[np.float64],
    *,
    solving: NDArray[np.float64],
    chance_minutes: float,
) -> tuple[Pool, NDArray[np.int64]]:
    """Return the pool without whoever is at the limit, the others' load counted, and the positions that stayed.

    offers (n,): offers of the last 24 hours; limits (n,): the most each provider takes; solving (n,): minutes that each
    is expected to save by solving it; chance_minutes: of the need.
    """
    free = np.flatnonzero(offers < limits)
    full = tuple((int(provider), AT_CAPACITY) for provider in pool.ids[offers >= limits])
    narrowed = pool.only(free, excluded=full)
    count_load(narrowed, offers[free], solving=solving[free], chance_minutes=chance_minutes)
    return narrowed, free


def count_load(
    pool: Pool, offers: NDArray[np.float64], *, solving: NDArray[np.float64], chance_minutes: float
) -> NDArray[np.float64]:
    """Add the load of these offers to the pool's terms, and return it; arguments as of with_load."""
    load = load_minutes(solving, offers, pool.daily, chance_minutes=chance_minutes)
    pool.terms[:, _LOAD] += load
    return load


def load_minutes(
    solving: NDArray[np.float64],
    offers: NDArray[np.float64],
    daily: NDArray[np.float64],
    *,
    chance_minutes: float,
) -> NDArray[np.float64]:
    """Return what the offers of the last day do to each provider's value, in minutes, at most 0; shapes (n,).

    daily: how many answers a day the provider is used to give.
    """
    return -np.minimum(LOAD_SHARE * chance_minutes * offers / (1 + daily), LOAD_MOST * solving)
