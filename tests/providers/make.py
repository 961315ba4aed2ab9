"""Rows of providers for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.accounts.models import Person
from app.community.models.shelves import Tag
from app.db import db
from app.organisations.models import Organisation
from app.providers.holidays import DUTCH
from app.providers.models import ContactWay, OpeningHours, OwnHoliday, Provider, Skill


def provider(person: Person | None = None, organisation: Organisation | None = None, **more: Any) -> Provider:
    """Make a peer (person alone), an agent or partner member (both), or a desk (organisation alone)."""
    made = Provider(person=person, organisation=organisation, **{"created_at": clock.now(), **more})
    db.session.add(made)
    db.session.flush()  # skills point to it
    return made


def skill(provider: Provider, tag: Tag) -> Skill:
    """Let a provider know about a topic."""
    made = Skill(provider_id=provider.id, tag=tag)
    db.session.add(made)
    db.session.flush()  # rows are there when queries look
    return made


def opening_hours(organisation: Organisation, *, days: Any = None, **more: Any) -> OpeningHours:
    """Let an organisation be open from nine to five on weekdays, unless `days` says otherwise, in Amsterdam."""
    week = days or [[[540, 1020]]] * 5 + [[], []]
    row = {"time_zone": "Europe/Amsterdam", "public_holidays": list(DUTCH), "changed_at": clock.now(), **more}
    return _kept(OpeningHours(organisation_id=organisation.id, weekly={"days": week}, **row))


def own_holiday(organisation: Organisation, day: date, **more: Any) -> OwnHoliday:
    """Let an organisation be closed on this date, or open with `is_open=True`."""
    return _kept(OwnHoliday(organisation_id=organisation.id, day=day, **more))


def contact_way(provider: Provider, kind: str, value: str, **more: Any) -> ContactWay:
    """Let a provider be reached in this way."""
    return _kept(ContactWay(provider_id=provider.id, kind=kind, value=value, **more))


def _kept(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()  # tests use the id
    return row
