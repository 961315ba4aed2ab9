"""The public holidays of the Netherlands, computed. Pure: a year in, dates out.

They are those of the Algemene termijnenwet, article 3: Good Friday counts with them. Whether an organisation closes on
one is its own choice (Liberation Day is a day off for some every year, for most every fifth).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

# In the order of the year.
DUTCH = (
    "new_year",
    "good_friday",
    "easter_sunday",
    "easter_monday",
    "kings_day",
    "liberation_day",
    "ascension_day",
    "whit_sunday",
    "whit_monday",
    "christmas_day",
    "boxing_day",
)
_AFTER_EASTER = {
    "good_friday": -2,
    "easter_sunday": 0,
    "easter_monday": 1,
    "ascension_day": 39,
    "whit_sunday": 49,
    "whit_monday": 50,
}
SUNDAY = 6


@cache
def dutch_holidays(year: int) -> dict[str, date]:
    """Return the date of each public holiday in this year, by its code."""
    easter = easter_sunday(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == SUNDAY:
        kings_day -= timedelta(days=1)
    found = {
        "new_year": date(year, 1, 1),
        "kings_day": kings_day,
        "liberation_day": date(year, 5, 5),
        "christmas_day": date(year, 12, 25),
        "boxing_day": date(year, 12, 26),
        **{code: easter + timedelta(days=days) for code, days in _AFTER_EASTER.items()},
    }
    return {code: found[code] for code in DUTCH}


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of a year in the Gregorian calendar.

    Source: Anonymous, Nature 13 (1876), p. 487; as in J. Meeus, Astronomical Algorithms (1991), ch. 8.
    """
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)
