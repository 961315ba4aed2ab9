"""Learn from how it went: better weights from past decisions, and reviews that show what one request taught.

A learned model is used only where, on the later quarter of the decisions, it is better than the one in force by the
margin of the settings; every version is kept. Old decisions are never rewritten: a review is a decision of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import func, select

from app import clock
from app.actor import SYSTEM
from app.community.models.posts import Question
from app.db import db, own_session, transaction
from app.outbox.record import record
from app.ranking.fit import Sample, learn
from app.routing import modelstore, services, upkeep
from app.routing.events import RankingModelMade
from app.routing.models import Outcome, RoutingDecision
from app.routing.settings import PROMOTION_MARGIN

MOST_DECISIONS = 20_000
MOST_REVIEWS = 200


@dataclass(frozen=True)
class Learned:
    """What a refit did. `version` is empty when there was too little to learn from."""

    decisions: int
    version: str
    is_promoted: bool
    metrics: dict[str, float]
    reviews: int


def refit() -> Learned:
    """Take in what happened, learn, and review the requests of which something became known. Opens transactions."""
    upkeep.number_changes()
    with transaction():
        _, start = modelstore.in_force()
        number = (db.session.scalar(select(func.count()).select_from(modelstore.RankingModel)) or 0) + 1
    with own_session() as session:
        rows = session.execute(
            select(RoutingDecision.help_request_id, RoutingDecision.need, RoutingDecision.candidates)
            .where(RoutingDecision.purpose == "ask")
            .order_by(RoutingDecision.id.desc())
            .limit(MOST_DECISIONS)
        ).all()
        waits = _waits([row.help_request_id for row in rows], session.execute(_answered()).all())
    samples = [sample_of_stored(row.need, row.candidates, waits[row.help_request_id]) for row in reversed(rows)]
    # Learning takes seconds, and must not hold the write lock.
    model = learn(samples, start, version=f"learned-{number}")
    if model is start:
        return Learned(len(samples), "", is_promoted=False, metrics={}, reviews=review_what_changed())
    better = model.metrics["mrr_after"] - model.metrics["mrr_before"]
    promoted = model.metrics["step"] > 0 and better > PROMOTION_MARGIN.value
    with transaction():
        row = modelstore.add(model, promote=promoted)
        record(RankingModelMade(model_id=row.id, is_promoted=promoted), by=SYSTEM, channel="system")
    return Learned(len(samples), model.version, promoted, dict(model.metrics), reviews=review_what_changed())


def review_what_changed() -> int:
    """Review the requests where something happened since they were last decided about; return how many."""
    newest = (
        select(RoutingDecision.help_request_id, func.max(RoutingDecision.decided_at).label("decided_at"))
        .group_by(RoutingDecision.help_request_id)
        .subquery()
    )
    changed = (
        select(Outcome.help_request_id)
        .join(newest, newest.c.help_request_id == Outcome.help_request_id)
        .where(Outcome.happened_at > newest.c.decided_at)
        .group_by(Outcome.help_request_id)
        .order_by(func.max(Outcome.id).desc())
        .limit(MOST_REVIEWS)
    )
    with own_session() as session:
        due = session.scalars(changed).all()
    for help_request_id in due:
        with transaction() as session:
            question = session.get(Question, help_request_id)
            if question is not None:
                services.review(question)
    return len(due)


def sample_of_stored(need: dict[str, Any], candidates: dict[str, Any], waits: dict[int, float]) -> Sample:
    """Return what a stored decision and its answers (provider → minutes) teach."""
    kept = candidates["rows"]
    return Sample(
        features=np.array([row["features"] for row in kept], dtype=np.float32).reshape(len(kept), -1),
        stands_for=np.zeros(len(kept)),
        waits=np.array([waits.get(row["provider"], np.inf) for row in kept]),
        helpers_hour=need["pace"]["helpers_hour"],
        helpers_day=need["pace"]["helpers_day"],
    )


def run_refit() -> None:
    """The scheduled job."""
    started = clock.now()
    learned = refit()
    upkeep.log.info(
        "ranking_refitted",
        decisions=learned.decisions,
        version=learned.version,
        is_promoted=learned.is_promoted,
        reviews=learned.reviews,
        seconds=(clock.now() - started).total_seconds(),
    )


def _answered() -> Any:
    return select(Outcome.help_request_id, Outcome.provider_id, Outcome.minutes).where(Outcome.kind == "answered")


def _waits(request_ids: Iterable[int], outcomes: Sequence[Any]) -> dict[int, dict[int, float]]:
    """Return per request who answered it: provider → minutes to the first answer."""
    waits: dict[int, dict[int, float]] = defaultdict(dict)
    wanted = set(request_ids)
    for outcome in outcomes:
        if outcome.help_request_id in wanted:
            mine = waits[outcome.help_request_id]
            mine[outcome.provider_id] = min(outcome.minutes, mine.get(outcome.provider_id, np.inf))
    return waits
