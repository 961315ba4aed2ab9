"""Reading offers. Every read names its viewer; what she may not see is absent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Question
from app.community.queries.visibility import visible
from app.db import db
from app.errors import NotFound
from app.providers.models import Provider
from app.requests.models import HelpRequest
from app.routing.models import Offer
from app.routing.queries.decisions import candidate_in
from app.routing.queries.providers import HELPER_COLUMNS, Helper, helper_of, helpers_called, own_providers, with_names

MOST_OFFERS = 100


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
        with_names(
            select(Offer.state, Offer.offered_at, Offer.decision_id, *HELPER_COLUMNS).join(
                Provider, Provider.id == Offer.provider_id
            )
        )
        .where(Offer.help_request_id == question.id)
        .order_by(Offer.id)
        .limit(MOST_OFFERS)
    )
    return [
        Asked(
            helper=helper_of(row),
            decision_id=row.decision_id,
            offered_at=row.offered_at,
            is_open=row.state in {"offered", "accepted"},
        )
        for row in rows
    ]


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
