"""Business hours: how much of a stretch of time an organisation was open, and when so many minutes of it are over.

Pure: it knows neither the database nor the present moment. A moment is open when the wall clock of the organisation's
time zone stands within the hours of that weekday and the date is no holiday. So the night in which the clock is set
back has its double hour counted twice where it is open, and the hour that is left out in spring is nobody's.
Where the calendars are kept is the work of the models and queries beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60
DAYS_A_WEEK = 7
_DAY, _MINUTE, _SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)

Range = tuple[int, int]


@dataclass(frozen=True)
class Calendar:
    """When an organisation is open. `weekly` has seven days, Monday first; a day is ranges of minutes since midnight,
    (540, 1020) for nine to five, in their order and apart. `holidays` are dates on which it is closed all day.

    Raises ValueError for hours that are no such thing, and where it would never be open; for an unknown zone the
    KeyError of `zoneinfo`.
    """

    time_zone: str
    weekly: tuple[tuple[Range, ...], ...]
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.weekly) != DAYS_A_WEEK:
            raise ValueError("a week has seven days")
        for day in self.weekly:
            bounds = [minute for opens_and_closes in day for minute in opens_and_closes]
            if any(later <= earlier for earlier, later in itertools.pairwise(bounds)):
                raise ValueError("the hours of a day must follow each other, without touching")
            if bounds and not 0 <= bounds[0] < bounds[-1] <= MINUTES_A_DAY:
                raise ValueError("the hours of a day lie between 0 and 1440 minutes")
        if not any(self.weekly):
            raise ValueError("a calendar without any hours is never open")
        ZoneInfo(self.time_zone)

    def hours_on(self, day: date) -> tuple[Range, ...]:
        """Return the ranges of minutes in which it is open on this date."""
        return () if day in self.holidays else self.weekly[day.weekday()]


def always_open(time_zone: str) -> Calendar:
    """Return the calendar of an organisation that never closes."""
    return Calendar(time_zone, (((0, MINUTES_A_DAY),),) * DAYS_A_WEEK)


def business_minutes(start: datetime, end: datetime, calendar: Calendar) -> float:
    """Return how many minutes of the stretch from `start` to `end` were open; 0.0 where `end` is not later."""
    return business_time(start, end, calendar) / _MINUTE


def business_time(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Return the same as an exact duration, so that parts add up to the whole."""
    return sum((closes - opens for opens, closes in open_stretches(start, end, calendar)), timedelta())


def after(start: datetime, minutes: float, calendar: Calendar) -> datetime:
    """Return the earliest moment, in UTC, by which so many open minutes have passed since `start`.

    With 0 minutes that is `start` itself, open or not. Raises ValueError for fewer.
    """
    return after_time(start, minutes * _MINUTE, calendar)


def after_time(start: datetime, duration: timedelta, calendar: Calendar) -> datetime:
    """Return the same for an exact duration. Raises ValueError where it is less than nothing."""
    if duration < timedelta():
        raise ValueError("time does not run backwards")
    if not duration:
        return start.astimezone(UTC)
    left = duration
    for opens, closes in open_stretches(start, None, calendar):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise AssertionError("a calendar is open again at some time")


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Say whether the organisation is open at this moment."""
    return opens_at(at, calendar) == at


def opens_at(at: datetime, calendar: Calendar) -> datetime:
    """Return the first moment from `at` on, in UTC, at which the organisation is open; `at` itself where it is."""
    return next(open_stretches(at, None, calendar))[0]


def open_stretches(start: datetime, end: datetime | None, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Yield the open parts of a stretch of time, in UTC and in order; without `end` they go on for ever.

    A part ends at midnight at the latest, and where the clock is set to another hour.
    """
    zone = ZoneInfo(calendar.time_zone)
    moment = start.astimezone(UTC)
    while end is None or moment < end:
        local = moment.astimezone(zone).replace(tzinfo=None)
        midnight = datetime.combine(local, datetime.min.time())
        piece_end = _offset_turns(moment, moment + (midnight + _DAY - local), zone)
        if end is not None:
            piece_end = min(piece_end, end.astimezone(UTC))
        for opening, closing in calendar.hours_on(local.date()):
            opens = max(moment, moment + (midnight + opening * _MINUTE - local))
            closes = min(piece_end, moment + (midnight + closing * _MINUTE - local))
            if opens < closes:
                yield opens, closes
        moment = piece_end


def _offset_turns(start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment after `start` at which the zone's clock is set, or `end` where it is not before that.

    The two must lie within a day of each other; clocks are set at whole seconds.
    """
    offset = start.astimezone(zone).utcoffset()
    if (end - timedelta.resolution).astimezone(zone).utcoffset() == offset:
        return end
    before, turned = start.replace(microsecond=0), end
    while turned - before > _SECOND:
        middle = before + (turned - before) // (2 * _SECOND) * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            turned = middle
    return turned
