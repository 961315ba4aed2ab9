"""Who is asked for what when many requests wait: one assignment for all of them, within what each provider can take.

One by one, the first request takes the helper whom a later one needs more. So the linear assignment of all requests is
solved first, and gives each busy helper a price: the minutes that another request would lose without her. At these
prices every request then draws its own first wave as it does alone (exploration.py): near-equals by turns, a share for
the uncertain. All probabilities are settled before chance is asked, so they are known and can be kept; dependent
rounding draws with exactly these, never more than a provider can take. One request alone gets what rank gives it.

Sources: H. Kuhn (1955), Naval Research Logistics Quarterly 2, p. 83 (assignment); L. Shapley, M. Shubik (1971), Int. J.
of Game Theory 1, p. 111 (prices); A. Galichon, B. Salanié (2022), Rev. Econ. Studies 89, p. 2600 (near-equals at
prices); R. Gandhi, S. Khuller, S. Parthasarathy, A. Srinivasan (2006), J. ACM 53, p. 324 (dependent rounding).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when first used: many requests wait in the worker, not in a web process
from numpy.typing import NDArray

from app.ranking.exploration import CONTENDERS, SHARE, best_weights, exploring, filled, largest, near_minutes
from app.ranking.rounding import rounded, thinned

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

PRICE_ROUNDS = 30
FITTING_ROUNDS = 50
LEAST_DEMAND = 1e-12
LEAST_PRICE = 1e-6  # minutes; below this it is a rounding error
NOBODY_NEARS = 60.0  # how far below everybody a place that stays empty is valued


@dataclass(frozen=True)
class Wish:
    """One waiting request: c candidates, named by their positions among all n providers.

    providers (c,), each once; values and deviations (c,): minutes saved and how unsure; uncertain (c,): who may be
    explored; places: how many are to be asked; load: minutes that it costs to ask somebody who is asked for another of
    the requests as well, for each of those.
    """

    providers: Rows
    values: Floats
    deviations: Floats
    uncertain: Flags
    places: int
    load: float = 0.0

    def check(self, providers: int) -> None:
        """Raise ValueError unless all lengths agree, all numbers are finite and every position is there, once."""
        c = len(self.providers)
        if self.places < 1 or any(len(each) != c for each in (self.values, self.deviations, self.uncertain)):
            raise ValueError("a request's numbers have different lengths, or no place is wanted")
        if not (np.all(np.isfinite(self.values)) and np.all(np.isfinite(self.deviations)) and 0 <= self.load < np.inf):
            raise ValueError("a value is not finite, or a load below 0")
        if len(np.unique(self.providers)) != c or (
            c and not 0 <= self.providers.min() <= self.providers.max() < providers
        ):
            raise ValueError("a candidate is unknown or there twice")


@dataclass(frozen=True)
class Together:
    """What was decided: per request propensities (c,) and chosen (positions in its candidates, by value).

    prices (n,): minutes a provider must be worth more than another to be asked, since others need her. The propensities
    of a request sum to its places, those of a provider to at most her capacity; where there is too little capacity for
    all, to less than the places.
    """

    propensities: list[Floats]
    chosen: list[Rows]
    prices: Floats


def assign_together(
    wishes: Sequence[Wish],
    capacities: Rows,
    keys: NDArray[np.uint64],
    *,
    rng: np.random.Generator,
    share: float = SHARE,
) -> Together:
    """Decide about all requests at once.

    capacities (n,): how many more requests each provider takes, whole numbers; keys (n,): distinct numbers, so that the
    order of the arrays does not matter. Raises ValueError on a negative capacity, a share outside [0, 1], or what
    Wish.check refuses.
    """
    if len(keys) != len(capacities) or np.any(capacities < 0) or not 0 <= share <= 1:
        raise ValueError("capacities must not be negative, and share must be in [0, 1]")
    for wish in wishes:
        wish.check(len(capacities))
    market = _Market(wishes, capacities, share)
    prices = market.settled()
    row, column, weight = market.fitted(prices)
    # Walk in the order of the keys: the order of the arrays must not decide who is drawn.
    order = np.lexsort((keys[column], row))
    row, column, weight = row[order], column[order], weight[order]
    drawn = rounded(row, column, thinned(row, column, weight, capacities, rng), rng)
    taken = np.zeros(len(row), dtype=np.bool_)
    taken[order] = drawn
    ends = np.cumsum([len(wish.providers) for wish in wishes])[:-1]
    back = np.empty(len(row))
    back[order] = weight
    propensities = np.split(back, ends) if wishes else []
    chosen = [_by_value(wish, keys, flags) for wish, flags in zip(wishes, np.split(taken, ends), strict=False)]
    return Together(propensities, chosen, prices)


def best_assignment(values: Floats, places: Rows, capacities: Rows, load: Floats) -> Flags:
    """Return who is asked for what (r, n) so that the values add up to the most; chance plays no part.

    values (r, n): minutes saved, -inf where somebody must not be asked; places (r,) wanted; capacities (n,); load (r,):
    what each request loses per other request its helper is asked for. As many places as can be are filled: in rounds,
    everybody's first before anybody's second, each round the best there is; nobody gets two places of one request.
    Raises ValueError on values that are nan or +inf, and on disagreeing shapes.
    """
    if values.shape != (len(places), len(capacities)):
        raise ValueError("values must have a row per request and a column per provider")
    if np.any(np.isnan(values)) or np.any(values == np.inf):
        raise ValueError("a value is not a number of minutes")
    taken = np.zeros(values.shape, dtype=np.bool_)
    for place in range(int(places.max(initial=0))):
        open_rows = np.flatnonzero(places > place)
        left = np.minimum(capacities - taken.sum(axis=0), len(open_rows))
        copy_of = np.repeat(np.arange(len(capacities)), np.maximum(left, 0))
        if len(copy_of) == 0:
            break
        # The first of a provider's copies is the cheapest, so that it is taken first.
        order = np.arange(len(copy_of)) - np.repeat(np.cumsum(left) - left, left)
        worth = np.where(taken[open_rows], -np.inf, values[open_rows])[:, copy_of]
        worth = worth - load[open_rows, None] * (order + taken.sum(axis=0)[copy_of])
        allowed = np.isfinite(worth)
        if not allowed.any():
            break
        low, high = float(worth[allowed].min()), float(worth[allowed].max())
        # Whatever is not allowed costs more than anything that is, so that no place stays empty for the sum's sake.
        refused = low - (high - low + 1) * (len(open_rows) + 1)
        of, to = scipy.optimize.linear_sum_assignment(np.where(allowed, worth, refused), maximize=True)
        real = allowed[of, to]
        taken[open_rows[of[real]], copy_of[to[real]]] = True
    return taken


class _Market:
    """The requests as one list of (request, provider) pairs, and the prices at which they share the providers."""

    def __init__(self, wishes: Sequence[Wish], capacities: Rows, share: float) -> None:
        self.wishes, self.capacities = wishes, capacities
        wanted = sum(wish.places for wish in wishes)
        self.explored = [
            exploring(wish.values, wish.deviations, wish.uncertain, places=wish.places, share=share)
            if len(wish.values) > wish.places
            else np.zeros(len(wish.values))
            for wish in wishes
        ]
        # What the others want cannot push a request further down its list than there are places.
        self.close = [largest(wish.values, max(CONTENDERS, 2 * wish.places) + wanted - wish.places) for wish in wishes]
        self.loads = np.array([wish.load for wish in wishes])
        values = np.concatenate([wish.values[close] for wish, close in zip(wishes, self.close, strict=True)] or [_NONE])
        self.nobody = float(values.min(initial=0.0)) - NOBODY_NEARS * near_minutes(values)
        self.prices = self._prices_of_the_best()
        # Nearly equal is measured by what can still be had at these prices, as it is by who is left one by one.
        self.nears = [near_minutes(wish.values - self.prices[wish.providers]) for wish in wishes]

    def settled(self) -> Floats:
        """Return prices (n,) at which nobody is wanted more than she can take, near-equals taking turns.

        Each round moves every price to where her demand would be met if only she changed hers: a Newton step on the
        logarithm of the demand. A further request of one provider costs its load, as it does one by one.
        """
        prices = self.prices
        least_near = min(self.nears, default=1.0)
        sizes = [len(wish.providers) for wish in self.wishes]
        of_pair, of_load = np.repeat(self.nears, sizes), np.repeat(self.loads, sizes)
        for _ in range(PRICE_ROUNDS):
            _, column, weight = self._pairs(prices, with_exploration=False)
            demand = self._per_provider(column, weight)
            steep = self._per_provider(column, weight / of_pair)
            asked = np.flatnonzero((demand > LEAST_DEMAND) | (prices > 0))
            wanted, price = np.maximum(demand[asked], LEAST_DEMAND), prices[asked]
            near = np.where(demand[asked] > LEAST_DEMAND, wanted / np.maximum(steep[asked], 1e-300), least_near)
            load = np.maximum(self._per_provider(column, weight * of_load)[asked] / wanted, 1e-9)
            room = np.maximum(self.capacities[asked], 1e-6)
            by_capacity = price + near * np.log(wanted / room)
            by_load = near * scipy.special.wrightomega(np.log(load * wanted / near) + (price + load) / near) - load
            moved = prices.copy()
            found = np.maximum(by_capacity, by_load)
            moved[asked] = np.where(found < LEAST_PRICE, 0.0, found)
            step = np.abs(moved[asked] - price) / near
            prices = moved
            if step.max(initial=0.0) < 1e-3:
                break
        return prices

    def fitted(self, prices: Floats) -> tuple[Rows, Rows, Floats]:
        """Return requests, providers and propensities of all pairs, one after another, within every capacity."""
        row, column, weight = self._pairs(prices, with_exploration=True)
        places = np.array([min(wish.places, len(wish.values)) for wish in self.wishes], dtype=np.float64)
        for _ in range(FITTING_ROUNDS):
            over = self._per_provider(column, weight)
            weight = weight * np.minimum(1.0, self.capacities / np.maximum(over, 1e-300))[column]
            missing = np.maximum(0.0, places - np.bincount(row, weight, len(places)))
            if missing.max(initial=0.0) < 1e-12:
                break
            # What is missing goes to whoever of the request's has room, as much as she has of it.
            has_room = (self.capacities > self._per_provider(column, weight) + 1e-12)[column]
            spare = np.where(has_room, weight * (1 - weight), 0.0)
            total = np.bincount(row, spare, len(places))
            ratio = np.divide(missing, total, out=np.zeros(len(places)), where=total > 0)
            weight = np.minimum(1.0, weight + spare * ratio[row])
        over = self._per_provider(column, weight)
        return row, column, weight * np.minimum(1.0, self.capacities / np.maximum(over, 1e-300))[column]

    def _prices_of_the_best(self) -> Floats:
        """Return the prices (n,) that the linear assignment implies: the least at which nobody would rather swap."""
        known = np.unique(
            np.concatenate([w.providers[c] for w, c in zip(self.wishes, self.close, strict=True)] or [_NO_ROWS])
        )
        prices = np.zeros(len(self.capacities))
        if len(known) == 0:
            return prices
        values = np.full((len(self.wishes), len(known)), -np.inf)
        for row, (wish, close) in enumerate(zip(self.wishes, self.close, strict=True)):
            values[row, np.searchsorted(known, wish.providers[close])] = wish.values[close]
        places = np.array([min(wish.places, len(wish.values)) for wish in self.wishes], dtype=np.int64)
        taken = best_assignment(values, places, self.capacities[known], self.loads)
        asked, is_short = taken.sum(axis=0), taken.sum(axis=1) < places
        is_full = asked >= self.capacities[known]
        floor = float(self.loads.mean()) * np.maximum(0.0, asked - 1.0)
        found = floor
        for _ in range(PRICE_ROUNDS):
            # What a request's last place brings it; whoever offers more would take it over.
            content = np.where(is_short, self.nobody, np.where(taken, values - found, np.inf).min(axis=1))
            rivals = np.where(taken, -np.inf, values - content[:, None]).max(axis=0)
            raised = np.maximum(floor, np.where(is_full, rivals, 0.0))
            if np.allclose(raised, found):
                break
            found = raised
        prices[known] = found
        return prices

    def _pairs(self, prices: Floats, *, with_exploration: bool) -> tuple[Rows, Rows, Floats]:
        rows, columns, weights = [_NO_ROWS], [_NO_ROWS], [_NONE]
        for row, wish in enumerate(self.wishes):
            found = self.explored[row].copy() if with_exploration else np.zeros(len(wish.values))
            found[self.close[row]] += self._wanted(row, prices)
            rows.append(np.full(len(found), row))
            columns.append(wish.providers)
            weights.append(found)
        return np.concatenate(rows), np.concatenate(columns), np.concatenate(weights)

    def _wanted(self, row: int, prices: Floats) -> Floats:
        """Return how likely each of the close candidates is to be asked at these prices; nobody may be, too."""
        wish, close, explored = self.wishes[row], self.close[row], self.explored[row]
        empty = np.full(wish.places, self.nobody)
        net = np.concatenate((wish.values[close] - prices[wish.providers[close]], empty))
        most = np.concatenate((1 - explored[close], np.ones(wish.places)))
        weights = best_weights(net, wish.places, self.nears[row])
        return filled(weights, wish.places - float(explored.sum()), most=most)[: len(close)]

    def _per_provider(self, column: Rows, weight: Floats) -> Floats:
        return np.bincount(column, weight, len(self.capacities)).astype(np.float64)


_NONE = np.zeros(0)
_NO_ROWS = np.zeros(0, dtype=np.int64)


def _by_value(wish: Wish, keys: NDArray[np.uint64], flags: Flags) -> Rows:
    chosen = np.flatnonzero(flags)
    return chosen[np.lexsort((keys[wish.providers[chosen]], -wish.values[chosen]))]
