"""A small community with a past, for tests of routing: written as rows, seen by the ranking as history."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import numpy as np

from app import clock
from app.accounts.models import Person
from app.actor import SYSTEM
from app.community.compose import Composed, compose
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Tag
from app.db import db
from app.organisations.models import Organisation
from app.outbox.deliver import deliver_due
from app.outbox.record import record
from app.providers.models import Provider
from app.ranking.features import COLUMNS
from app.ranking.model import SIGNS, default_model
from app.ranking.pace import UNKNOWN_PACE
from app.ranking.rank import MINUTE_PARTS
from app.ranking.value import log_total
from app.routing import modelstore, services, upkeep
from app.routing.events import OfferExpired
from app.routing.models import Offer, Outcome, RoutingDecision
from tests.cast import Cast, acting
from tests.community import make as community

SHIPPED = default_model().version
SILENT = next(column for column, sign in zip(COLUMNS, SIGNS, strict=True) if sign < 0)
FIRST, SECOND = [column for column, sign in zip(COLUMNS, SIGNS, strict=True) if sign > 0][:2]
BODY = "The meter shows two numbers and I do not know which one to send."

RING_EVIDENCE = {
    "voters": 2,
    "targets": 1,
    "inside": 6,
    "given": 7,
    "received": 6,
    "expected": 1.2,
    "density": 3.0,
    "first_at": 1_772_000_000.0,
    "last_at": 1_772_400_000.0,
    "trusted": 0.04,
}


def composed(body: str = BODY) -> Composed:
    """Return a text as views hand it to services."""
    return compose(body, title="", prior="en")


def past(
    cast: Cast,
    helper: Person,
    *,
    answers: int,
    accepted: int = 0,
    tag: Tag | None = None,
    days_ago: float = 5.0,
    organisation: Organisation | None = None,
    minutes: float = 30.0,
) -> list[Answer]:
    """Let a helper have answered questions of the outsider, some of them accepted."""
    made = []
    for number in range(answers):
        asked_at = clock.now() - timedelta(days=days_ago + number / 10)
        question = community.question(
            cast.outsider,
            title=f"Meter reading {number}",
            body="Which number on the meter is mine?",
            tags=() if tag is None else (tag,),
            created_at=asked_at,
        )
        answer = community.answer(
            question,
            helper,
            created_at=asked_at + timedelta(minutes=minutes),
            acting_for_organisation_id=None if organisation is None else organisation.id,
        )
        if number < accepted:
            question.accepted_answer_id, question.accepted_at = answer.id, answer.created_at
            answer.accepted_at = answer.created_at
        made.append(answer)
    db.session.flush()
    return made


def ask(
    cast: Cast, *, title: str = "Which meter reading do I send?", tags: tuple[str, ...] = (), **more: object
) -> Question:
    """Ask as the customer, and route."""
    shelf = more.pop("category", None) or community.category()
    return services.ask(
        acting(cast.customer),
        title=title,
        text=more.pop("text", None) or composed(),
        category_id=shelf.id,
        tag_names=tags,
        **more,
    )


def offers(question: Question) -> list[Offer]:
    """Return the invitations to a question in their order."""
    return list(db.session.scalars(db.select(Offer).where(Offer.help_request_id == question.id).order_by(Offer.id)))


def learn_history() -> None:
    """Store a state of everything there is, as the worker does."""
    upkeep.rebuild()


def catch_up() -> None:
    """Deliver what is due and number the changes, as the worker does."""
    while deliver_due("test"):
        pass
    upkeep.number_changes()


def decided(
    cast: Cast,
    number: int,
    *,
    features: dict[Provider, dict[str, float]],
    answered_by: Provider | None,
    minutes: float = 30.0,
    invited: dict[Provider, float] | None = None,
    columns: tuple[str, ...] = COLUMNS,
    days_ago: float = 2.0,
) -> RoutingDecision:
    """Write down a decision about a question of its own: factors by name, whom chance invited with which propensity,
    and who answered. Nothing is worked out but what every decision keeps.
    """
    at = clock.now() - timedelta(days=days_ago)
    question = community.question(cast.customer, title=f"Decided about {number}", created_at=at)
    model_id, model = modelstore.in_force()
    table = np.array([[each.get(column, 0.0) for column in columns] for each in features.values()])
    weights = np.array([dict(zip(COLUMNS, model.weights, strict=True)).get(column, 0.0) for column in columns])
    parts = table * weights
    scores = parts.sum(axis=1)
    chances = invited or {}
    rows = [
        {
            "provider": provider.id,
            "place": place,
            "value": 0.0,
            "score": float(scores[place - 1]),
            "features": table[place - 1].tolist(),
            "parts": parts[place - 1].tolist(),
            "minutes": [0.0] * len(MINUTE_PARTS),
            "within_hour": 0.1,
            "within_day": 0.2,
            "confirmed": 0.2,
            "propensity": chances.get(provider, 0.5),
            "record": {"answers": 9.0, "confirmed": 2.0, "judged": 8.0, "speed_sum": 30.0, "speed_count": 9.0},
        }
        for place, provider in enumerate(features, 1)
    ]
    decision = RoutingDecision(
        help_request_id=question.id,
        purpose="ask",
        decided_at=at,
        model_id=model_id,
        state_number=0,
        seed=number,
        candidates_count=len(rows),
        need={
            "at": at.timestamp(),
            "chance_minutes": 4000.0,
            "confirmed_share": 0.2,
            "pace": asdict(UNKNOWN_PACE),
            "log_total": log_total(scores),
            "notice": 120.0,
        },
        candidates={"columns": list(columns), "minutes": list(MINUTE_PARTS), "rows": rows},
        exclusions={},
    )
    db.session.add(decision)
    db.session.flush()
    for place, (provider, propensity) in enumerate(chances.items(), 1):
        db.session.add(
            Offer(
                decision_id=decision.id,
                help_request_id=question.id,
                provider_id=provider.id,
                place=place,
                propensity=propensity,
                explored=False,
                state="answered" if provider is answered_by else "expired",
                state_since=at,
                offered_at=at,
                expires_at=at + timedelta(hours=48),
            )
        )
    if answered_by is not None:
        happened = at + timedelta(minutes=minutes)
        fact = OfferExpired(offer_id=number, provider_id=answered_by.id)  # any fact: an outcome stands on one
        event_id = record(fact, by=SYSTEM, request_id=question.id, happened_at=happened, channel="system")
        db.session.add(
            Outcome(
                event_id=event_id,
                help_request_id=question.id,
                provider_id=answered_by.id,
                kind="answered",
                value=1,
                minutes=minutes,
                happened_at=happened,
            )
        )
    db.session.flush()
    return decision


def making(column: str, score: float) -> float:
    """Return how much of a factor makes this part of a score by the default weights."""
    return score / abs(float(default_model().weights[COLUMNS.index(column)]))
