"""Rows of organisations for tests."""

from __future__ import annotations

import itertools
from typing import Any

from app import clock
from app.accounts.models import Person
from app.db import db
from app.organisations.models import Membership, Organisation

_numbers = itertools.count(1)


def organisation(name: str = "", *, kind: str = "service", **more: Any) -> Organisation:
    """Make an organisation; `kind` is service, partner, customer or front_desk (at most one of that)."""
    number = next(_numbers)
    name = name or f"Organisation {number}"
    slug = more.pop("slug", f"{'-'.join(name.lower().split())}-{number}")
    made = Organisation(
        kind=kind, name=name, slug=slug, **{"languages": ["nl", "en"], "created_at": clock.now(), **more}
    )
    db.session.add(made)
    db.session.flush()  # members point to it
    return made


def membership(person: Person, organisation: Organisation, **more: Any) -> Membership:
    """Give a person a seat at an organisation, as member unless `role="admin"`."""
    made = Membership(person=person, organisation=organisation, **{"role": "member", "since": clock.now(), **more})
    db.session.add(made)
    db.session.flush()  # tests use the id
    return made
