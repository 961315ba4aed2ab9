"""Rows of the desk for tests, written directly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from app import clock
from app.accounts.models import Person
from app.cases.models.cases import Case
from app.cases.models.clocks import CaseClock
from app.cases.models.desk import CannedText, DeskAct, DeskView
from app.db import db, folded
from app.organisations.models import Organisation


def runs(case: Case, *, hours: float = 24, kind: str = "next_update", warn_hours: float = 1) -> CaseClock:
    """Let a clock of the case run out in so many hours; it warns so many hours before."""
    now = clock.now()
    due_at = now + timedelta(hours=hours)
    made = CaseClock(
        help_request_id=case.id,
        kind=kind,
        organisation_id=case.holder_organisation_id,
        target_minutes=1440,
        phase="running",
        since=now,
        used_s=0,
        due_at=due_at,
        warn_at=due_at - timedelta(hours=warn_hours),
    )
    db.session.add(made)
    db.session.flush()
    case.first_due_at = db.session.scalar(
        select(func.min(CaseClock.due_at)).where(CaseClock.help_request_id == case.id)
    )
    db.session.flush()
    return made


def text(
    organisation: Organisation, *, name: str = "Which month?", body: str = "Dear {customer},", **more: Any
) -> CannedText:
    """Make a canned text."""
    defaults = {"language": "en", "changed_at": clock.now()}
    made = CannedText(
        organisation_id=organisation.id, name=name, name_key=folded(name), body=body, **{**defaults, **more}
    )
    db.session.add(made)
    db.session.flush()
    return made


def view(organisation: Organisation, *, person: Person | None = None, name: str = "Bills", **asked: str) -> DeskView:
    """Make a saved view: a person's, or the organisation's."""
    made = DeskView(
        organisation_id=organisation.id,
        person_id=person.id if person else None,
        name=name,
        name_key=folded(name),
        asked=asked or {"q": "bill"},
        made_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def act(case: Case, person: Person, *, kind: str = "claimed") -> DeskAct:
    """Make an act that this person did to a case and may undo."""
    made = DeskAct(
        kind=kind,
        person_id=person.id,
        organisation_id=case.holder_organisation_id,
        cases_count=1,
        details={"cases": [{"id": case.id, "version": case.row_version}]},
        done_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made
