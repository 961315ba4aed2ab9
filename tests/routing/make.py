"""A small community with a past, for tests of routing: written as rows, seen by the ranking as history."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.accounts.models import Person
from app.community.compose import Composed, compose
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Tag
from app.db import db
from app.organisations.models import Organisation
from app.outbox.deliver import deliver_due
from app.routing import services, upkeep
from app.routing.models import Offer
from tests.cast import Cast, acting
from tests.community import make as community

BODY = "The meter shows two numbers and I do not know which one to send."


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
