"""The demo's organisations as one can deal with them: open when, reached how, proved by what; and who acts for whom."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.db import db
from app.importers.demo_ids import DemoIds
from app.importers.demo_texts import FOLDER
from app.organisations.acting_models import Engagement, Representation
from app.organisations.models import Domain, IdentityCheck, Organisation
from app.providers.calendars import TIME_ZONE
from app.providers.holidays import DUTCH
from app.providers.models import ContactWay, OpeningHours, Provider

A_YEAR = timedelta(days=365)
DAYS_A_WEEK = 7


def load_acting(ids: DemoIds, now: datetime) -> None:
    """Add opening hours, ways to reach a human, proofs, an engagement and a representation. The desks are there."""
    told: dict[str, Any] = json.loads((FOLDER / "acting.json").read_text(encoding="utf-8"))
    for office in told["offices"]:
        _load_office(office, ids.organisations[office["organisation"]], now)
    checked = {"how": "register", "checked_by_id": ids.people[told["checked_by"]], "checked_at": now - A_YEAR}
    for organisation in db.session.scalars(select(Organisation).where(Organisation.id.in_(ids.organisations.values()))):
        db.session.add(IdentityCheck(organisation_id=organisation.id, name_then=organisation.name, **checked))
    _load_agreements(told["engagement"], told["representation"], ids, now)
    db.session.flush()  # what follows reads and adds without the session's objects


def _load_office(office: dict[str, Any], organisation_id: int, now: datetime) -> None:
    desk = (Provider.organisation_id == organisation_id, Provider.person_id.is_(None))
    db.session.execute(update(Provider).where(*desk).values(region=office["region"]))
    values = {"website": office["website"]}
    db.session.execute(update(Organisation).where(Organisation.id == organisation_id).values(**values))
    desk_id = db.session.scalars(select(Provider.id).where(*desk)).one()
    db.session.add_all(ContactWay(provider_id=desk_id, **way) for way in office["ways"])
    opened = office["open"]["days"]
    days = [office["open"]["hours"]] * opened + [[]] * (DAYS_A_WEEK - opened)
    holidays = [code for code in DUTCH if code not in {"good_friday", "liberation_day"}]
    hours = {"time_zone": TIME_ZONE, "weekly": {"days": days}, "public_holidays": holidays, "changed_at": now}
    db.session.add(OpeningHours(organisation_id=organisation_id, **hours))
    proved = {"created_at": now - A_YEAR, "verified_at": now - A_YEAR, "how": "dns"}
    token = f"samen-domain={office['organisation']}"
    db.session.add(Domain(organisation_id=organisation_id, domain=office["domain"], record_token=token, **proved))


def _load_agreements(engagement: dict[str, Any], representation: dict[str, Any], ids: DemoIds, now: datetime) -> None:
    began = now - timedelta(days=engagement["days_ago"])
    db.session.add(
        Engagement(
            principal_organisation_id=ids.organisations[engagement["principal"]],
            agency_organisation_id=ids.organisations[engagement["agency"]],
            scopes=engagement["scopes"],
            since=began,
            until=now + A_YEAR,
            offered_by_id=ids.people[engagement["offered_by"]],
            offered_at=began,
            accepted_by_id=ids.people[engagement["accepted_by"]],
            accepted_at=began,
        )
    )
    asked = now - timedelta(days=representation["days_ago"])
    db.session.add(
        Representation(
            person_id=ids.people[representation["person"]],
            by_person_id=ids.people[representation["by_person"]],
            relation=representation["relation"],
            scopes=representation["scopes"],
            until=now + A_YEAR,
            asked_by_id=ids.people[representation["person"]],
            asked_at=asked,
            consented_at=asked,
        )
    )
