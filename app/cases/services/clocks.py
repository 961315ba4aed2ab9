"""Keeping the clocks of a case: computed anew from its facts with each of them, and told of when they run out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app import clock
from app.actor import SYSTEM, Actor
from app.cases import promise_policy as policy
from app.cases.events.promises import ClockRanOut, ClockWarned
from app.cases.models.cases import Case
from app.cases.models.clocks import CaseClock, ServiceLevel
from app.cases.queries.clocks import Levels, levels_of, stretches_of
from app.cases.services.holding import hold_id
from app.cases.states import is_open
from app.cases.ticking import Reading, Stretch, read, read_next_update
from app.db import db, upsert
from app.errors import Invalid
from app.outbox.facts import Code
from app.outbox.record import record
from app.providers.calendars import TIME_ZONE
from app.providers.hours import Calendar, after_time, always_open
from app.providers.queries import calendars_of
from app.verdict import require

LONGEST_MINUTES = 525_600
MINUTE = timedelta(minutes=1)


def run_clocks(case_id: int) -> None:
    """Let the rows of a case's clocks say what follows from its facts now. Safe to repeat.

    The targets are those of who had the case first: to whom it goes on, the customer keeps what she was told.
    """
    stretches = stretches_of(case_id)
    case = db.session.get(Case, case_id)
    if not stretches or case is None:
        return
    now = clock.now()
    kept = {row.kind: row for row in db.session.scalars(select(CaseClock).where(CaseClock.help_request_id == case_id))}
    levels = levels_of(stretches[0].organisation_id)
    houses = {stretch.organisation_id for stretch in stretches}
    calendars = {each: always_open(TIME_ZONE) for each in houses} | calendars_of(houses)
    calendar = calendars[stretches[-1].organisation_id]
    targets = {"first_response": levels.first_response_minutes, "solution": levels.solution_minutes}
    readings = []
    for kind in ("first_response", "solution"):
        minutes = kept[kind].target_minutes if kind in kept else targets[kind]
        target = timedelta(minutes=minutes)
        readings.append(read(kind, stretches, target=target, calendars=calendars, now=now))
    due_at = case.request.next_update_at
    readings.append(read_next_update(since=now, due_at=due_at, calendar=calendar, is_open=is_open(case.state), now=now))
    for reading in readings:
        _keep(case, reading, stretches[-1], kept.get(reading.kind), levels, calendar)
    case.first_due_at = min((each.due_at for each in readings if each.due_at is not None), default=None)


def tell_if_due(case_id: int, kind: str) -> bool:
    """Warn of a clock that is about to run out, or write down that it has; return whether that was news."""
    held = hold_id(case_id)
    row = db.session.get(CaseClock, (case_id, kind), populate_existing=True)
    now = clock.now()
    if row is None or row.due_at is None or row.breached_at is not None:
        return False
    told: dict[str, Any] = {
        "case_id": case_id,
        "clock": Code(kind),
        "organisation_id": held.holder_organisation_id,
        "due_at": row.due_at,
    }
    if row.due_at < now:
        row.breached_at = row.due_at
        record(ClockRanOut(**told), by=SYSTEM, request_id=case_id)
        return True
    if row.warned_at is None and row.warn_at is not None and row.warn_at <= now:
        row.warned_at = now
        record(ClockWarned(**told), by=SYSTEM, request_id=case_id)
        return True
    return False


def set_levels(
    actor: Actor, *, first_response_minutes: int, next_update_minutes: int, solution_minutes: int, warn_minutes: int
) -> None:
    """Say within how long one's organisation answers, brings news and solves, from the next case on."""
    require(policy.can_keep_levels(actor))
    minutes = {
        "first_response_minutes": first_response_minutes,
        "next_update_minutes": next_update_minutes,
        "solution_minutes": solution_minutes,
    }
    for field, value in minutes.items():
        if not 1 <= value <= LONGEST_MINUTES:
            raise Invalid("minutes_out_of_bounds", _l("A number of minutes, a year at most."), field=field)
    if not 0 <= warn_minutes <= LONGEST_MINUTES:
        raise Invalid("minutes_out_of_bounds", _l("A number of minutes, a year at most."), field="warn_minutes")
    values = {**minutes, "warn_minutes": warn_minutes, "changed_at": clock.now(), "changed_by_id": actor.person_id}
    row = upsert(ServiceLevel).values(organisation_id=actor.acting_for_organisation_id, **values)
    db.session.execute(row.on_conflict_do_update(index_elements=["organisation_id"], set_=values))


def _keep(
    case: Case, reading: Reading, last: Stretch, row: CaseClock | None, levels: Levels, calendar: Calendar
) -> None:
    if row is None:
        row = CaseClock(help_request_id=case.id, kind=reading.kind, target_minutes=round(reading.target / MINUTE))
        db.session.add(row)
    moved = row.due_at != reading.due_at
    row.organisation_id = case.holder_organisation_id
    row.phase, row.since = reading.phase, last.begins
    row.used_s = int(reading.used.total_seconds())
    row.due_at = reading.due_at
    if reading.kind == "next_update":
        row.target_minutes = round(reading.target / MINUTE)
        if moved:  # another promise: the old one is forgotten
            row.breached_at = row.warned_at = None
    elif row.breached_at is None and reading.phase != "running":
        row.breached_at = reading.breached_at
    if moved:
        row.warn_at = _warn_at(reading, levels, calendar)


def _warn_at(reading: Reading, levels: Levels, calendar: Calendar) -> datetime | None:
    """Return so many open minutes before the end: that much of what is left is used up by then."""
    if reading.due_at is None:
        return None
    early = max(reading.left - levels.warn_minutes * MINUTE, timedelta())
    return after_time(clock.now(), early, calendar)
