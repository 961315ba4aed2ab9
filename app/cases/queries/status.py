"""Whose turn it is, since when and why, what was promised and how the clocks stand: one answer for everybody.

The page of the customer, that of the agent and the API all show a `CaseStatus`; nothing in it depends on who looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.cases.keeping import Standing, by
from app.cases.models.clocks import CaseClock
from app.cases.models.promises import CasePoint, Promise
from app.cases.queries.case_view import CaseView
from app.cases.queries.clocks import ClockView, clocks_from
from app.cases.queries.disputes import family_of, is_open_dispute
from app.cases.states import is_open
from app.db import db
from app.privacy.models import DetailAsk
from app.requests.models import HelpRequest


@dataclass(frozen=True)
class PointView:
    """Something one side put before the other. `by` and `answered_by` are names; `organisation` whom she spoke for,
    `through` the agency she works for where that organisation engaged one.
    """

    id: int
    kind: str
    words: str
    about: str | None
    promise_id: int | None
    detail_id: int | None
    due_at: datetime | None
    by: str
    organisation: str
    through: str
    put_at: datetime
    answer: str | None
    answer_words: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True)
class PromiseView:
    """A promise as it stands now; `proposal` is the other date that waits for the customer's answer. `through` names
    the agency that `person` works for, where `organisation` engaged one.
    """

    id: int
    kind: str
    words: str
    organisation: str
    person: str
    through: str
    made_at: datetime
    first_due_at: datetime
    due_at: datetime
    state: str
    renegotiated: int
    is_moved_alone: bool
    broken_at: datetime | None
    done_at: datetime | None
    proposal: PointView | None

    @property
    def is_settled(self) -> bool:
        return self.done_at is not None or self.state == "released"


@dataclass(frozen=True)
class CaseStatus:
    """Where a case stands. `why` is a code: what the turn is about; `reason` what the holder said of it.

    `ultimate_at` is by when it is solved: as promised, else as the clock says while it runs. `is_held_up` while
    something is disputed in it or in a case that belongs to it; `disputes` are its own. Work may
    begin `work_from` a moment, which may lie ahead; None while nobody said yet what is asked.
    """

    state: str
    turn: str
    since: datetime
    why: str
    reason: str
    holder: str
    holder_person: str
    next_update_at: datetime | None
    ultimate_at: datetime | None
    understanding: PointView | None
    work_from: datetime | None
    promises: tuple[PromiseView, ...]
    disputes: tuple[PointView, ...]
    is_held_up: bool
    clocks: tuple[ClockView, ...]


def status_of(case: CaseView, *, now: datetime) -> CaseStatus:
    """Return where a case stands; two statements."""
    return status_and_asks(case, now=now)[0]


def status_and_asks(case: CaseView, *, now: datetime) -> tuple[CaseStatus, Sequence[DetailAsk]]:
    """Return where a case stands, and what details its customer was ever asked for there; two statements."""
    points, is_held_up, asks = _points_and_asks(case)
    promised, clocks = _promises_and_clocks(case.id, now)
    proposals = {point.promise_id: point for point in points if point.kind == "date" and point.answer is None}
    promises = tuple(_promise(row, proposals, now) for row in promised)
    said = [point for point in points if point.kind == "understanding"]
    understanding = said[-1] if said else None
    status = CaseStatus(
        state=case.state,
        turn=case.turn,
        since=case.state_since,
        why=_why(case, understanding, now),
        reason=case.state_reason,
        holder=case.holder.name,
        holder_person=case.holder_person.name if case.holder_person else "",
        next_update_at=case.next_update_at,
        ultimate_at=_ultimate(promises, clocks) if is_open(case.state) else None,
        understanding=understanding,
        work_from=case.work_from,
        promises=promises,
        disputes=tuple(point for point in points if point.kind == "dispute"),
        is_held_up=is_held_up,
        clocks=clocks,
    )
    return status, asks


def as_json(status: CaseStatus) -> dict[str, Any]:
    """Return a status as JSON values, for the API; every moment in ISO 8601."""
    found: dict[str, Any] = _json(status)
    return found


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_json(each) for each in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _json(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def _why(case: CaseView, understanding: PointView | None, now: datetime) -> str:
    """Return what the turn is about, as a code."""
    if case.turn == "customer":
        if case.solution_asks:
            return "say_whether_solved"
        if understanding is not None and understanding.answer is None:
            return "confirm_understanding"
        return "answer"
    if case.turn == "front_desk":
        return "decide_who_goes_on"
    if case.turn == "nobody":
        return "over"
    if case.holder_person is None:
        return "find_a_helper"
    return "solve" if case.work_from is not None and case.work_from <= now else "understand"


def _ultimate(promises: Sequence[PromiseView], clocks: Sequence[ClockView]) -> datetime | None:
    promised = [each.due_at for each in promises if each.kind == "solution" and not each.is_settled]
    if promised:
        return max(promised)
    return next((each.due_at for each in clocks if each.kind == "solution"), None)


def _promises_and_clocks(case_id: int, now: datetime) -> tuple[list[Promise], tuple[ClockView, ...]]:
    """Return what was promised in a case, and its clocks: one statement, as there are three clocks at most."""
    rows: Any = db.session.execute(
        select(Promise, CaseClock)
        .select_from(HelpRequest)
        .outerjoin(Promise, Promise.help_request_id == HelpRequest.id)
        .outerjoin(CaseClock, CaseClock.help_request_id == HelpRequest.id)
        .where(HelpRequest.id == case_id)
        .order_by(Promise.id)
        .options(joinedload(Promise.by_organisation), joinedload(Promise.by_person), joinedload(Promise.through))
    ).all()
    promises = dict.fromkeys(promise for promise, _clock in rows if promise is not None)
    return list(promises), clocks_from({row for _promise, row in rows if row is not None}, now=now)


def _promise(row: Promise, proposals: dict[int | None, PointView], now: datetime) -> PromiseView:
    kept = Standing(row.state, row.due_at, broken_at=row.broken_at)  # type: ignore[arg-type]
    standing = by(kept, now)
    return PromiseView(
        id=row.id,
        kind=row.kind,
        words=row.words,
        organisation=row.by_organisation.name,
        person=row.by_person.name if row.by_person else "",
        through=row.through.name if row.through else "",
        made_at=row.made_at,
        first_due_at=row.first_due_at,
        due_at=row.due_at,
        state=standing.state,
        renegotiated=row.renegotiated,
        is_moved_alone=row.is_moved_alone,
        broken_at=standing.broken_at,
        done_at=row.done_at,
        proposal=proposals.get(row.id),
    )


def _points_and_asks(case: CaseView) -> tuple[list[PointView], bool, list[DetailAsk]]:
    """Return the points of a case, whether something is disputed in it or in one that belongs to it, and what details
    were asked for in it: one statement, as there are few of each.
    """
    others = family_of(case.id, case.parent_id)
    here = or_(CasePoint.help_request_id == HelpRequest.id, CasePoint.help_request_id.in_(others) & is_open_dispute())
    rows: Any = db.session.execute(
        select(CasePoint, DetailAsk)
        .select_from(HelpRequest)
        .outerjoin(CasePoint, here)
        .outerjoin(DetailAsk, DetailAsk.help_request_id == HelpRequest.id)
        .where(HelpRequest.id == case.id)
        .order_by(CasePoint.id, DetailAsk.id)
        .options(
            joinedload(CasePoint.by_person),
            joinedload(CasePoint.by_organisation),
            joinedload(CasePoint.through),
            joinedload(CasePoint.answered_by),
            joinedload(DetailAsk.organisation),
        )
    ).all()
    points = dict.fromkeys(point for point, _ask in rows if point is not None)
    asks = dict.fromkeys(ask for _point, ask in rows if ask is not None)
    is_held_up = any(row.kind == "dispute" and row.answer is None for row in points)
    # What is disputed elsewhere is known here by its effect alone.
    return [_point(row) for row in points if row.help_request_id == case.id], is_held_up, list(asks)


def _point(row: CasePoint) -> PointView:
    return PointView(
        id=row.id,
        kind=row.kind,
        words=row.words,
        about=row.about,
        promise_id=row.promise_id,
        detail_id=row.detail_id,
        due_at=row.due_at,
        by=row.by_person.name,
        organisation=row.by_organisation.name if row.by_organisation else "",
        through=row.through.name if row.through else "",
        put_at=row.put_at,
        answer=row.answer,
        answer_words=row.answer_words,
        answered_by=row.answered_by.name if row.answered_by else "",
        answered_at=row.answered_at,
    )
