"""What pages of packages to the left show about helpers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app import clock
from app.actor import Actor
from app.organisations.models import Organisation
from app.providers import queries
from app.providers.hours import Calendar, is_open, opens_at
from app.providers.wording import DAY_WORDS, WAY_WORDS


def helpers_panel(_viewer: Actor, organisation: Organisation) -> tuple[str, dict[str, Any]] | None:
    """Return the people who help on behalf of an organisation, for its page."""
    return "providers/_helpers.html", {
        "helpers": queries.helpers_of(organisation.id),
        "kind": organisation.kind,
        "name": organisation.name,
        "language": organisation.languages[0] if organisation.languages else None,
    }


def organisation_reach_panel(_viewer: Actor, organisation: Organisation) -> tuple[str, dict[str, Any]] | None:
    """Return how to reach a human at an organisation, where, and when it is open."""
    calendar = queries.calendars_of([organisation.id]).get(organisation.id)
    reach = queries.reach_of_desk(organisation.id)
    return "providers/_reach.html", {"reach": reach, "way_words": WAY_WORDS, **_hours(calendar)}


def console_hours_panel(_viewer: Actor, organisation: Organisation) -> tuple[str, dict[str, Any]] | None:
    """Return whether an organisation is open now, for its console."""
    calendar = queries.calendars_of([organisation.id]).get(organisation.id)
    return "providers/_hours.html", _hours(calendar)


def _hours(calendar: Calendar | None) -> dict[str, Any]:
    if calendar is None:
        return {"week": None, "is_open": None, "opens_at": None}
    now = clock.now()
    today: datetime = now.astimezone(ZoneInfo(calendar.time_zone))
    return {
        "week": list(zip(DAY_WORDS.values(), calendar.weekly, strict=True)),
        "today": today.weekday(),
        "is_open": is_open(now, calendar),
        "opens_at": opens_at(now, calendar),
    }
