"""Rows of organisations for tests."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from app import clock
from app.accounts.models import Person
from app.accounts.tokens import digest
from app.db import db
from app.organisations.acting_models import Engagement, Representation
from app.organisations.models import Domain, IdentityCheck, Invitation, Membership, Organisation

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
    """Give a person a seat at an organisation, as member unless `role` says otherwise."""
    made = Membership(person=person, organisation=organisation, **{"role": "member", "since": clock.now(), **more})
    db.session.add(made)
    db.session.flush()  # tests use the id
    return made


def engagement(principal: Organisation, agency: Organisation, *scopes: str, by: Person, **more: Any) -> Engagement:
    """Let `agency` act for `principal`, in questions and cases unless `scopes` says otherwise; in force by default."""
    now = clock.now()
    row = {"since": now, "offered_at": now, "accepted_at": now, "accepted_by_id": by.id, **more}
    made = Engagement(
        principal=principal, agency=agency, scopes=list(scopes or ("questions", "cases")), offered_by_id=by.id, **row
    )
    return _kept(made)


def representation(person: Person, by_person: Person, *scopes: str, **more: Any) -> Representation:
    """Let `by_person` act for `person`, in questions and cases unless `scopes` says otherwise; in force by default."""
    now = clock.now()
    row = {"relation": "family", "asked_at": now, "consented_at": now, "until": now + timedelta(days=365), **more}
    row.setdefault("asked_by_id", person.id)
    made = Representation(person=person, by_person=by_person, scopes=list(scopes or ("questions", "cases")), **row)
    return _kept(made)


def invitation(organisation: Organisation, email: str, *, by: Person, token: str = "", **more: Any) -> Invitation:
    """Ask a mail address to take a seat, as member unless `role` says otherwise; `token` is what its letter held."""
    now = clock.now()
    row = {"role": "member", "created_at": now, "expires_at": now + timedelta(days=14), **more}
    secret = digest(token or f"invitation {next(_numbers)}")
    made = Invitation(
        organisation=organisation, email=email, email_key=email, token_digest=secret, invited_by_id=by.id, **row
    )
    return _kept(made)


def domain(organisation: Organisation, name: str, **more: Any) -> Domain:
    """Let an organisation say that a domain is its own; `verified_at` and `how` prove it."""
    row = {"record_token": f"samen-domain={next(_numbers)}", "created_at": clock.now(), **more}
    return _kept(Domain(organisation=organisation, domain=name, **row))


def identity_check(by: Person, *, person: Person | None = None, organisation: Organisation | None = None) -> Any:
    """Let an operator have checked who a person or an organisation is."""
    checked = person or organisation
    assert checked is not None
    subject = {"person_id": person.id if person else None, "organisation_id": organisation.id if organisation else None}
    row = {"name_then": checked.name, "how": "register", "checked_by_id": by.id, "checked_at": clock.now()}
    return _kept(IdentityCheck(**subject, **row))


def _kept(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()  # tests use the id
    return row
