"""Promises: made, given another date with or without the customer's yes, kept, released, and broken by time.

Where a promise stands is computed from what happened to it (`app.cases.keeping`); here each step is written down as a
fact, and the row takes over what follows from it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app import clock
from app.actor import SYSTEM, Actor
from app.cases import promise_policy as policy
from app.cases.events.promises import (
    PointAnswered,
    PointPut,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    PromiseMoved,
    PromiseMovedAlone,
    PromiseReleased,
)
from app.cases.keeping import Standing, Step, standing_of
from app.cases.lengths import LONGEST_PROMISE, PROMISE_KINDS
from app.cases.models.cases import Case
from app.cases.models.promises import CasePoint, Promise
from app.cases.services.holding import HasId, hold, hold_id
from app.cases.services.moving import checked_reason, touch
from app.db import changed_rows, db, is_storable
from app.errors import Conflict, Invalid, NotFound
from app.outbox.facts import Code, Fact
from app.outbox.record import record
from app.verdict import require

LONGEST_TERM = timedelta(days=730)


def make_promise(actor: Actor, case: HasId, *, kind: str, words: str, due_at: datetime) -> Promise:
    """Promise the customer of a case something by a moment, for the organisation one acts for; return the promise.

    Raises NotAllowed to who does not work on it and before the customer confirmed what she asks, Invalid for no words,
    or a moment that is past or years ahead.
    """
    held = hold(case)
    require(policy.can_promise(actor, held, now=clock.now()))
    assert actor.acting_for_organisation_id is not None
    return keep_promise_made(
        actor, held, kind=kind, words=words, due_at=due_at, by_organisation_id=actor.acting_for_organisation_id
    )


def keep_promise_made(
    actor: Actor, case: Case, *, kind: str, words: str, due_at: datetime, by_organisation_id: int
) -> Promise:
    """Write down a promise in a held case, for whom it was found out that she may; see `make_promise`.

    An agreement promises in the name of whose service it is, whoever accepted it.
    """
    if kind not in PROMISE_KINDS:
        raise Invalid("unknown_kind", _l("Choose from the list."), field="kind")
    words = " ".join(words.split())
    if not words:
        raise Invalid("promise_empty", _l("Say what you promise."), field="words")
    if len(words) > LONGEST_PROMISE or not is_storable(words):
        raise Invalid("promise_too_long", _l("At most 200 characters."), field="words")
    _check_date(due_at)
    now = clock.now()
    promise = Promise(
        help_request_id=case.id,
        kind=kind,
        words=words,
        by_organisation_id=by_organisation_id,
        by_person_id=actor.person_id if actor.acting_for_organisation_id == by_organisation_id else None,
        through_organisation_id=actor.through_organisation_id,
        to_person_id=case.asker_id,
        made_at=now,
        first_due_at=due_at,
        due_at=due_at,
        state="open",
    )
    db.session.add(promise)
    db.session.flush()  # the fact carries its id
    touch(case, now)
    fact = PromiseMade(
        promise_id=promise.id,
        case_id=case.id,
        promise_kind=Code(kind),
        by_organisation_id=by_organisation_id,
        by_person_id=promise.by_person_id,
        to_person_id=promise.to_person_id,
        due_at=due_at,
    )
    record(fact, by=actor, request_id=case.id)
    return promise


def propose_date(actor: Actor, case: HasId, promise_id: int, *, due_at: datetime, reason: str) -> CasePoint:
    """Ask the customer whether another date is all right. Until she says yes the promise stands as it was.

    A proposal that waits is replaced. Raises Invalid for a moment that is past or years ahead, or for no reason.
    """
    held = hold(case)
    require(policy.can_work(actor, held))
    promise = _unsettled(held, promise_id)
    reason = checked_reason(reason, needed=True)
    _check_date(due_at)
    _replace_proposal(actor, held, promise)
    return put_point(actor, held, kind="date", words=reason, promise_id=promise.id, due_at=due_at)


def answer_date(actor: Actor, case: HasId, point_id: int, *, is_agreed: bool) -> None:
    """Say yes or no to another date. With a yes the promise is renegotiated; with a no it stands as it was."""
    held = hold(case)
    point = held_point(held, point_id, "date")
    require(policy.can_answer(actor, held, point))
    assert point.promise_id is not None
    assert point.due_at is not None
    answer_point(actor, held, point, "agreed" if is_agreed else "declined")
    if is_agreed:
        promise = _unsettled(held, point.promise_id)
        fact = PromiseMoved(promise_id=promise.id, case_id=held.id, point_id=point.id, due_at=point.due_at)
        _step(actor, held, promise, fact, Step("moved", clock.now(), point.due_at))


def move_alone(actor: Actor, case: HasId, promise_id: int, *, due_at: datetime, reason: str) -> None:
    """Give a promise another date without asking the customer. She is told, and the promise is broken with that."""
    held = hold(case)
    require(policy.can_work(actor, held))
    promise = _unsettled(held, promise_id)
    reason = checked_reason(reason, needed=True)
    _check_date(due_at)
    _replace_proposal(actor, held, promise)
    point = put_point(actor, held, kind="date", words=reason, promise_id=promise.id, due_at=due_at)
    answer_point(actor, held, point, "alone")
    was_open, was_due_at = promise.state == "open", promise.due_at
    fact = PromiseMovedAlone(promise_id=promise.id, case_id=held.id, point_id=point.id, due_at=due_at)
    _step(actor, held, promise, fact, Step("moved_alone", clock.now(), due_at))
    if was_open:
        broken = PromiseBroken(promise_id=promise.id, case_id=held.id, due_at=was_due_at)
        record(broken, by=SYSTEM, request_id=held.id)


def keep_promise(actor: Actor, case: HasId, promise_id: int) -> None:
    """Say that what was promised is done. Whether in time, the clock says. Raises Conflict where it is settled."""
    held = hold(case)
    require(policy.can_work(actor, held))
    promise = _unsettled(held, promise_id)
    _replace_proposal(actor, held, promise)
    fact = PromiseKept(promise_id=promise.id, case_id=held.id)
    _step(actor, held, promise, fact, Step("kept", clock.now()))


def release_promise(actor: Actor, case: HasId, promise_id: int) -> None:
    """Say, as whom it was made to, that it is no longer needed. What is broken already stays so."""
    held = hold(case)
    require(policy.can_direct(actor, held))
    promise = _unsettled(held, promise_id)
    _replace_proposal(actor, held, promise)
    fact = PromiseReleased(promise_id=promise.id, case_id=held.id)
    _step(actor, held, promise, fact, Step("released", clock.now()))


def break_if_due(case_id: int, promise_id: int) -> bool:
    """Write down that the time of a promise is over, if it is; return whether that was news."""
    held = hold_id(case_id)
    promise = db.session.get(Promise, promise_id, populate_existing=True)
    now = clock.now()
    if promise is None or promise.state != "open" or promise.due_at >= now:
        return False
    promise.state, promise.broken_at = "broken", promise.due_at
    touch(held, now)
    fact = PromiseBroken(promise_id=promise.id, case_id=held.id, due_at=promise.due_at)
    record(fact, by=SYSTEM, request_id=held.id)
    return True


def put_point(
    actor: Actor,
    case: Case,
    *,
    kind: str,
    words: str,
    about: str | None = None,
    detail_id: int | None = None,
    promise_id: int | None = None,
    due_at: datetime | None = None,
) -> CasePoint:
    """Write down something one side of a held case puts before the other."""
    assert actor.person_id is not None
    point = CasePoint(
        help_request_id=case.id,
        kind=kind,
        words=words,
        about=about,
        detail_id=detail_id,
        promise_id=promise_id,
        due_at=due_at,
        by_person_id=actor.person_id,
        by_organisation_id=actor.acting_for_organisation_id,
        through_organisation_id=actor.through_organisation_id,
        put_at=clock.now(),
    )
    db.session.add(point)
    db.session.flush()  # the fact carries its id
    touch(case, clock.now())
    fact = PointPut(point_id=point.id, case_id=case.id, point_kind=kind, promise_id=promise_id, due_at=due_at)  # type: ignore[arg-type]
    record(fact, by=actor, request_id=case.id)
    return point


def held_point(case: Case, point_id: int, kind: str) -> CasePoint:
    """Return a point of a held case as it is now. Raises NotFound where it has none such."""
    point = db.session.get(CasePoint, point_id, populate_existing=True)
    if point is None or point.help_request_id != case.id or point.kind != kind:
        raise NotFound
    return point


def answer_point(actor: Actor, case: Case, point: CasePoint, answer: str, *, words: str = "") -> None:
    """Write down what came of a point in a held case. Raises Conflict where it has an answer."""
    waits = update(CasePoint).where(CasePoint.id == point.id, CasePoint.answer.is_(None))
    values = {
        "answer": answer,
        "answer_words": words,
        "answered_at": clock.now(),
        "answered_by_id": actor.person_id,
        "answered_for_id": actor.acting_for_organisation_id,
    }
    if changed_rows(db.session.execute(waits.values(values))) == 0:
        raise Conflict("point_answered", _l("This was answered already."))
    db.session.refresh(point)
    touch(case, clock.now())
    fact = PointAnswered(point_id=point.id, case_id=case.id, point_kind=point.kind, answer=Code(answer))  # type: ignore[arg-type]
    record(fact, by=actor, request_id=case.id)


def _step(actor: Actor, case: Case, promise: Promise, fact: Fact, step: Step) -> None:
    """Write down a step, and let the row say what follows from it."""
    before = Standing(
        state=promise.state,  # type: ignore[arg-type]
        due_at=promise.due_at,
        renegotiated=promise.renegotiated,
        is_moved_alone=promise.is_moved_alone,
        broken_at=promise.broken_at,
        done_at=promise.done_at,
    )
    after = standing_of([step], now=step.at, before=before)
    promise.state, promise.due_at, promise.renegotiated = after.state, after.due_at, after.renegotiated
    promise.is_moved_alone, promise.broken_at, promise.done_at = after.is_moved_alone, after.broken_at, after.done_at
    touch(case, step.at)
    record(fact, by=actor, request_id=case.id)


def _unsettled(case: Case, promise_id: int) -> Promise:
    """Return a promise of a held case that something can still happen to. Raises NotFound or Conflict."""
    promise = db.session.get(Promise, promise_id, populate_existing=True)
    if promise is None or promise.help_request_id != case.id:
        raise NotFound
    if promise.done_at is not None or promise.state == "released":
        raise Conflict("promise_settled", _l("This promise is settled already."))
    return promise


def _replace_proposal(actor: Actor, case: Case, promise: Promise) -> None:
    """End the proposal of another date that waits, because something else happens to the promise."""
    waits = select(CasePoint).where(
        CasePoint.promise_id == promise.id, CasePoint.kind == "date", CasePoint.answer.is_(None)
    )
    for point in db.session.scalars(waits.execution_options(populate_existing=True)).all():
        answer_point(actor, case, point, "replaced")


def _check_date(due_at: datetime) -> None:
    now = clock.now()
    if not now < due_at <= now + LONGEST_TERM:
        raise Invalid("date_out_of_bounds", _l("Choose a moment within the next two years."), field="due_at")
