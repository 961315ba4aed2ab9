"""Asking a person for details, and her answer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app import clock
from app.actor import Actor
from app.db import changed_rows, db
from app.errors import Conflict, Invalid
from app.outbox.facts import Code
from app.outbox.record import record
from app.privacy import policy
from app.privacy.events import AskAnswered, DetailsAsked
from app.privacy.kinds import DETAIL_KINDS, fitting
from app.privacy.models import DetailAsk, PersonalDetail
from app.privacy.services.giving import keep_detail
from app.privacy.services.granting import codes, keep_grant
from app.verdict import require


def ask_details(
    actor: Actor, *, person_id: int, help_request_id: int, family: Collection[int], kinds: Collection[str], reason: str
) -> DetailAsk:
    """Ask a person, for the organisation one acts for, to see or give kinds of details; return the ask.

    `family` are the requests that belong together with this one. Where she gave one of the kinds there already, or was
    asked for it, a reason must be given: Invalid, field `reason`. The caller asked whether the actor may.
    """
    assert actor.acting_for_organisation_id is not None
    if not kinds or not set(kinds) <= set(DETAIL_KINDS):
        raise Invalid("no_kinds", _l("Choose what you need."), field="kinds")
    is_again = _was_answered(person_id, family, kinds)
    if is_again and not reason.strip():
        words = _l("This was asked or given before. Say why you ask again: the customer reads it.")
        raise Invalid("reason_missing", words, field="reason")
    return keep_ask(
        actor,
        person_id=person_id,
        organisation_id=actor.acting_for_organisation_id,
        help_request_id=help_request_id,
        kinds=kinds,
        reason=reason,
        is_again=is_again,
    )


def keep_ask(
    actor: Actor,
    *,
    person_id: int,
    organisation_id: int,
    help_request_id: int,
    kinds: Collection[str],
    reason: str,
    is_again: bool,
) -> DetailAsk:
    """Write down that an organisation asks, for whom it was found out that it may; see `ask_details`."""
    assert actor.person_id is not None
    is_there = actor.acting_for_organisation_id == organisation_id
    ask = DetailAsk(
        person_id=person_id,
        organisation_id=organisation_id,
        help_request_id=help_request_id,
        purpose="handle_request",
        kinds=sorted(kinds),
        reason=reason.strip(),
        is_again=is_again,
        asked_at=clock.now(),
        asked_by_id=actor.person_id,
        through_organisation_id=actor.through_organisation_id if is_there else None,
    )
    db.session.add(ask)
    db.session.flush()  # the fact carries its id
    asked = DetailsAsked(
        ask_id=ask.id,
        person_id=person_id,
        organisation_id=ask.organisation_id,
        detail_kinds=codes(ask.kinds),
        again=is_again,
    )
    record(asked, by=actor, request_id=help_request_id)
    return ask


def accept_ask(
    actor: Actor, ask: DetailAsk, *, values: dict[str, str] | None = None, until: datetime | None = None
) -> None:
    """Let the organisation that asks see these kinds, and give what she had not given yet.

    `values` are by kind; one that is empty is not given. Raises Conflict where the ask was answered already.
    """
    require(policy.can_direct(actor, ask.person_id))
    given = {kind: value for kind, value in (values or {}).items() if kind in ask.kinds and value.strip()}
    for kind, value in given.items():
        fitting(kind, value, field=kind)  # before anything changes, so that the page still shows what is asked
    _answer(actor, ask, "given")
    for kind, value in given.items():
        keep_detail(actor, person_id=ask.person_id, kind=kind, value=value, help_request_id=ask.help_request_id)
    keep_grant(
        actor,
        person_id=ask.person_id,
        organisation_id=ask.organisation_id,
        purpose=ask.purpose,
        kinds=ask.kinds,
        help_request_id=ask.help_request_id,
        until=until,
        ask=ask,
    )


def decline_ask(actor: Actor, ask: DetailAsk) -> None:
    """Say no to an ask. Raises Conflict where it was answered already."""
    require(policy.can_direct(actor, ask.person_id))
    _answer(actor, ask, "declined")


def withdraw_asks(actor: Actor, *, organisation_id: int, help_request_id: int) -> frozenset[str]:
    """Let an organisation ask no longer what was not answered in a request; return the kinds. The caller asked whether
    the actor may.
    """
    waiting = select(DetailAsk).where(
        DetailAsk.organisation_id == organisation_id,
        DetailAsk.help_request_id == help_request_id,
        DetailAsk.answer.is_(None),
    )
    found = db.session.scalars(waiting.order_by(DetailAsk.id).with_for_update()).all()
    for ask in found:
        _answer(actor, ask, "withdrawn")
    return frozenset(kind for ask in found for kind in ask.kinds)


def carry_asks(from_request_id: int, to_request_id: int) -> None:
    """Let what was not answered in a request be asked in the one that it goes on as."""
    waiting = update(DetailAsk).where(DetailAsk.help_request_id == from_request_id, DetailAsk.answer.is_(None))
    db.session.execute(waiting.values(help_request_id=to_request_id))


def _answer(actor: Actor, ask: DetailAsk, answer: str) -> None:
    unanswered = update(DetailAsk).where(DetailAsk.id == ask.id, DetailAsk.answer.is_(None))
    values = {"answer": answer, "answered_at": clock.now(), "answered_by_id": actor.person_id}
    if changed_rows(db.session.execute(unanswered.values(values))) == 0:
        raise Conflict("ask_answered", _l("This was answered already."))
    answered = AskAnswered(ask_id=ask.id, person_id=ask.person_id, answer=Code(answer))
    record(answered, by=actor, request_id=ask.help_request_id)


def _was_answered(person_id: int, family: Collection[int], kinds: Collection[str]) -> bool:
    """Say whether a person gave one of these kinds in these requests already, or was asked for it."""
    given = select(PersonalDetail.id).where(
        PersonalDetail.person_id == person_id,
        PersonalDetail.help_request_id.in_(family),
        PersonalDetail.kind.in_(kinds),
    )
    if db.session.scalar(given.limit(1)) is not None:
        return True
    asked = select(DetailAsk.kinds).where(DetailAsk.person_id == person_id, DetailAsk.help_request_id.in_(family))
    return any(set(before) & set(kinds) for before in db.session.scalars(asked))
