"""Drafts for tests, written directly."""

from __future__ import annotations

from typing import Any

from app import clock
from app.accounts.models import Person
from app.db import db
from app.drafts.models import Draft


def draft(person: Person, place: str = "ask", *, fields: dict[str, str] | None = None, **more: Any) -> Draft:
    """Make a draft of a person."""
    fields = fields or {"title": "Why does the tap drip?", "body": "It drips at night."}
    made = Draft(person_id=person.id, place=place, fields=fields, **{"saved_at": clock.now(), **more})
    db.session.add(made)
    db.session.flush()  # as the service leaves it
    return made
