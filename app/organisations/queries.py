"""Reading organisations. A customer organisation is known to its own members only: it asks, nothing more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select

from app.actor import Actor
from app.db import db
from app.errors import NotFound
from app.organisations.models import Organisation

IN_PUBLIC = ("front_desk", "service", "partner")


def organisations_for(viewer: Actor) -> Sequence[Organisation]:
    """Return the organisations the viewer may know, by name."""
    return db.session.scalars(select(Organisation).where(_known_to(viewer)).order_by(Organisation.name)).all()


def organisation_for(viewer: Actor, slug: str) -> Organisation:
    """Return the organisation with this slug. Raises NotFound when absent, closed or hidden."""
    found = db.session.scalars(select(Organisation).where(Organisation.slug == slug, _known_to(viewer))).one_or_none()
    if found is None:
        raise NotFound
    return found


def _known_to(viewer: Actor) -> ColumnElement[bool]:
    own = [seat.organisation_id for seat in viewer.seats]
    return Organisation.closed_at.is_(None) & or_(Organisation.kind.in_(IN_PUBLIC), Organisation.id.in_(own))
