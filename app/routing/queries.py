"""Reading offers and decisions. Every read names its viewer; what she may not see is absent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Question
from app.community.models.shelves import Tag
from app.community.queries.visibility import visible
from app.db import db
from app.errors import NotFound
from app.organisations.capacity import capacity_word
from app.organisations.models import Organisation
from app.providers.models import Provider
from app.requests.models import HelpRequest
from app.routing import policy
from app.routing.eligibility import code_for
from app.routing.models import Offer, RoutingDecision

SHOWN = 5  # candidates of a decision that the asker sees, and whoever else was invited
SHOWN_STATES = ("offered", "accepted", "answered")  # of an invitation that the asker sees as one
MOST_OFFERS = 100


@dataclass(frozen=True)
class Helper:
    """A provider as pages show it. `handle` is empty for a desk."""

    provider_id: int
    name: str
    handle: str
    capacity: str
    organisation: str | None


@dataclass(frozen=True)
class OfferRow:
    """An invitation as a list shows it, with what the decision said about its provider."""

    offer: Offer
    helper: Helper
    candidate: dict[str, Any] | None
    question_id: int
    title: str
    language: str
    asked_at: datetime
    asker_name: str


@dataclass(frozen=True)
class Asked:
    """A helper who was invited to a question, by which decision, and whether that still waits for her."""

    helper: Helper
    decision_id: int
    offered_at: datetime
    is_open: bool


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


def own_providers(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition for providers that are the viewer: her own rows and the desks of where she works."""
    works_for = [seat.organisation_id for seat in viewer.seats if seat.covers("questions")]
    desks = and_(Provider.person_id.is_(None), Provider.organisation_id.in_(works_for))
    return or_(Provider.person_id == viewer.person_id, desks)


def offers_for(viewer: Actor, *conditions: ColumnElement[bool]) -> list[OfferRow]:
    """Return the invitations that wait for the viewer, and those she accepted; the newest first.

    `conditions` narrow them further, by their providers.
    """
    now = clock.now()
    waiting = or_(and_(Offer.state == "offered", Offer.expires_at > now), Offer.state == "accepted")
    return _offer_rows(waiting, own_providers(viewer), visible(viewer), *conditions)


def offers_on(question: Question, *conditions: ColumnElement[bool]) -> list[OfferRow]:
    """Return the invitations to a question that the caller may see, in the order they were made."""
    rows = _offer_rows(Offer.help_request_id == question.id, *conditions)
    return sorted(rows, key=lambda row: row.offer.id)


def asked_helpers(question: Question) -> list[Asked]:
    """Return who was invited to a question the caller may see, as it came; one statement."""
    rows: Iterable[Any] = db.session.execute(
        select(
            Offer.state,
            Offer.offered_at,
            Offer.decision_id,
            Provider.id,
            Person.name.label("person"),
            Person.handle,
            Organisation.name.label("organisation"),
            Organisation.kind,
        )
        .join(Provider, Provider.id == Offer.provider_id)
        .outerjoin(Person, Person.id == Provider.person_id)
        .outerjoin(Organisation, Organisation.id == Provider.organisation_id)
        .where(Offer.help_request_id == question.id)
        .order_by(Offer.id)
        .limit(MOST_OFFERS)
    )
    return [
        Asked(
            helper=_helper(row.id, row.person, row.handle, row.organisation, row.kind),
            decision_id=row.decision_id,
            offered_at=row.offered_at,
            is_open=row.state in {"offered", "accepted"},
        )
        for row in rows
    ]


def providers_since(viewer: Actor, moment: datetime) -> set[int]:
    """Return the viewer's capacities that were there at this moment."""
    return set(db.session.scalars(select(Provider.id).where(own_providers(viewer), Provider.created_at <= moment)))


def offer_for(viewer: Actor, offer_id: int) -> Offer:
    """Return an invitation to the viewer. Raises NotFound when absent, another's, or to what she may not see."""
    found = db.session.scalars(
        select(Offer)
        .join(Provider, Provider.id == Offer.provider_id)
        .join(Question, Question.id == Offer.help_request_id)
        .where(Offer.id == offer_id, own_providers(viewer), visible(viewer))
        .options(joinedload(Offer.provider))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


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


def helpers_called(provider_ids: Iterable[int]) -> dict[int, Helper]:
    """Return names and capacities of providers."""
    rows = db.session.execute(
        select(
            Provider.id,
            Person.name.label("person_name"),
            Person.handle,
            Organisation.name.label("organisation_name"),
            Organisation.kind,
        )
        .outerjoin(Person, Person.id == Provider.person_id)
        .outerjoin(Organisation, Organisation.id == Provider.organisation_id)
        .where(Provider.id.in_(sorted(set(provider_ids))))
    )
    return {row.id: _helper(row.id, row.person_name, row.handle, row.organisation_name, row.kind) for row in rows}


def tag_names(tag_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of these topics that are tags."""
    wanted = sorted({each for each in tag_ids if each > 0})
    if not wanted:
        return {}
    return {row.id: row.name for row in db.session.execute(select(Tag.id, Tag.name).where(Tag.id.in_(wanted)))}


def topics_in(candidates: Iterable[dict[str, Any]]) -> dict[int, str]:
    """Return the names of the topics that the reasons of these candidates speak of."""
    numbers = (reason["numbers"] for kept in candidates for reason in kept.get("reasons", ()))
    return tag_names(int(each["topic"]) for each in numbers if "topic" in each)


def _helper(
    provider_id: int, person: str | None, handle: str | None, organisation: str | None, kind: str | None
) -> Helper:
    capacity = capacity_word(kind) if person is not None else "desk"
    return Helper(provider_id, person or organisation or "", handle or "", capacity, organisation)


def _offer_rows(*conditions: ColumnElement[bool]) -> list[OfferRow]:
    rows = db.session.execute(
        select(Offer, Question.id, Question.title, Question.created_at, Question.asker_id, HelpRequest.language)
        .join(Provider, Provider.id == Offer.provider_id)
        .join(Question, Question.id == Offer.help_request_id)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .where(*conditions)
        .order_by(Offer.offered_at.desc(), Offer.id.desc())
        .limit(MOST_OFFERS)
        .options(joinedload(Offer.decision))
    ).all()
    if not rows:
        return []
    helpers = helpers_called(row.Offer.provider_id for row in rows)
    asker_ids = {row.asker_id for row in rows}
    names = {
        row.id: row.name
        for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(asker_ids))))
    }
    return [
        OfferRow(
            offer=row.Offer,
            helper=helpers[row.Offer.provider_id],
            candidate=candidate_in(row.Offer.decision, row.Offer.provider_id),
            question_id=row.id,
            title=row.title,
            language=row.language,
            asked_at=row.created_at,
            asker_name=names[row.asker_id],
        )
        for row in rows
    ]


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
