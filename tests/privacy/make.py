"""Rows of details, asks and grants."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app import clock
from app.accounts.models import Person
from app.db import db
from app.organisations.models import Organisation
from app.privacy.models import DetailAsk, Grant, PersonalDetail


def detail(whose: Person, kind: str = "licence_plate", value: str = "AB-123-C", **more: Any) -> PersonalDetail:
    """Return a detail that a person gave herself."""
    defaults = {"given_at": clock.now(), "given_by_id": whose.id, "label": ""}
    return _kept(PersonalDetail(person_id=whose.id, kind=kind, value=value, **{**defaults, **more}))


def grant(whose: Person, organisation: Organisation, *kinds: str, **more: Any) -> Grant:
    """Return a grant in force, for the licence plate unless other kinds are named, in every request."""
    defaults: dict[str, Any] = {
        "purpose": "handle_request",
        "kinds": list(kinds or ("licence_plate",)),
        "given_at": clock.now() - timedelta(hours=1),
        "given_by_id": whose.id,
    }
    return _kept(Grant(person_id=whose.id, organisation_id=organisation.id, **{**defaults, **more}))


def ask(whose: Person, organisation: Organisation, by: Person, help_request_id: int, **more: Any) -> DetailAsk:
    """Return an ask for the licence plate that waits for an answer."""
    defaults: dict[str, Any] = {
        "purpose": "handle_request",
        "kinds": ["licence_plate"],
        "reason": "",
        "is_again": False,
        "asked_at": clock.now(),
        "asked_by_id": by.id,
    }
    columns = {**defaults, **more}
    return _kept(
        DetailAsk(person_id=whose.id, organisation_id=organisation.id, help_request_id=help_request_id, **columns)
    )


def _kept(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()  # tests use the id
    return row
