"""Ways to decide who is asked in the simulated world: ours, by app.ranking's functions, and what it is held against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.ranking.events import Event
from app.ranking.exploration import SHARE
from app.ranking.fairness import MOST_OFFERS_A_DAY, with_load
from app.ranking.model import default_model
from app.ranking.need import Need, need_of
from app.ranking.pool import Pool, pool_of
from app.ranking.rank import appraise, rank
from app.ranking.state import State
from app.ranking.together import Shared, Waiting, rank_together
from app.ranking.value import log_total
from bench._living import START, STRANGERS, Ask, Moment

MOST_OPEN = 5  # what a provider takes at once unless it says otherwise


class Nobody:
    """Leaves every question to chance."""

    name = "left to chance"
    asks = False

    def see(self, event: Event) -> None:
        """Pay no attention."""

    def day(self, at: float) -> None:
        """Pay no attention."""

    def choose(self, asks: Sequence[Ask], moment: Moment) -> list[list[int]]:  # noqa: ARG002
        """Ask nobody."""
        return [[] for _ in asks]


class AtRandom(Nobody):
    """Asks any members."""

    name = "random"
    asks = True

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng([seed, 11])

    def choose(self, asks: Sequence[Ask], moment: Moment) -> list[list[int]]:
        """Draw members."""
        return [self.rng.permutation(_others(ask, moment))[: ask.places].tolist() for ask in asks]


class RoundRobin(Nobody):
    """Asks whoever has waited longest for an invitation."""

    name = "round robin"
    asks = True

    def __init__(self) -> None:
        self.turn: dict[int, float] = {}

    def choose(self, asks: Sequence[Ask], moment: Moment) -> list[list[int]]:
        """Take the next in turn."""
        found = []
        for ask in asks:
            people = sorted(_others(ask, moment).tolist(), key=lambda person: (self.turn.get(person, -1.0), person))
            found.append(people[: ask.places])
            self.turn |= dict.fromkeys(found[-1], moment.at)
        return found


class HistoryOnly(Nobody):
    """Imitates: asks whoever the model finds likeliest to answer, as those who learn from history alone do."""

    name = "history only"
    asks = True

    def __init__(self) -> None:
        self.state, self.model = State(), default_model()

    def see(self, event: Event) -> None:
        """Learn from it."""
        self.state.apply(event)

    def day(self, at: float) -> None:
        """Do what the worker does once a day."""
        self.state.upkeep(at)

    def choose(self, asks: Sequence[Ask], moment: Moment) -> list[list[int]]:
        """Take the highest scores."""
        found = []
        for ask in asks:
            need, pool, total = self.candidates(ask, moment)
            scores = appraise(need, pool, self.model, total=total).scores
            found.append(pool.ids[np.argsort(-scores, kind="stable")[: ask.places]].tolist())
        return found

    def candidates(self, ask: Ask, moment: Moment) -> tuple[Need, Pool, float | None]:
        """Return need, members who were not invited, and the log_total of whoever ever answered."""
        question = ask.question
        need = need_of(
            self.state,
            at=START + 3600 * moment.at,
            asker=STRANGERS + question.number,
            title=question.title,
            body=question.body,
            topics=(question.topic,),
            request=question.number,
        )
        whole = pool_of(self.state, need)
        answered = whole.answers > 0
        total = log_total(whole.features[answered] @ self.model.weights) if answered.any() else None
        rows = np.array([self.state.provider_row[int(each)] for each in _others(ask, moment)], dtype=np.int64)
        return need, whole.only(rows), total


class Ours(HistoryOnly):
    """Asks as the product does: by value, within what people take, the load counted, 5 % for the unknown.

    together: many waiting questions are one assignment; cares: False leaves capacities, load and exploration out.
    """

    def __init__(self, seed: int, *, together: bool = True, cares: bool = True) -> None:
        super().__init__()
        self.rng = np.random.default_rng([seed, 13])
        self.together, self.cares = together and cares, cares
        self.name = "ours" if together and cares else "ours, one by one" if cares else "ours without care"

    def choose(self, asks: Sequence[Ask], moment: Moment) -> list[list[int]]:
        """Decide together where several wait."""
        return self.share_out(asks, moment) if self.together and len(asks) > 1 else self.one_by_one(asks, moment)

    def one_by_one(self, asks: Sequence[Ask], moment: Moment) -> list[list[int]]:
        """Ask rank for each, what the ones before got counted."""
        open_offers, today, found = moment.open_offers.copy(), moment.offers_today.copy(), []
        for ask in asks:
            now = Moment(moment.at, moment.members, open_offers, today)
            need, pool, total = self._free(ask, now)
            explore = SHARE if self.cares else 0.0
            ranking = rank(need, pool, self.model, rng=self.rng, places=ask.places, explore=explore, total=total)
            chosen = pool.ids[ranking.wave]
            open_offers[chosen] += 1
            today[chosen] += 1
            found.append(chosen.tolist())
        return found

    def share_out(self, asks: Sequence[Ask], moment: Moment) -> list[list[int]]:
        """Ask rank_together for all of them."""
        waiting, shared = self._shared(asks, moment)
        return [each.pool.ids[share.ranking.wave].tolist() for each, share in zip(waiting, shared, strict=True)]

    def propensities(self, asks: Sequence[Ask], moment: Moment) -> np.ndarray:
        """Return how likely rank_together asks whom: (asks, n)."""
        waiting, shared = self._shared(asks, moment)
        found = np.zeros((len(asks), len(moment.open_offers)))
        for row, (each, share) in enumerate(zip(waiting, shared, strict=True)):
            found[row, each.pool.ids[share.ranking.positions]] = share.ranking.propensities
        return found

    def _shared(self, asks: Sequence[Ask], moment: Moment) -> tuple[list[Waiting], list[Shared]]:
        waiting = []
        for ask in asks:
            need, pool, total = self._free(ask, moment)
            waiting.append(Waiting(need, pool, ask.places, total))
        room = np.minimum(MOST_OPEN - moment.open_offers, MOST_OFFERS_A_DAY - moment.offers_today)
        capacities = {int(each): int(room[each]) for each in moment.members}
        most = max(len(each.pool) for each in waiting)
        return waiting, rank_together(waiting, self.model, capacities, rng=self.rng, k=max(1, most))

    def values(self, ask: Ask, moment: Moment) -> dict[int, float]:
        """Return the minutes that each free member is reckoned to save."""
        need, pool, total = self._free(ask, moment)
        return dict(zip(pool.ids.tolist(), appraise(need, pool, self.model, total=total).values.tolist(), strict=True))

    def _free(self, ask: Ask, moment: Moment) -> tuple[Need, Pool, float | None]:
        need, pool, total = self.candidates(ask, moment)
        if not self.cares:
            return need, pool, total
        pool = pool.only(np.flatnonzero(moment.open_offers[pool.ids] < MOST_OPEN))
        limits = np.full(len(pool), float(MOST_OFFERS_A_DAY))
        solving = appraise(need, pool, self.model, total=total).solving
        return (
            need,
            with_load(pool, moment.offers_today[pool.ids], limits, solving=solving, chance_minutes=need.chance_minutes)[
                0
            ],
            total,
        )


def _others(ask: Ask, moment: Moment) -> np.ndarray:
    return np.array([person for person in moment.members.tolist() if person not in ask.invited], dtype=np.int64)
