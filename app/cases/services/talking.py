"""What is said in a case: messages to each other, and notes that the customer never sees."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from app import clock
from app.actor import Actor, authorship
from app.attachments.services import show_in
from app.cases import policy
from app.cases.events.holding import CaseClaimed
from app.cases.events.talk import CaseMessagePosted
from app.cases.models.cases import Case
from app.cases.models.messages import Message
from app.cases.services.holding import HasId, hold
from app.cases.services.moving import next_update, resting_state, shift, touch
from app.cases.states import is_open
from app.community.compose import Composed
from app.db import db
from app.errors import Invalid
from app.outbox.record import record
from app.verdict import require

LONGEST_WAIT = timedelta(days=90)


def post_message(
    actor: Actor,
    case: HasId,
    *,
    text: Composed,
    is_note: bool = False,
    channel: str = "web",
    next_update_at: datetime | None = None,
) -> Message:
    """Write in a case. A note is for those who work on it only and changes nothing else.

    Who answers for the holder while nobody there has the case has it from then on. What the customer writes makes it
    the holder's turn. `next_update_at` is when the holder says there is news at the latest. Raises Invalid for a moment
    that is past or too far ahead.
    """
    held = hold(case)
    require(policy.can_note(actor, held) if is_note else policy.can_post(actor, held))
    checked_words(text)
    mover = policy.mover_in(actor, held) or "holder"
    if next_update_at is not None:
        _check_moment(next_update_at)
    message = keep_message(actor, held, text, kind="note" if is_note else "message", channel=channel)
    if not is_note:
        if mover == "customer":
            _answered_by_customer(actor, held)
        else:
            _answered_by_holder(actor, held, next_update_at)
    touch(held, message.created_at)
    fact = CaseMessagePosted(
        case_id=held.id,
        message_id=message.id,
        is_note=is_note,
        by=mover,
        next_update_at=None if is_note else next_update_at,
    )
    record(fact, by=actor, request_id=held.id, channel=channel)
    return message


def keep_message(actor: Actor, case: Case, text: Composed, *, kind: str, channel: str) -> Message:
    """Add the row of a message to a held case, with the pictures that it shows."""
    message = Message(
        case_id=case.id,
        kind=kind,
        channel=channel,
        language=text.language,
        language_how=text.language_how,
        body=text.body,
        body_html=text.html,
        source_format=text.source_format,
        renderer_version=text.renderer_version,
        created_at=clock.now(),
        author_id=actor.person_id,
        **authorship(actor),
    )
    db.session.add(message)
    db.session.flush()  # pictures and the fact carry its id
    show_in(actor, text.html, help_request_id=case.id, place=f"{kind}:{message.id}")
    return message


def checked_words(text: Composed) -> None:
    """Raise Invalid when there is nothing to read."""
    if not text.body.strip():
        raise Invalid("message_empty", _l("Write a few words."), field="body")


def take(actor: Actor, case: Case) -> None:
    """Let who acts for the holder have a held case, and write down from whom she has it."""
    assert actor.person_id is not None
    assert actor.acting_for_organisation_id is not None
    fact = CaseClaimed(
        case_id=case.id,
        organisation_id=actor.acting_for_organisation_id,
        person_id=actor.person_id,
        from_person_id=case.holder_person_id,
    )
    case.holder_person_id = actor.person_id
    case.held_since = clock.now()
    record(fact, by=actor, request_id=case.id)
    if case.state == "received":
        shift(actor, case, "with_helper", "holder")


def _answered_by_customer(actor: Actor, case: Case) -> None:
    if case.state == "waiting":
        shift(actor, case, resting_state(case), "customer")
    case.solution_asks, case.solution_asked_at = 0, None


def _answered_by_holder(actor: Actor, case: Case, next_update_at: datetime | None) -> None:
    if not is_open(case.state):
        return
    if case.holder_person_id is None:
        take(actor, case)
    case.request.next_update_at = next_update_at or next_update(case.state, clock.now(), case.holder_organisation_id)


def _check_moment(moment: datetime) -> None:
    now = clock.now()
    if not now < moment <= now + LONGEST_WAIT:
        raise Invalid(
            "next_update_out_of_bounds", _l("Choose a moment within the next 90 days."), field="next_update_at"
        )
