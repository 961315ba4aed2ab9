"""Rows of providers for tests."""

from __future__ import annotations

from typing import Any

from app import clock
from app.accounts.models import Person
from app.community.models.shelves import Tag
from app.db import db
from app.organisations.models import Organisation
from app.providers.models import Provider, Skill


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
