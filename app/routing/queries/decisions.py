"""Reading decisions. Every read names its viewer; what she may not see is absent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.actor import Actor
from app.community.models.posts import Question
from app.community.queries.visibility import visible
from app.db import db
from app.errors import NotFound
from app.routing import policy
from app.routing.eligibility import code_for
from app.routing.models import Offer, RoutingDecision
from app.routing.queries.providers import Helper, helpers_called, providers_since

SHOWN = 5  # candidates of a decision that the asker sees, and whoever else was invited
SHOWN_STATES = ("offered", "accepted", "answered")  # of an invitation that the asker sees as one


@dataclass(frozen=True)
class CandidateView:
    """One candidate of a decision: who, what the decision kept, her place, the state of her invitation if any."""

    helper: Helper
    place: int
    kept: dict[str, Any]
    offer_state: str | None
    is_invited: bool = False


@dataclass(frozen=True)
class DecisionView:
    """What a viewer may see of a decision: all of it (`sees_all`), or only her own rows.

    own_considered: her capacities that were in the list, but not among those of whom the decision kept the numbers.
    """

    decision: RoutingDecision
    question: Question
    sees_all: bool
    candidates: list[CandidateView]
    own: list[CandidateView]
    own_reasons_against: list[tuple[Helper, str]]
    own_considered: list[Helper]
    review: RoutingDecision | None


def decision_for(viewer: Actor, decision_id: int) -> DecisionView:
    """Return what the viewer may see of a decision. Raises NotFound where that is nothing.

    The asker, moderators and operators see the list, the invited first, as beside the question; a provider sees
    herself, also when she was left out or stood too low for her numbers to be kept.
    """
    decision, question = decision_about(viewer, decision_id)
    rows = rows_of(decision)
    mine = providers_since(viewer, decision.decided_at)
    sees_all = policy.sees_all(viewer, question.asker_id)
    own = [row for row in rows if row["provider"] in mine]
    against = {each: code for each in mine if (code := code_for(each, decision.exclusions)) is not None}
    kept = {row["provider"] for row in rows}
    considered = sorted(mine - kept - set(against)) if decision.candidates_count > len(rows) else []
    if not sees_all and not own and not against and not considered:
        raise NotFound
    states = _offer_states(question.id)
    invited = _invited_by(decision)
    shown = _invited_first(rows, invited) if sees_all else []
    helpers = helpers_called([*mine, *(row["provider"] for row in shown)])

    def view(row: dict[str, Any]) -> CandidateView:
        provider_id = row["provider"]
        state = states.get(provider_id)
        return CandidateView(helpers[provider_id], row["place"], row, state, is_invited=provider_id in invited)

    return DecisionView(
        decision=decision,
        question=question,
        sees_all=sees_all,
        candidates=[view(row) for row in shown],
        own=[view(row) for row in own],
        own_reasons_against=[(helpers[each], code) for each, code in sorted(against.items())],
        own_considered=[helpers[each] for each in considered],
        review=_newest_review(decision),
    )


def decision_about(viewer: Actor, decision_id: int) -> tuple[RoutingDecision, Question]:
    """Return a decision and its question. Raises NotFound when absent, or about what the viewer may not see."""
    decision = db.session.scalars(
        select(RoutingDecision).where(RoutingDecision.id == decision_id).options(joinedload(RoutingDecision.model))
    ).one_or_none()
    question = None if decision is None else _visible_question(viewer, decision.help_request_id)
    if decision is None or question is None:
        raise NotFound
    return decision, question


def newest_decision_about(viewer: Actor, question: Question) -> DecisionView:
    """Return the newest decision that invited, reviews aside, as decision_for does. Raises NotFound where none is."""
    newest = db.session.scalar(
        select(func.max(RoutingDecision.id)).where(
            RoutingDecision.help_request_id == question.id, RoutingDecision.purpose != "review"
        )
    )
    if newest is None:
        raise NotFound
    return decision_for(viewer, newest)


def candidate_in(decision: RoutingDecision, provider_id: int) -> dict[str, Any] | None:
    """Return what a decision kept of a provider; None when it is not among the first fifty."""
    return next((row for row in rows_of(decision) if row["provider"] == provider_id), None)


def rows_of(decision: RoutingDecision) -> list[dict[str, Any]]:
    """Return the kept candidates, each with the names of its factors and minutes: decisions differ in them."""
    kept = decision.candidates
    return [{**row, "columns": kept["columns"], "named": kept["minutes"]} for row in kept["rows"]]


def _visible_question(viewer: Actor, question_id: int) -> Question | None:
    return db.session.scalars(
        select(Question).where(Question.id == question_id, visible(viewer)).options(joinedload(Question.request))
    ).one_or_none()


def _invited_by(decision: RoutingDecision) -> list[int]:
    """Return whom the decision invited and the asker sees as invited, in the order of the invitations."""
    return list(
        db.session.scalars(
            select(Offer.provider_id)
            .where(Offer.decision_id == decision.id, Offer.state.in_(SHOWN_STATES))
            .order_by(Offer.id)
        )
    )


def _invited_first(rows: list[dict[str, Any]], invited: list[int]) -> list[dict[str, Any]]:
    by_id = {row["provider"]: row for row in rows}
    first = [by_id[each] for each in invited if each in by_id]
    others = [row for row in rows if row["provider"] not in invited]
    return [*first, *others[: max(0, SHOWN - len(first))]]


def _offer_states(question_id: int) -> dict[int, str]:
    rows: Sequence[Any] = db.session.execute(
        select(Offer.provider_id, Offer.state).where(Offer.help_request_id == question_id)
    ).all()
    return {row.provider_id: row.state for row in rows}


def _newest_review(decision: RoutingDecision) -> RoutingDecision | None:
    """Return the last review of the same request after this decision, to set beside it."""
    return db.session.scalars(
        select(RoutingDecision)
        .where(
            RoutingDecision.help_request_id == decision.help_request_id,
            RoutingDecision.purpose == "review",
            RoutingDecision.id > decision.id,
        )
        .options(joinedload(RoutingDecision.model))
        .order_by(RoutingDecision.id.desc())
        .limit(1)
    ).one_or_none()
