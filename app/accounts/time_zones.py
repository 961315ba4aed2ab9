"""Time zones to choose from, in words: the likely ones first, the others by part of the world, each city once."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from flask_babel import gettext as _
from wtforms import SelectChoice

from app.db import folded

# Where most people live who use Samen: the countries that speak Dutch, and the usual neighbours.
LIKELY = (
    "Europe/Amsterdam",
    "Europe/Brussels",
    "America/Paramaribo",
    "America/Curacao",
    "America/Aruba",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/London",
    "UTC",
)
_PARTS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)


def time_zones() -> set[str]:
    """Return every zone that a person may have: those known by a city, and UTC."""
    return {name for name in available_timezones() if name.split("/")[0] in _PARTS} | {"UTC"}


def zone_choices(reader: str, *, current: str) -> list[SelectChoice]:
    """Return the choices of a list in the reader's language. `current` is in it, also where it is an older name."""
    parts = {
        "Africa": _("Africa"),
        "America": _("America"),
        "Antarctica": _("Antarctica"),
        "Arctic": _("Arctic"),
        "Asia": _("Asia"),
        "Atlantic": _("Atlantic Ocean"),
        "Australia": _("Australia"),
        "Europe": _("Europe"),
        "Indian": _("Indian Ocean"),
        "Pacific": _("Pacific Ocean"),
    }
    first = dict.fromkeys((*LIKELY, *((current,) if current in time_zones() else ())))
    found = [SelectChoice(zone, _first_name(zone, reader), optgroup=_("Often chosen")) for zone in first]
    for part, name in sorted(parts.items(), key=lambda each: folded(each[1])):
        found += [
            SelectChoice(zone, words, optgroup=name) for zone, words in _cities(part, reader) if zone not in first
        ]
    return found


def _first_name(zone: str, reader: str) -> str:
    """Say the country first: who looks for her own reads that."""
    if zone == "UTC":
        return _("Universal time (UTC)")
    city, country = _words(zone, reader)
    return f"{country}: {city}" if country else city


@lru_cache(maxsize=64)
def _cities(part: str, reader: str) -> list[tuple[str, str]]:
    older = get_global("zone_aliases")
    named = []
    for zone in time_zones():
        if zone.startswith(f"{part}/") and zone not in older:
            city, country = _words(zone, reader)
            named.append((zone, f"{city} ({country})" if country and country != city else city))
    return sorted(named, key=lambda each: folded(each[1]))


def _words(zone: str, reader: str) -> tuple[str, str]:
    """Return the city and the country of a zone as the reader calls them; the country may be unknown."""
    locale = Locale.parse(reader)
    city = locale.time_zones.get(zone, {}).get("city") or zone.rsplit("/", 1)[-1].replace("_", " ")
    return city, locale.territories.get(get_global("zone_territories").get(zone, ""), "")
