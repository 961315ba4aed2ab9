"""Decisions: gather rows to arrays, rank, and turn what came out into rows. Nothing is stored here.

The same for asking, for asking on after silence, and for a review; `evaluate` goes through the same functions of
app.ranking. Requests that wait together are decided about together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.community.models.posts import Question
from app.db import db
from app.ranking.exploration import SHARE
from app.ranking.fairness import count_load
from app.ranking.features import COLUMNS
from app.ranking.model import Model
from app.ranking.need import Need, need_of
from app.ranking.pool import TERMS, Pool, pool_of
from app.ranking.protocol import plain
from app.ranking.rank import MINUTE_PARTS, Appraisal, Ranking, appraise, rank
from app.ranking.reasons import reasons_for, record_of
from app.ranking.state import State
from app.ranking.together import Waiting, rank_together
from app.ranking.value import log_total
from app.routing import rows
from app.routing.eligibility import (
    ANOTHER_CAPACITY,
    CANNOT_SIGN_IN,
    Capacity,
    Circumstances,
    providers_of,
    ranges,
    reachable,
    reason_against,
    room,
    unreachable,
)
from app.routing.livestate import know

KEPT = 50  # candidates of which a decision keeps everything
EXPLAINED = 10  # of which it keeps the reasons, ready to be read
_LOAD = TERMS.index("load")


@dataclass(frozen=True)
class Chance:
    """How who is asked was drawn: how many, the share for the uncertain, and how many requests were decided together.

    notice: minutes; prices (n,) of the pool's candidates, in minutes (app.ranking.assignment), None for one alone.
    """

    places: int
    explore: float
    notice: float
    together: int = 1
    prices: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Asking:
    """A question that help is sought for: what of it and of everybody's invitations decides, and how many to ask."""

    question: Question
    of: Circumstances
    tag_ids: Sequence[int]
    places: int


@dataclass(frozen=True)
class Candidates:
    """Who may be asked, before chance: the pool, the log_total of whoever may answer, and who was left out."""

    need: Need
    pool: Pool
    total: float | None
    exclusions: dict[str, list[list[int]]]


@dataclass(frozen=True)
class Decided:
    """A decision before it is stored: the ranking over `pool`, and everybody who was left out."""

    need: Need
    pool: Pool
    ranking: Ranking
    places: list[int]  # of the ranking, from 0, that are kept: the first fifty and whoever is invited
    told: dict[int, tuple[list[dict[str, Any]], dict[str, float]]]  # place → reasons, record
    exclusions: dict[str, list[list[int]]]
    chance: Chance

    def chosen(self) -> list[int]:
        """Return the providers of the wave, the most valuable first."""
        found: list[int] = self.pool.ids[self.ranking.wave].tolist()
        return found

    def need_as_json(self) -> dict[str, Any]:
        """Return the numbers of the request that the values depend on."""
        return {
            "at": self.need.at,
            "chance_minutes": self.need.chance_minutes,
            "confirmed_share": self.need.confirmed_share,
            "pace": asdict(self.need.pace),
            "log_total": self.ranking.log_total,
            "notice": self.chance.notice,
            "places": self.chance.places,
            "explore": self.chance.explore,
            "together": self.chance.together,
        }

    def candidates_as_json(self) -> dict[str, Any]:
        """Return the first 50 and the invited: factors, parts, record; reasons for the first ten and the invited."""
        return {
            "columns": list(COLUMNS),
            "minutes": list(MINUTE_PARTS),
            "rows": [self._row(place) for place in self.places],
        }

    def _row(self, place: int) -> dict[str, Any]:
        ranking, position = self.ranking, int(self.ranking.positions[place])
        row: dict[str, Any] = {
            "provider": int(self.pool.ids[position]),
            "place": place + 1,
            "features": self.pool.features[position].tolist(),
            **numbers_at(ranking, place),
            "propensity": float(ranking.propensities[place]),
            "uncertain": bool(self.pool.uncertain[position]),
            "price": 0.0 if self.chance.prices is None else float(self.chance.prices[position]),
            "record": {
                "answers": float(self.pool.answers[position]),
                "confirmed": float(self.pool.confirmed[position]),
                "judged": float(self.pool.judged[position]),
                "speed_sum": float(self.pool.speed_sum[position]),
                "speed_count": float(self.pool.speed_count[position]),
            },
        }
        if place in self.told:
            row["reasons"], row["known"] = self.told[place]
        return row


def numbers_at(worth: Appraisal | Ranking, at: int) -> dict[str, Any]:
    """Return what one candidate is worth, as a decision keeps it."""
    return {
        "value": float(worth.values[at]),
        "score": float(worth.scores[at]),
        "parts": worth.contributions[at].tolist(),
        "minutes": worth.minutes[at].tolist(),
        "within_hour": float(worth.within_hour[at]),
        "within_day": float(worth.within_day[at]),
        "confirmed": float(worth.confirmed[at]),
    }


def decide(
    state: State,
    model: Model,
    asking: Asking,
    *,
    now: datetime,
    seed: int,
    notice: float,
    explore: float = SHARE,
) -> Decided:
    """Rank everybody who may be offered this question as of `now`."""
    found = candidates_for(state, model, asking, _met(state, now), now=now, notice=notice)
    chance = Chance(asking.places, explore, notice)
    ranking = _ranking(found, model, chance, seed=seed)
    return _decided(state, found, ranking, chance)


def decide_together(
    state: State,
    model: Model,
    askings: Sequence[Asking],
    *,
    now: datetime,
    seed: int,
    notice: float,
    explore: float = SHARE,
) -> list[Decided]:
    """Rank for all of these questions as of `now`, and share the invitations out among them: one assignment for all."""
    everybody = _met(state, now)
    found = [candidates_for(state, model, asking, everybody, now=now, notice=notice) for asking in askings]
    shared = rank_together(
        [Waiting(each.need, each.pool, asking.places, each.total) for each, asking in zip(found, askings, strict=True)],
        model,
        {one.provider_id: room(one, askings[0].of) for one in everybody} if askings else {},
        rng=np.random.default_rng(seed),
        k=max((len(each.pool) for each in found), default=1) or 1,
        notice=notice,
        explore=explore,
    )
    return [
        _decided(
            state,
            each,
            share.ranking,
            Chance(asking.places, explore, notice, together=len(askings), prices=share.prices),
        )
        for each, share, asking in zip(found, shared, askings, strict=True)
    ]


def candidates_for(
    state: State, model: Model, asking: Asking, everybody: Sequence[Capacity], *, now: datetime, notice: float
) -> Candidates:
    """Return who of everybody may be asked, one row per person and organisation, and why the others may not."""
    of = asking.of
    need = need_of_question(state, asking.question, tag_ids=asking.tag_ids, now=now)
    against = {one.provider_id: reason_against(one, of) for one in everybody}
    eligible = [one for one in everybody if against[one.provider_id] is None]
    whole = pool_of(state, need)
    total = total_of(whole, model, providers_of(of.asker_id))
    positions = np.array([state.provider_row[one.provider_id] for one in eligible], dtype=np.int64)
    pool = whole.only(positions)
    worth = appraise(need, pool, model, notice=notice, total=total)
    today = np.array([asking.of.offers_today.get(one.provider_id, 0) for one in eligible], dtype=np.float64)
    load = count_load(pool, today, solving=worth.solving, chance_minutes=need.chance_minutes)
    pool, dropped = one_each(pool, eligible, worth.values + load)
    excluded: dict[str, list[int]] = defaultdict(list)
    for provider_id, code in against.items():
        if code is not None:
            excluded[code].append(provider_id)
    if dropped:
        excluded[ANOTHER_CAPACITY] = dropped
    exclusions = {code: ranges(ids) for code, ids in sorted(excluded.items())} | _unreachable()
    return Candidates(need, pool, total, exclusions)


def _decided(state: State, found: Candidates, ranking: Ranking, chance: Chance) -> Decided:
    need, pool = found.need, found.pool
    invited = np.flatnonzero(np.isin(ranking.positions, ranking.wave)).tolist()
    kept = sorted({*range(min(KEPT, len(ranking.positions))), *invited})
    explained = sorted({*kept[:EXPLAINED], *invited})
    reasons = reasons_for(state, need, pool, ranking, explained)
    ids = pool.ids[ranking.positions[explained]].tolist()
    return Decided(
        need=need,
        pool=pool,
        ranking=ranking,
        places=kept,
        told={
            place: ([asdict(each) for each in why], record_of(state, provider_id, need.at))
            for place, why, provider_id in zip(explained, reasons, ids, strict=True)
        },
        exclusions=found.exclusions,
        chance=chance,
    )


def _met(state: State, now: datetime) -> list[Capacity]:
    """Return everybody who can be reached now, whom the state knows from now on."""
    everybody = reachable(now)
    know(db.session(), state, [one.provider_id for one in everybody])
    return everybody


def need_of_question(state: State, question: Question, *, tag_ids: Iterable[int], now: datetime) -> Need:
    """Return what the ranking reads of a question, as of `now`."""
    return need_of(
        state,
        at=now.timestamp(),
        asker=question.asker_id,
        title=question.title,
        body=plain(question.body, question.source_format),
        topics=rows.topics_of(tag_ids, question.category_id),
        request=question.id,
    )


def total_of(whole: Pool, model: Model, of_asker: list[int]) -> float | None:
    """Return the log_total of everybody who ever answered, but the asker: who may not be invited may still answer.

    None where nobody ever did.
    """
    answered = (whole.answers > 0) & ~np.isin(whole.ids, of_asker)
    return log_total(whole.features[answered] @ model.weights) if answered.any() else None


def one_each(pool: Pool, eligible: list[Capacity], values: NDArray[np.float64]) -> tuple[Pool, list[int]]:
    """Keep of every person and every organisation the most valuable row; return the pool and whom that left out."""
    by_id = {one.provider_id: one for one in eligible}
    people: set[int] = set()
    organisations: set[int] = set()
    kept: list[int] = []
    dropped: list[int] = []
    for position in np.lexsort((pool.ids, -values)).tolist():
        one = by_id[int(pool.ids[position])]
        if one.person_id in people or one.organisation_id in organisations:
            dropped.append(one.provider_id)
            continue
        kept.append(position)
        if one.person_id is not None:
            people.add(one.person_id)
        if one.organisation_id is not None:
            organisations.add(one.organisation_id)
    return pool.only(np.array(sorted(kept), dtype=np.int64)), dropped


def _unreachable() -> dict[str, list[list[int]]]:
    found = unreachable()
    return {CANNOT_SIGN_IN: found} if found else {}


def _ranking(found: Candidates, model: Model, chance: Chance, *, seed: int) -> Ranking:
    """Return the first fifty; all, where chance invited somebody beyond them, so that she too can be told why."""
    for k in (KEPT, max(KEPT, len(found.pool))):
        ranking = rank(
            found.need,
            found.pool,
            model,
            rng=np.random.default_rng(seed),
            k=k,
            places=chance.places,
            notice=chance.notice,
            explore=chance.explore,
            total=found.total,
        )
        if np.isin(ranking.wave, ranking.positions).all():
            break
    return ranking
