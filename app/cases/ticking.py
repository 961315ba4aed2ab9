"""The clocks of a case: how long its customer has waited, in the hours in which its holder is open.

Pure: stretches of a case's history in, times out; neither the database nor the present moment. Three clocks run for
each case. `first_response` from the opening until somebody at the holder says something. `solution` while it is the
holder's turn: it stands still while we wait for the customer, and where it was over before it was opened again.
`next_update` until the moment that was promised. When a case goes to another holder, the clocks run on, in its
hours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from app.providers.hours import Calendar, after_time, business_time

ClockKind = Literal["first_response", "next_update", "solution"]
CLOCKS: tuple[ClockKind, ...] = ("first_response", "next_update", "solution")

Phase = Literal["running", "paused", "over"]
# The only table of where a clock stands still: in which states, and for which clock.
PHASES: dict[str, dict[str, Phase]] = {
    "solution": {"received": "running", "with_helper": "running", "waiting": "paused"},
    "first_response": {"received": "running", "with_helper": "running", "waiting": "running"},
}
NOTHING = timedelta()


@dataclass(frozen=True)
class Stretch:
    """A part of a case's history in which nothing changed: its state, its holder, and whether it was answered.

    `ends` is None for the one that lasts.
    """

    begins: datetime
    ends: datetime | None
    state: str
    organisation_id: int
    is_answered: bool = False


@dataclass(frozen=True)
class Reading:
    """What a clock says at a moment.

    The four durations add up to the time since it was started: `used` in open hours, `closed` while it ran and nobody
    was there, `paused`, and `over`. `due_at` is when `target` is used up if nothing changes, None unless it runs;
    `breached_at` when it was.
    """

    kind: ClockKind
    phase: Phase
    target: timedelta
    started_at: datetime
    used: timedelta = NOTHING
    closed: timedelta = NOTHING
    paused: timedelta = NOTHING
    over: timedelta = NOTHING
    due_at: datetime | None = None
    breached_at: datetime | None = None

    @property
    def left(self) -> timedelta:
        """How much of the target is left, in open hours; less than nothing where it is past."""
        return self.target - self.used


def read(
    kind: ClockKind,
    stretches: Sequence[Stretch],
    *,
    target: timedelta,
    calendars: Mapping[int, Calendar],
    now: datetime,
) -> Reading:
    """Return what the clock `first_response` or `solution` says now. `stretches` follow each other without a gap.

    Every holder in them must have a calendar. Raises ValueError for no history, and for a clock of another kind.
    """
    if not stretches or kind not in PHASES:
        raise ValueError("a clock needs a history, and a table of states")
    reading = Reading(kind=kind, phase="over", target=target, started_at=stretches[0].begins)
    for stretch in stretches:
        if stretch.begins > now:
            break
        reading = _through(reading, stretch, calendars[stretch.organisation_id], now)
    return reading


def read_next_update(
    *, since: datetime, due_at: datetime | None, calendar: Calendar, is_open: bool, now: datetime
) -> Reading:
    """Return what the clock `next_update` says now: it was started when there was news last, and runs to a moment that
    was promised, whatever the hours; what is used and left of that is counted in open hours all the same.
    """
    if not is_open or due_at is None:
        return Reading(
            kind="next_update", phase="over", target=NOTHING, started_at=since, over=max(now - since, NOTHING)
        )
    used = business_time(since, now, calendar)
    return Reading(
        kind="next_update",
        phase="running",
        target=business_time(since, due_at, calendar),
        started_at=since,
        used=used,
        closed=max(now - since, NOTHING) - used,
        due_at=due_at,
        breached_at=due_at if due_at < now else None,
    )


def _through(reading: Reading, stretch: Stretch, calendar: Calendar, now: datetime) -> Reading:
    """Return the reading after another stretch, up to the present moment."""
    ends = now if stretch.ends is None else min(stretch.ends, now)
    lasts = ends - stretch.begins
    phase = _phase(reading.kind, stretch)
    is_last = stretch.ends is None or stretch.ends > now
    if phase == "paused":
        return replace(reading, phase=phase, paused=reading.paused + lasts, due_at=None)
    if phase == "over":
        return replace(reading, phase=phase, over=reading.over + lasts, due_at=None)
    spent = business_time(stretch.begins, ends, calendar)
    due_at = after_time(stretch.begins, max(reading.left, NOTHING), calendar)
    breached_at = reading.breached_at
    if breached_at is None and due_at < ends:
        breached_at = due_at
    return replace(
        reading,
        phase=phase,
        used=reading.used + spent,
        closed=reading.closed + lasts - spent,
        due_at=(breached_at or due_at) if is_last else None,
        breached_at=breached_at,
    )


def _phase(kind: str, stretch: Stretch) -> Phase:
    if kind == "first_response" and stretch.is_answered:
        return "over"
    return PHASES[kind].get(stretch.state, "over")
