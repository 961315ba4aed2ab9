"""Rows of promises and points for tests, written directly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app import clock
from app.accounts.models import Person
from app.cases.models.cases import Case
from app.cases.models.promises import CasePoint, Promise
from app.db import db


def promise(case: Case, by: Person, **more: Any) -> Promise:
    """Make an open promise of the holder's, for tomorrow."""
    now = clock.now()
    due_at = more.pop("due_at", now + timedelta(days=1))
    defaults: dict[str, Any] = {"kind": "call", "words": "Anna calls you.", "made_at": now, "first_due_at": due_at}
    made = Promise(
        help_request_id=case.id,
        by_organisation_id=case.holder_organisation_id,
        by_person_id=by.id,
        to_person_id=case.asker_id,
        due_at=due_at,
        **{**defaults, **more},
    )
    return _kept(made)


def point(case: Case, by: Person, kind: str = "understanding", **more: Any) -> CasePoint:
    """Make a point that waits for an answer."""
    defaults: dict[str, Any] = {"words": "The bill of May is 12 euro too high.", "put_at": clock.now()}
    if kind == "dispute":
        defaults["about"] = "amount"
    return _kept(CasePoint(help_request_id=case.id, kind=kind, by_person_id=by.id, **{**defaults, **more}))


def _kept(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()  # its id is used at once
    return row
