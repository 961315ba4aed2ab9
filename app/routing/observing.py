"""What happened to a request becomes an outcome, closes invitations, and is noted as a change. Called by reactions."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select, update

from app import clock
from app.community.models.posts import Answer, Question
from app.db import db, upsert
from app.providers.models import Provider
from app.providers.services import provider_for
from app.requests.models import CLOSED_STATES
from app.routing.models import Change, Offer, Outcome


def changed(help_request_id: int) -> None:
    """Note that a request is not as it was, so that every process takes it in. Safe to repeat."""
    db.session.add(Change(key=secrets.token_hex(8), help_request_id=help_request_id, recorded_at=clock.now()))


def came_or_went(help_request_id: int) -> None:
    """Note that a request was closed, or it or an answer deleted or put back; what takes no answers invites nobody."""
    question = db.session.get(Question, help_request_id)
    if question is not None and (question.deleted_at is not None or question.request.state in CLOSED_STATES):
        _close_open_offers(help_request_id)
    changed(help_request_id)


def moved_on(from_request_id: int, to_request_id: int) -> None:
    """Note that answers went from one request to another. What was decided and learned stays with the first: it
    happened there.

    The first is noted first: an answer is taken from there before it is put where it is now.
    """
    came_or_went(from_request_id)
    changed(to_request_id)


def answered(event_id: int, *, answer_id: int, happened_at: datetime) -> None:
    """Keep that somebody answered. A first answer makes a provider of whoever gives it."""
    answer = db.session.get(Answer, answer_id)
    if answer is None:
        return
    provider_id = provider_for(answer.author_id, answer.acting_for_organisation_id)
    question = db.session.get_one(Question, answer.question_id)
    if answer.author_id != question.asker_id:
        offer_id = _close_own_offers(answer, question)
        _keep(event_id, "answered", answer, provider_id, value=1, happened_at=happened_at, offer_id=offer_id)
    changed(question.id)


def judged(event_id: int, kind: str, *, answer_id: int, value: int, happened_at: datetime) -> None:
    """Keep that an answer was accepted, was no longer, or got a vote; `value` is 1, -1 or 0."""
    answer = db.session.get(Answer, answer_id)
    if answer is None:
        return
    provider_id = provider_for(answer.author_id, answer.acting_for_organisation_id)
    _keep(event_id, kind, answer, provider_id, value=value, happened_at=happened_at, offer_id=None)
    if kind == "accepted":
        _close_open_offers(answer.question_id)
    changed(answer.question_id)


def _keep(
    event_id: int,
    kind: str,
    answer: Answer,
    provider_id: int,
    *,
    value: int,
    happened_at: datetime,
    offer_id: int | None,
) -> None:
    asked_at = db.session.get_one(Question, answer.question_id).created_at
    row = {
        "event_id": event_id,
        "help_request_id": answer.question_id,
        "provider_id": provider_id,
        "offer_id": offer_id,
        "kind": kind,
        "value": value,
        "minutes": max(0.0, (happened_at - asked_at).total_seconds() / 60),
        "happened_at": happened_at,
    }
    # The worker may bring the same fact twice.
    db.session.execute(upsert(Outcome).values(row).on_conflict_do_nothing(index_elements=["event_id"]))


def _close_own_offers(answer: Answer, question: Question) -> int | None:
    """Mark the author's invitation to this question as answered, in whatever capacity; return its id."""
    own = (
        select(Offer.id)
        .join(Provider, Provider.id == Offer.provider_id)
        .where(Offer.help_request_id == question.id, Provider.person_id == answer.author_id)
    )
    offer_id = db.session.scalar(own.order_by(Offer.id).limit(1))
    if offer_id is not None:
        db.session.execute(
            update(Offer)
            .where(Offer.id.in_(own), Offer.state.in_(("offered", "accepted")))
            .values(state="answered", state_since=clock.now())
            .execution_options(synchronize_session=False)
        )
    return offer_id


def _close_open_offers(question_id: int) -> None:
    """End the invitations to a question that is solved: nobody needs to look at it any more."""
    db.session.execute(
        update(Offer)
        .where(Offer.help_request_id == question_id, Offer.state.in_(("offered", "accepted")))
        .values(state="closed", state_since=clock.now())
        .execution_options(synchronize_session=False)
    )
