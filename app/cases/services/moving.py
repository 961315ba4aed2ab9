"""Where a case stands: moving it, asking whether it is solved, opening it again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, cast

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app import clock
from app.actor import Actor
from app.cases import policy
from app.cases.events.holding import HandoverWithdrawn
from app.cases.events.talk import CaseMoved, CaseSolutionAsked, State
from app.cases.lengths import LONGEST_REASON
from app.cases.models.cases import Case, CaseCause
from app.cases.models.holding import CaseMove, Handover
from app.cases.queries.clocks import levels_of
from app.cases.queries.parts import has_open_parts
from app.cases.services.holding import HasId, hold, require_no_hold
from app.cases.settings import NEXT_UPDATE_HOURS, REOPEN_DAYS, SILENCE_DAYS
from app.cases.states import Mover, is_open
from app.db import db, is_storable
from app.errors import Invalid, NotAllowed
from app.outbox.record import record
from app.providers.hours import after
from app.providers.queries import calendar_of
from app.verdict import SENTENCES, require

ToState = Literal["received", "with_helper", "waiting", "solved", "closed"]


def move(actor: Actor, case: HasId, to_state: ToState, *, reason: str = "", cause_id: int | None = None) -> None:
    """Take a case to another state. Raises NotAllowed where the table of states does not let this actor.

    A holder says why the customer has to wait, and why a case is closed that was not solved; closing a solved one asks
    for a cause of the holder's list, where it has one.
    """
    held = hold(case)
    require(policy.can_move_to(actor, held, to_state))
    mover = policy.mover_in(actor, held)
    assert mover is not None, "the policy lets movers only"
    reason = checked_reason(reason, needed=mover == "holder" and (to_state == "waiting" or _ends(held, to_state)))
    if to_state == "closed" and mover == "holder":
        require_no_hold(held)
        cause_id = _checked_cause(held, cause_id)
    shift(actor, held, to_state, mover, reason=reason, cause_id=cause_id)


def ask_if_solved(actor: Actor, case: HasId) -> None:
    """Ask the customer whether it is solved, and wait for her. She is asked once more after some days of silence."""
    held = hold(case)
    require(policy.can_ask_if_solved(actor, held, now=clock.now()))
    require_no_hold(held)
    if has_open_parts(held.id):
        raise NotAllowed("parts_open", SENTENCES["parts_open"])
    shift(actor, held, "waiting", "holder")
    ask_about_solution(actor, held)


def say_not_solved(actor: Actor, case: HasId, *, reason: str = "") -> None:
    """Say, as the customer, that it is not solved: it is the holder's turn again."""
    held = hold(case)
    require(policy.can_say_not_solved(actor, held))
    shift(actor, held, resting_state(held), "customer", reason=checked_reason(reason))


def reopen(actor: Actor, case: HasId, *, reason: str = "") -> None:
    """Open a solved or closed case again. Raises NotAllowed when it is too long ago."""
    held = hold(case)
    require(policy.can_reopen(actor, held, now=clock.now(), within_days=REOPEN_DAYS.value))
    shift(actor, held, resting_state(held), "customer", reason=checked_reason(reason))


def resting_state(case: Case) -> ToState:
    """Return where a case stands while it is its holder's turn."""
    return "received" if case.holder_person_id is None else "with_helper"


def shift(
    actor: Actor, case: Case, to_state: str, mover: Mover, *, reason: str = "", cause_id: int | None = None
) -> None:
    """Write down a move that is allowed, of a case that is held; one to where it stands already is none."""
    now, request = clock.now(), case.request
    if request.state == to_state:
        return
    if to_state in {"solved", "closed"} and is_open(request.state) and has_open_parts(case.id):
        raise NotAllowed("parts_open", SENTENCES["parts_open"])
    moved = CaseMove(
        case_id=case.id,
        from_state=request.state,
        to_state=to_state,
        reason=reason,
        cause_id=cause_id,
        moved_by_id=actor.person_id,
        moved_at=now,
    )
    db.session.add(moved)
    db.session.flush()  # the fact carries its id
    fact = CaseMoved(
        case_id=case.id,
        move_id=moved.id,
        from_state=cast("State", request.state),
        to_state=cast("State", to_state),
        by=mover,
        cause_id=cause_id,
    )
    # Looked up before anything changes: the database sees no open case without a next update, not for a moment.
    news_at = next_update(to_state, now, case.holder_organisation_id) if is_open(to_state) else None
    request.next_update_at = news_at
    request.state, request.state_since, case.state_reason = to_state, now, reason
    case.solution_asks, case.solution_asked_at = 0, None
    if is_open(to_state):
        case.over_at, case.cause_id = None, None
    else:
        case.over_at = case.over_at or now
        case.cause_id = cause_id
        case.arbiter_since = case.arbiter_reason = None
        end_handover(actor, case, now)
    touch(case, now)
    record(fact, by=actor, request_id=case.id)


def ask_about_solution(actor: Actor, case: Case) -> None:
    """Count that the customer of a held case is asked whether it is solved, and by when there is news."""
    now = clock.now()
    case.solution_asks += 1
    case.solution_asked_at = now
    case.request.next_update_at = now + timedelta(days=SILENCE_DAYS.value)
    touch(case, now)
    record(CaseSolutionAsked(case_id=case.id, time=case.solution_asks), by=actor, request_id=case.id)


def next_update(state: str, now: datetime, holder_id: int) -> datetime:
    """Return by when the customer hears of a case in this open state at the latest, where nobody said otherwise: as its
    holder says, in its opening hours; as the settings say, by the clock, where it says nothing.
    """
    if state == "waiting":
        return now + timedelta(days=SILENCE_DAYS.value)
    levels = levels_of(holder_id)
    if not levels.is_own:
        return now + timedelta(hours=NEXT_UPDATE_HOURS.value)
    return after(now, levels.next_update_minutes, calendar_of(holder_id))


def touch(case: Case, now: datetime) -> None:
    """Let whoever reads the case see that it is another one now."""
    case.last_activity_at = now
    case.row_version += 1


def checked_reason(reason: str, *, needed: bool = False, field: str = "reason") -> str:
    """Return a reason on one line. Raises Invalid where it is missing, or cannot be kept."""
    reason = " ".join(reason.split())
    if needed and not reason:
        raise Invalid("reason_missing", _l("Say why: the others read it."), field=field)
    if len(reason) > LONGEST_REASON or not is_storable(reason):
        raise Invalid("reason_too_long", _l("At most 500 characters."), field=field)
    return reason


def _ends(case: Case, to_state: str) -> bool:
    return to_state == "closed" and is_open(case.state)


def _checked_cause(case: Case, cause_id: int | None) -> int | None:
    """Return the chosen cause. Raises Invalid where the holder has a list and this is not on it."""
    there = select(CaseCause.id).where(
        CaseCause.organisation_id == case.holder_organisation_id, CaseCause.ended_at.is_(None)
    )
    known = set(db.session.scalars(there))
    if cause_id in known or (not known and cause_id is None):
        return cause_id
    raise Invalid("cause_missing", _l("Choose what it was about from the list."), field="cause")


def end_handover(actor: Actor, case: Case, now: datetime) -> None:
    """Withdraw the handover that waits, because there is nothing to go on with, or nobody there to answer."""
    ended = db.session.scalars(
        update(Handover)
        .where(Handover.case_id == case.id, Handover.state == "pending")
        .values(state="withdrawn", answered_at=now, answered_by_id=actor.person_id)
        .returning(Handover.id)
    ).all()
    for handover_id in ended:
        fact = HandoverWithdrawn(case_id=case.id, handover_id=handover_id, is_unanswered=False)
        record(fact, by=actor, request_id=case.id)
