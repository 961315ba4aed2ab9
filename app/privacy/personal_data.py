"""What privacy holds about a person: what she gave, who asked, who may see it, and who looked.

Being forgotten empties her details. Grants, asks and look-ups stay as rows of numbers and kinds: that others were let
in, and that they looked, must be shown for as long as it can be asked about.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update

from app import clock
from app.db import db
from app.organisations.models import Organisation
from app.privacy.models import DetailAsk, Grant, LookUp, PersonalDetail

TABLES: tuple[str, ...] = ("personal_details", "detail_asks", "grants", "look_ups")


def export(person_id: int) -> dict[str, Any]:
    """Return everything held about a person here, as JSON values."""
    gave = select(PersonalDetail.kind, PersonalDetail.label, PersonalDetail.value, PersonalDetail.help_request_id)
    gave = gave.add_columns(PersonalDetail.given_at, PersonalDetail.confirmed_at, PersonalDetail.ended_at)
    asked = select(DetailAsk.kinds, DetailAsk.reason, DetailAsk.is_again, DetailAsk.asked_at, DetailAsk.answer)
    asked = asked.add_columns(DetailAsk.help_request_id, Organisation.name.label("organisation"))
    granted = select(Grant.purpose, Grant.kinds, Grant.help_request_id, Grant.given_at, Grant.until, Grant.withdrawn_at)
    granted = granted.add_columns(Organisation.name.label("organisation"))
    looked = select(LookUp.purpose, LookUp.kinds, LookUp.looked_at, LookUp.help_request_id)
    looked = looked.add_columns(Organisation.name.label("organisation"))
    return {
        "details": _rows(gave.where(PersonalDetail.person_id == person_id).order_by(PersonalDetail.id)),
        "asked_for_details": _rows(
            asked.join(DetailAsk.organisation).where(DetailAsk.person_id == person_id).order_by(DetailAsk.id)
        ),
        "grants": _rows(granted.join(Grant.organisation).where(Grant.person_id == person_id).order_by(Grant.id)),
        "looked_at_by": _rows(
            looked.outerjoin(Organisation, Organisation.id == LookUp.organisation_id)
            .where(LookUp.person_id == person_id)
            .order_by(LookUp.id)
        ),
        "worked_with_details": _rows(
            select(func.count().label("look_ups")).where(LookUp.by_id == person_id).having(func.count() > 0)
        ),
    }


def erase(person_id: int) -> None:
    """Empty what she said of herself, end what she allowed, and take her words out of what she asked of others."""
    now = clock.now()
    hers = update(PersonalDetail).where(PersonalDetail.person_id == person_id)
    db.session.execute(hers.values(value="", label="", ended_at=func.coalesce(PersonalDetail.ended_at, now)))
    db.session.execute(
        update(Grant)
        .where(Grant.person_id == person_id, Grant.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawn_by_id=person_id)
    )
    about_her = or_(DetailAsk.person_id == person_id, DetailAsk.asked_by_id == person_id)
    db.session.execute(update(DetailAsk).where(about_her).values(reason=""))


def _rows(query: Any) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row._mapping.items()}
        for row in db.session.execute(query)
    ]
