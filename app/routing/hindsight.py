"""What stored decisions say about another model: rows to arrays for app.ranking.offpolicy. Nothing is stored here.

A decision keeps its first fifty candidates and whoever was invited; only they can be judged, and both models are asked
about the same ones, as if each request had been decided alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.ranking.exploration import SHARE, wave_propensities
from app.ranking.features import COLUMNS
from app.ranking.model import Model
from app.ranking.offpolicy import Comparison, Logged, compare
from app.ranking.rank import MINUTE_PARTS, uncertainty
from app.routing import replaying
from app.routing.kept import Kept, read
from app.routing.models import Offer, Outcome, RoutingDecision
from app.routing.replaying import Stored, appraisal

Floats = NDArray[np.float64]
Reward = Literal["answered", "minutes"]

OLD_ENOUGH = timedelta(hours=24)  # an invitation that is younger may still be answered in time
MOST_DECISIONS = 5_000
AT_ONCE = 500


@dataclass(frozen=True)
class StoredDecision:
    """One decision and what came of it, without a reward yet.

    answered and solved (m,): whether the invited did, waits (m,): minutes
    until they answered, inf where they did not.
    """

    stored: Stored
    explore: float
    propensities: Floats
    invited: NDArray[np.int64]
    waits: Floats
    solved: NDArray[np.bool_]
    request_id: int


def stored(session: Session, *, most: int = MOST_DECISIONS, since: int = 0) -> list[StoredDecision]:
    """Return the newest decisions that invited somebody more than a day ago, made with the factors of this version.

    since: the least id of a decision that is looked at.
    """
    ids = session.scalars(
        select(RoutingDecision.id)
        .join(Offer, Offer.decision_id == RoutingDecision.id)
        .where(RoutingDecision.decided_at <= clock.now() - OLD_ENOUGH, RoutingDecision.id >= since)
        .group_by(RoutingDecision.id)
        .order_by(RoutingDecision.id.desc())
        .limit(most)
    ).all()
    found: list[StoredDecision] = []
    for start in range(0, len(ids), AT_ONCE):
        found.extend(_part(session, sorted(ids[start : start + AT_ONCE])))
    return sorted(found, key=lambda each: each.stored.need.at)


def of_model(decisions: Sequence[StoredDecision], model: Model) -> list[Floats]:
    """Return how likely this model would have asked each kept candidate: one array (c,) per decision."""
    return [
        wave_propensities(
            (worth := appraisal(each.stored, model)).values,
            uncertainty(worth, each.stored.pool),
            each.stored.pool.uncertain,
            places=len(each.invited),
            share=each.explore,
        )
        for each in decisions
    ]


def judged(decisions: Sequence[StoredDecision], reward: Reward, *, expected_by: Model) -> list[Logged]:
    """Return the decisions with what each invitation brought.

    `answered`: 1 for an answer within a day; `minutes`: what the value promises, as it came out: T0 where the answer
    was accepted, less the wait until it came or silence was noticed. expected_by: whose expectation the doubly robust
    estimate begins with.
    """
    found = []
    for each in decisions:
        worth = appraisal(each.stored, expected_by)
        if reward == "answered":
            rewards, expected = np.isfinite(each.waits).astype(np.float64), worth.within_day
        else:
            saved = np.where(each.solved, each.stored.need.chance_minutes, 0.0)
            saved -= np.minimum(each.waits, each.stored.notice)
            rewards, expected = saved, worth.minutes[:, :2].sum(axis=1)
        found.append(Logged(each.propensities, each.invited, rewards, expected, each.request_id))
    return found


def compare_models(
    session: Session, new: Model, old: Model, *, margin: float, reward: Reward = "answered", most: int = MOST_DECISIONS
) -> Comparison:
    """Estimate, doubly robust, how much more an invitation would have brought with the new model than with the old."""
    decisions = stored(session, most=most)
    logged = judged(decisions, reward, expected_by=old)
    return compare(logged, of_model(decisions, new), of_model(decisions, old), margin=margin)


def _part(session: Session, ids: Sequence[int]) -> list[StoredDecision]:
    rows = session.execute(
        select(
            RoutingDecision.id,
            RoutingDecision.help_request_id,
            RoutingDecision.decided_at,
            RoutingDecision.need,
            RoutingDecision.numbers,
        ).where(RoutingDecision.id.in_(ids))
    ).all()
    invited: dict[int, list[int]] = defaultdict(list)
    offers = session.execute(
        select(Offer.decision_id, Offer.provider_id).where(Offer.decision_id.in_(ids)).order_by(Offer.id)
    )
    for offer in offers:
        invited[offer.decision_id].append(offer.provider_id)
    outcomes: dict[tuple[int, int], list[Any]] = defaultdict(list)
    requests = sorted({row.help_request_id for row in rows})
    told = session.execute(
        select(Outcome.help_request_id, Outcome.provider_id, Outcome.kind, Outcome.happened_at)
        .where(Outcome.help_request_id.in_(requests), Outcome.kind != "voted")
        .order_by(Outcome.id)
    )
    for outcome in told:
        outcomes[outcome.help_request_id, outcome.provider_id].append(outcome)
    return [
        _stored(row, kept, invited[row.id], outcomes)
        for row in rows
        if (kept := read(row.numbers)).columns == COLUMNS and kept.minutes == MINUTE_PARTS
    ]


def _stored(row: Any, kept: Kept, invited: list[int], outcomes: dict[tuple[int, int], list[Any]]) -> StoredDecision:
    place = {provider: position for position, provider in enumerate(kept.ids.tolist())}
    came = [_came(outcomes.get((row.help_request_id, provider), []), row.decided_at) for provider in invited]
    return StoredDecision(
        stored=replaying.stored(row.need, kept),
        explore=row.need.get("explore", SHARE),
        propensities=kept.of("propensity"),
        invited=np.array([place[provider] for provider in invited], dtype=np.int64),
        waits=np.array([wait for wait, _ in came]),
        solved=np.array([solved for _, solved in came], dtype=np.bool_),
        request_id=row.help_request_id,
    )


def _came(outcomes: Sequence[Any], decided_at: datetime) -> tuple[float, bool]:
    """Return the minutes to an answer within a day, inf where none came; and whether the asker accepted it."""
    waits = [
        (each.happened_at - decided_at).total_seconds() / 60
        for each in outcomes
        if each.kind == "answered" and decided_at <= each.happened_at <= decided_at + OLD_ENOUGH
    ]
    judgements = [each.kind for each in outcomes if each.kind in ("accepted", "unaccepted")]
    return min(waits, default=np.inf), bool(waits) and judgements[-1:] == ["accepted"]
