"""Learn from how it went: better weights from past decisions, and reviews that show what one request taught.

A refit makes a candidate from the earlier decisions and holds it against the version in force on the later ones, which
it has not seen: by replay, and by what invitations would have brought. The rule and its margins are settings. Every
version is kept, used or not; old decisions are never rewritten: a review is a decision of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.actor import SYSTEM
from app.community.models.posts import Question
from app.db import db, own_session, transaction
from app.outbox.record import record
from app.ranking.fit import Sample, learn
from app.ranking.model import Model
from app.ranking.offpolicy import Comparison, compare
from app.routing import hindsight, modelstore, services, upkeep
from app.routing.events import RankingModelMade
from app.routing.judging import SideBySide, Tried, count_tried, side_by_side, tried
from app.routing.models import Outcome, RankingModel, RoutingDecision
from app.routing.settings import (
    PROMOTION_ANSWERS_MARGIN,
    PROMOTION_FEWEST,
    PROMOTION_REPLAY_MARGIN,
    PROMOTION_RULE,
)

MOST_DECISIONS = 50_000
JUDGED_ON = 0.25  # of the decisions: the later part
MOST_REVIEWS = 200


@dataclass(frozen=True)
class Learned:
    """What a refit did. `version` is empty when there was too little to learn from; against: codes of why not used."""

    decisions: int
    version: str
    is_promoted: bool
    metrics: dict[str, Any]
    reviews: int
    against: list[str] = field(default_factory=list)


def refit() -> Learned:
    """Take in what happened, learn, and review the requests of which something became known. Opens transactions."""
    upkeep.number_changes()
    with transaction():
        start_id, start = modelstore.in_force()
        number = (db.session.scalar(select(func.count()).select_from(RankingModel)) or 0) + 1
    with own_session() as session:
        count = min(count_tried(session), MOST_DECISIONS)
        later = int(JUDGED_ON * count)
        unseen = list(tried(session, most=later))
        until = unseen[0].decision_id if unseen else 0
        samples = [sample for case in tried(session, most=count - later, skip=later) if (sample := sample_of(case))]
    # Learning takes seconds, and must not hold the write lock.
    model = learn(samples[::-1], start, version=f"learned-{number}")
    if model is start:
        return Learned(count, "", is_promoted=False, metrics={}, reviews=review_what_changed())
    replayed = side_by_side(unseen, start, model)
    estimated = in_hindsight(unseen, start, model)
    against = reasons_against(model, replayed, estimated)
    judged = figures(replayed, estimated) | {"beside": start.version, "against": against, "until": until}
    promoted = not against
    with transaction():
        row = modelstore.add(model, judged=judged)
        newest = modelstore.promoted_last()
        # An operator may have chosen another version meanwhile; then this one was not held against what is in force.
        promoted = promoted and newest is not None and newest.model_id == start_id
        record(RankingModelMade(model_id=row.id, is_promoted=promoted), by=SYSTEM, channel="system")
        if promoted:
            modelstore.promote(row, "learned")
    return Learned(count, model.version, promoted, row.metrics, review_what_changed(), against)


def is_due(session: Session) -> bool:
    """Say whether enough was decided since the last candidate was made that another one could be told from it."""
    last = session.scalar(
        select(RankingModel.metrics)
        .where(RankingModel.version.like("learned-%"))
        .order_by(RankingModel.id.desc())
        .limit(1)
    )
    new = count_tried(session, after=0 if last is None else int(last.get("until", 0)))
    return new >= PROMOTION_FEWEST.value


def reasons_against(model: Model, replayed: SideBySide, estimated: Comparison) -> list[str]:
    """Return why the rule of the settings does not let a candidate replace the version in force; empty: it does.

    by_hand: the rule leaves it to operators; nothing_new: it is what is in force; too_few: decisions with an answer, to
    judge by; replay_worse; answers_worse: invitations would have brought less; answers_unsure: that may well be so.
    """
    rule = PROMOTION_RULE.value
    if rule == "by_hand":
        return ["by_hand"]
    if model.metrics.get("step", 1.0) == 0:
        return ["nothing_new"]
    if replayed.answered[0]["n"] < PROMOTION_FEWEST.value:
        return ["too_few"]
    found: list[str] = []
    if replayed.difference < -PROMOTION_REPLAY_MARGIN.value:
        found.append("replay_worse")
    if rule != "replay":
        if estimated.difference.mean < -_answers_margin():
            found.append("answers_worse")
        elif rule == "sure" and not estimated.is_not_worse:
            found.append("answers_unsure")
    return found


def in_hindsight(unseen: Sequence[Tried], start: Model, model: Model) -> Comparison:
    """Estimate how many more of a candidate's invitations would have been answered, to requests it has not seen."""
    requests = {case.help_request_id for case in unseen}
    since = min((case.decision_id for case in unseen), default=0)
    with own_session() as session:
        decisions = [each for each in hindsight.stored(session, since=since) if each.request_id in requests]
    logged = hindsight.judged(decisions, "answered", expected_by=start)
    new, old = (hindsight.of_model(decisions, each) for each in (model, start))
    return compare(logged, new, old, margin=_answers_margin())


def figures(replayed: SideBySide, estimated: Comparison) -> dict[str, Any]:
    """Return what was found, as a version keeps it: numbers, all finite."""
    found: dict[str, Any] = {
        "replay_decisions": replayed.answered[0]["n"],
        "replay_difference": replayed.difference,
        "replay_low": replayed.difference_ci[0],
        "replay_high": replayed.difference_ci[1],
        "minutes_before": replayed.minutes[0],
        "minutes_after": replayed.minutes[1],
        "answers_decisions": estimated.difference.decisions,
        "answers_difference": estimated.difference.mean,
        "answers_low": estimated.difference.low,
        "answers_high": estimated.difference.high,
    }
    if replayed.is_telling:
        found["replay_before"], found["replay_after"] = (each["mrr"] for each in replayed.answered)
    return {name: value for name, value in found.items() if np.isfinite(value)}


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


def sample_of(case: Tried) -> Sample | None:
    """Return what a decision and its answers teach; None where it was made with fewer factors than there are now."""
    if not case.stored.knows_all:
        return None
    pool, pace = case.stored.pool, case.stored.need.pace
    return Sample(
        features=pool.features.astype(np.float32),
        stands_for=np.zeros(len(pool)),
        waits=np.array([case.waits.get(provider, np.inf) for provider in pool.ids.tolist()]),
        helpers_hour=pace.helpers_hour,
        helpers_day=pace.helpers_day,
    )


def run_refit() -> None:
    """The scheduled job: learns once there are as many new decisions as it takes to judge, and reviews in any case."""
    started = clock.now()
    with own_session() as session:
        due = is_due(session)
    learned = refit() if due else Learned(0, "", is_promoted=False, metrics={}, reviews=review_what_changed())
    upkeep.log.info(
        "ranking_refitted",
        decisions=learned.decisions,
        version=learned.version,
        is_promoted=learned.is_promoted,
        against=learned.against,
        reviews=learned.reviews,
        seconds=(clock.now() - started).total_seconds(),
    )


def _answers_margin() -> float:
    """Return the margin of the estimate as a share of invitations."""
    return PROMOTION_ANSWERS_MARGIN.value / 100
