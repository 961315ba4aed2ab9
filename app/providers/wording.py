"""The words for days, public holidays, and ways to reach a human."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

# Monday first, as in a calendar.
DAY_WORDS: dict[str, LazyString] = {
    "monday": _l("Monday"),
    "tuesday": _l("Tuesday"),
    "wednesday": _l("Wednesday"),
    "thursday": _l("Thursday"),
    "friday": _l("Friday"),
    "saturday": _l("Saturday"),
    "sunday": _l("Sunday"),
}
HOLIDAY_WORDS: dict[str, LazyString] = {
    "new_year": _l("New Year's Day"),
    "good_friday": _l("Good Friday"),
    "easter_sunday": _l("Easter Sunday"),
    "easter_monday": _l("Easter Monday"),
    "kings_day": _l("King's Day"),
    "liberation_day": _l("Liberation Day"),
    "ascension_day": _l("Ascension Day"),
    "whit_sunday": _l("Whit Sunday"),
    "whit_monday": _l("Whit Monday"),
    "christmas_day": _l("Christmas Day"),
    "boxing_day": _l("Boxing Day"),
}
WAY_WORDS: dict[str, LazyString] = {
    "phone": _l("Phone"),
    "mail": _l("Mail"),
    "chat": _l("Chat"),
    "visit": _l("Visit"),
    "web": _l("Web page"),
}
