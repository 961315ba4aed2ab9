"""Work out again what a decision did not keep: everybody beyond its first fifty, and a helper as she is known today.

Exactly, where the stored state the decision was made with is still there; that it is the same is not assumed but seen:
whoever the decision did keep must come out as she was stored. Nothing is stored here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.community.models.posts import Question
from app.db import db
from app.providers.models import Provider
from app.ranking.fairness import count_load
from app.ranking.features import COLUMNS
from app.ranking.need import Need
from app.ranking.pool import Pool, pool_of
from app.ranking.rank import Appraisal, appraise
from app.ranking.snapshot import load_state
from app.ranking.state import State
from app.routing import modelstore, rows
from app.routing.deciding import need_of_question, numbers_at, total_of
from app.routing.eligibility import code_for, providers_of
from app.routing.livestate import know, reconcile, up_to_date
from app.routing.models import Change, Offer, RoutingDecision, StoredState
from app.routing.settings import NOTICE_MINUTES

CLOSE = 1e-6
DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Standing:
    """What a helper is worth to a question as things are known now, and her place in the list of then."""

    value: float
    place: int


def standings_now(decision: RoutingDecision, question: Question, provider_ids: list[int]) -> dict[int, Standing]:
    """Return for these providers what they would be worth today, whatever kept them out of the list then."""
    model = modelstore.in_force_now()
    mine = up_to_date(db.session())
    with mine.lock:
        know(db.session(), mine.state, provider_ids)
        need = need_of_question(
            mine.state, question, tag_ids=rows.tag_ids_of(db.session(), question.id), now=clock.now()
        )
        whole = pool_of(mine.state, need)
        total = total_of(whole, model, providers_of(question.asker_id))
        pool = _only(mine.state, whole, provider_ids)
        worth = appraise(need, pool, model, notice=float(NOTICE_MINUTES.value), total=total)
    values = [row["value"] for row in decision.candidates["rows"]]
    return {
        provider_id: Standing(value, 1 + sum(1 for each in values if each > value))
        for provider_id, value in zip(pool.ids.tolist(), worth.values.tolist(), strict=True)
    }


def the_others(decision: RoutingDecision, question: Question) -> list[dict[str, Any]] | None:
    """Return the candidates a decision did not keep, by value, in the form of those it kept; None where they cannot be
    worked out exactly any more.
    """
    model = modelstore.usable(decision.model)
    ids = _candidates_then(decision)
    if model is None or len(ids) != decision.candidates_count or set(decision.candidates["columns"]) != set(COLUMNS):
        return None
    session = db.session()
    state = _state_then(session, decision)
    if state is None:
        return None
    know(session, state, ids)
    at = decision.decided_at
    need = need_of_question(state, question, tag_ids=rows.tag_ids_of(db.session(), question.id), now=at)
    pool = _only(state, pool_of(state, need), ids)
    known = {"notice": decision.need["notice"], "total": decision.need["log_total"]}
    solving = appraise(need, pool, model, **known).solving
    count_load(pool, _invited_before(decision, pool.ids), solving=solving, chance_minutes=need.chance_minutes)
    worth = appraise(need, pool, model, **known)
    if not _agrees(decision, need, pool, worth):
        return None
    kept = {row["provider"] for row in decision.candidates["rows"]}
    order = [
        position for position in np.argsort(-worth.values, kind="stable").tolist() if pool.ids[position] not in kept
    ]
    return [_row(pool, worth, position, place) for place, position in enumerate(order, 1 + len(kept))]


def _candidates_then(decision: RoutingDecision) -> list[int]:
    there = db.session.scalars(
        select(Provider.id).where(Provider.created_at <= decision.decided_at).order_by(Provider.id)
    )
    return [each for each in there if code_for(each, decision.exclusions) is None]


def _state_then(session: Session, decision: RoutingDecision) -> State | None:
    """Return the state with what this process knew when it decided; None where that is no longer stored."""
    if decision.state_key is None:
        return State() if decision.state_number == 0 else None
    row = session.execute(
        select(StoredState.number, StoredState.content).where(StoredState.key == decision.state_key)
    ).one_or_none()
    if row is None:
        return None
    try:
        state = load_state(BytesIO(row.content))
    except ValueError:  # of another version
        return None
    since = select(Change.help_request_id).where(Change.number > row.number, Change.number <= decision.state_number)
    if requests := set(session.scalars(since)):
        reconcile(session, state, requests)
    return state


def _only(state: State, whole: Pool, provider_ids: list[int]) -> Pool:
    return whole.only(np.array([state.provider_row[each] for each in provider_ids], dtype=np.int64))


def _invited_before(decision: RoutingDecision, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how many invitations each had had in the day before."""
    rows = db.session.execute(
        select(Offer.provider_id, func.count().label("n"))
        .where(Offer.offered_at > decision.decided_at - DAY, Offer.decision_id < decision.id)
        .group_by(Offer.provider_id)
    )
    counts = {row.provider_id: row.n for row in rows}
    return np.array([counts.get(each, 0) for each in ids.tolist()], dtype=np.float64)


def _agrees(decision: RoutingDecision, need: Need, pool: Pool, worth: Appraisal) -> bool:
    """Say whether whoever was kept comes out as she was stored."""
    place = {each: position for position, each in enumerate(pool.ids.tolist())}
    rows = decision.candidates["rows"]
    if not all(row["provider"] in place for row in rows):
        return False
    columns = [COLUMNS.index(name) for name in decision.candidates["columns"]]
    return abs(need.chance_minutes - decision.need["chance_minutes"]) <= CLOSE * need.chance_minutes and all(
        np.allclose(pool.features[place[row["provider"]]][columns], row["features"], atol=CLOSE)
        and np.isclose(worth.values[place[row["provider"]]], row["value"], atol=CLOSE, rtol=CLOSE)
        for row in rows
    )


def _row(pool: Pool, worth: Appraisal, position: int, place: int) -> dict[str, Any]:
    return {
        "provider": int(pool.ids[position]),
        "place": place,
        "features": pool.features[position].tolist(),
        **numbers_at(worth, position),
        "propensity": None,
    }
