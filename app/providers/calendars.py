"""From the rows that say when an organisation is open to the calendar that `hours` counts with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from app.providers.holidays import dutch_holidays
from app.providers.hours import Calendar
from app.providers.models import OpeningHours

TIME_ZONE = "Europe/Amsterdam"
# How far a calendar knows the public holidays, before and after this year.
YEARS_BACK, YEARS_AHEAD = 5, 5

Week = tuple[tuple[tuple[int, int], ...], ...]


def calendar_from(hours: OpeningHours, own: Iterable[tuple[date, bool]], year: int) -> Calendar:
    """Return the calendar that these rows say, with the public holidays of the years around this one.

    `own` are the organisation's own dates; True is open, whatever the calendar says otherwise.
    """
    years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
    closed = {dutch_holidays(each)[code] for each in years for code in hours.public_holidays}
    for day, is_open in own:
        (closed.discard if is_open else closed.add)(day)
    return Calendar(hours.time_zone, week_of(hours.weekly), frozenset(closed))


def week_of(stored: dict[str, Any]) -> Week:
    """Return the week as `Calendar` takes it, from as it is stored: {"days": [[[540, 1020]], …]}, Monday first."""
    return tuple(tuple((opens, closes) for opens, closes in day) for day in stored["days"])
