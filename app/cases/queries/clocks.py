"""The clocks of cases, and within how long an organisation answers, brings news and solves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.cases.models.clocks import CaseClock, ServiceLevel
from app.cases.settings import FIRST_RESPONSE_MINUTES, NEXT_UPDATE_HOURS, SOLUTION_MINUTES, WARN_MINUTES
from app.cases.ticking import CLOCKS, Stretch
from app.db import db
from app.outbox.models import DomainEvent

# The facts from which clocks are computed.
HISTORY = ("case_opened", "case_moved", "case_message_posted", "handover_accepted", "case_assigned")


@dataclass(frozen=True)
class Levels:
    """How many minutes of its opening hours an organisation takes; `is_own` where it said so itself."""

    first_response_minutes: int
    next_update_minutes: int
    solution_minutes: int
    warn_minutes: int
    is_own: bool


@dataclass(frozen=True)
class ClockView:
    """A clock as people see it, the same for everybody. `left_minutes` are known while it stands still."""

    kind: str
    phase: str
    due_at: datetime | None
    left_minutes: int | None
    ran_out_at: datetime | None


def levels_of(organisation_id: int) -> Levels:
    """Return within how long an organisation answers, brings news and solves; as the settings say where it does not."""
    row = db.session.get(ServiceLevel, organisation_id)
    if row is None:
        return Levels(
            FIRST_RESPONSE_MINUTES.value,
            NEXT_UPDATE_HOURS.value * 60,
            SOLUTION_MINUTES.value,
            WARN_MINUTES.value,
            False,
        )
    return Levels(row.first_response_minutes, row.next_update_minutes, row.solution_minutes, row.warn_minutes, True)


def clocks_from(found: Collection[CaseClock], *, now: datetime) -> tuple[ClockView, ...]:
    """Return the clocks of a case as people see them, in their order."""
    rows = {row.kind: row for row in found}
    return tuple(seen(rows[kind], now) for kind in CLOCKS if kind in rows)


def seen(row: CaseClock, now: datetime) -> ClockView:
    """Return a clock as people see it: one whose time is over has run out, also before the job has written it down."""
    ran_out_at = row.breached_at
    if ran_out_at is None and row.due_at is not None and row.due_at < now:
        ran_out_at = row.due_at
    left = row.target_minutes - row.used_s // 60 if row.phase == "paused" else None
    return ClockView(row.kind, row.phase, row.due_at, left, ran_out_at)


def stretches_of(case_id: int) -> list[Stretch]:
    """Return the history of a case, from its facts, as stretches in which nothing changed; the last one lasts."""
    found: list[Stretch] = []
    for event in _history(case_id):
        changed = _changed(found[-1] if found else None, event)
        if changed is None:
            continue
        if found:
            found[-1] = _ended(found[-1], event.happened_at)
        found.append(changed)
    return found


def _history(case_id: int) -> Sequence[DomainEvent]:
    query = select(DomainEvent).where(DomainEvent.help_request_id == case_id, DomainEvent.kind.in_(HISTORY))
    return db.session.scalars(query.order_by(DomainEvent.happened_at, DomainEvent.id)).all()


def _changed(last: Stretch | None, event: DomainEvent) -> Stretch | None:
    """Return the stretch that begins with a fact; None where the clocks do not care."""
    fact, at = event.payload, event.happened_at
    if event.kind == "case_opened":
        has_helper = fact["holder_person_id"] is not None
        state = "with_helper" if has_helper else "received"
        return Stretch(at, None, state, fact["holder_organisation_id"], is_answered=has_helper)
    if last is None:
        return None
    if event.kind == "case_moved":
        return Stretch(at, None, fact["to_state"], last.organisation_id, last.is_answered)
    if event.kind == "case_message_posted":
        is_answer = not fact["is_note"] and fact["by"] == "holder"
        return Stretch(at, None, last.state, last.organisation_id, True) if is_answer else None
    return Stretch(at, None, last.state, fact["to_organisation_id"], last.is_answered)


def _ended(stretch: Stretch, at: datetime) -> Stretch:
    return Stretch(stretch.begins, max(at, stretch.begins), stretch.state, stretch.organisation_id, stretch.is_answered)
