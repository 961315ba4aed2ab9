"""Services about when and how a helper can be had: capacity, absence, region, ways to reach a human, opening hours."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select

from app import clock
from app.actor import Actor
from app.db import changed_rows, db, upsert
from app.errors import Invalid, NotFound
from app.organisations.models import Organisation
from app.organisations.policy import can_keep
from app.outbox.record import record
from app.providers.calendars import Week
from app.providers.events import AvailabilityChanged, ContactWaysChanged, OpeningHoursChanged
from app.providers.holidays import DUTCH
from app.providers.hours import DAYS_A_WEEK, MINUTES_A_DAY, Calendar
from app.providers.models import ContactWay, OpeningHours, OwnHoliday, Provider
from app.providers.policy import can_keep_provider
from app.verdict import SENTENCES, require

KINDS = ("phone", "mail", "chat", "visit", "web")
MOST_WAYS, MOST_HOLIDAYS, MOST_RANGES = 10, 100, 6
_TIMES = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})")


@dataclass(frozen=True)
class Availability:
    """How much a helper takes at once, where, and whether it is away: for a time, or (paused) until further notice."""

    most_open_offers: int
    region: str
    is_paused: bool
    away_from: datetime | None
    away_until: datetime | None


def change_availability(actor: Actor, provider: Provider, to: Availability) -> None:
    """Say this from now on. Raises Invalid for an absence that ends before it begins."""
    require(can_keep_provider(actor, provider))
    begins, ends = to.away_from, to.away_until
    if ends is not None and begins is None:
        begins = clock.now()
    if (ends is None) != (begins is None) or (begins and ends and ends <= begins):
        raise Invalid("away_ends_first", SENTENCES["away_ends_first"], field="away_until")
    provider.most_open_offers, provider.region = to.most_open_offers, to.region
    provider.away_from, provider.away_until = begins, ends
    if to.is_paused != (provider.paused_at is not None):
        provider.paused_at = clock.now() if to.is_paused else None
    record(AvailabilityChanged(provider_id=provider.id), by=actor.in_capacity(provider.organisation_id))


def add_way(actor: Actor, provider: Provider, *, kind: str, value: str, note: str) -> None:
    """Let everybody know a way to reach a human here. Raises Invalid where there are enough."""
    require(can_keep_provider(actor, provider))
    if kind not in KINDS:
        raise Invalid("unknown_way", SENTENCES["unknown_way"], field="kind")
    if kind == "web" and not value.startswith(("https://", "http://")):
        raise Invalid("no_address", SENTENCES["no_address"], field="value")
    count = select(func.count()).select_from(ContactWay).where(ContactWay.provider_id == provider.id)
    if (db.session.scalar(count) or 0) >= MOST_WAYS:
        raise Invalid("enough_ways", SENTENCES["enough_ways"], field="value")
    db.session.add(ContactWay(provider_id=provider.id, kind=kind, value=value, note=note))
    record(ContactWaysChanged(provider_id=provider.id), by=actor.in_capacity(provider.organisation_id))


def remove_way(actor: Actor, provider: Provider, way_id: int) -> None:
    """Take a way away. Raises NotFound when it is not this provider's."""
    require(can_keep_provider(actor, provider))
    gone = delete(ContactWay).where(ContactWay.id == way_id, ContactWay.provider_id == provider.id)
    if changed_rows(db.session.execute(gone)) != 1:
        raise NotFound
    record(ContactWaysChanged(provider_id=provider.id), by=actor.in_capacity(provider.organisation_id))


def parse_day(words: str) -> list[list[int]]:
    """Return the ranges of minutes of a day, from "9:00-12:30, 13:30-17:00"; none for an empty text.

    Raises ValueError for words that are no such thing, or hours that do not follow each other.
    """
    ranges: list[list[int]] = []
    for piece in filter(None, (each.strip() for each in re.split(r"[,;]", words))):
        found = _TIMES.fullmatch(piece)
        if found is None or len(ranges) == MOST_RANGES:
            raise ValueError(piece)
        opens_h, opens_m, closes_h, closes_m = map(int, found.groups())
        if opens_m > 59 or closes_m > 59:
            raise ValueError(piece)
        ranges.append([opens_h * 60 + opens_m, closes_h * 60 + closes_m])
    Calendar("UTC", _only(ranges))
    return ranges


def change_hours(
    actor: Actor,
    organisation: Organisation,
    *,
    days: Sequence[list[list[int]]],
    time_zone: str,
    holidays: Collection[str],
) -> None:
    """Say when an organisation is open: seven days as `parse_day` gives them, and the public holidays it keeps.

    Raises Invalid where it would never be open, or says so of a zone that is none.
    """
    require(can_keep(actor, organisation.id))
    try:
        Calendar(time_zone, tuple(tuple((opens, closes) for opens, closes in day) for day in days))
    except (ValueError, KeyError) as error:
        raise Invalid("never_open", SENTENCES["never_open"]) from error
    row = {
        "time_zone": time_zone,
        "weekly": {"days": list(days)},
        "public_holidays": [code for code in DUTCH if code in holidays],
        "changed_at": clock.now(),
    }
    kept = upsert(OpeningHours).values(organisation_id=organisation.id, **row)
    db.session.execute(kept.on_conflict_do_update(index_elements=["organisation_id"], set_=row))
    record(OpeningHoursChanged(organisation_id=organisation.id), by=actor.in_capacity(organisation.id))


def add_holiday(actor: Actor, organisation: Organisation, *, day: date, name: str, is_open: bool) -> None:
    """Close, or open, an organisation on one date, whatever the week says. Said twice, the last word counts."""
    require(can_keep(actor, organisation.id))
    count = select(func.count()).select_from(OwnHoliday).where(OwnHoliday.organisation_id == organisation.id)
    if (db.session.scalar(count) or 0) >= MOST_HOLIDAYS:
        raise Invalid("enough_holidays", SENTENCES["enough_holidays"], field="day")
    row = {"name": name, "is_open": is_open}
    kept = upsert(OwnHoliday).values(organisation_id=organisation.id, day=day, **row)
    db.session.execute(kept.on_conflict_do_update(index_elements=["organisation_id", "day"], set_=row))
    record(OpeningHoursChanged(organisation_id=organisation.id), by=actor.in_capacity(organisation.id))


def remove_holiday(actor: Actor, organisation: Organisation, holiday_id: int) -> None:
    """Let that date be like any other. Raises NotFound when it is not this organisation's."""
    require(can_keep(actor, organisation.id))
    gone = delete(OwnHoliday).where(OwnHoliday.id == holiday_id, OwnHoliday.organisation_id == organisation.id)
    if changed_rows(db.session.execute(gone)) != 1:
        raise NotFound
    record(OpeningHoursChanged(organisation_id=organisation.id), by=actor.in_capacity(organisation.id))


def _only(ranges: list[list[int]]) -> Week:
    """Return a week with these ranges on Monday for `Calendar` to look at; a day without any has all of it."""
    monday = tuple((opens, closes) for opens, closes in ranges) or ((0, MINUTES_A_DAY),)
    return (monday, *((),) * (DAYS_A_WEEK - 1))
