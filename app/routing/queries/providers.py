"""Providers as pages show them, and which of them the viewer is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.shelves import Tag
from app.db import db
from app.organisations.capacity import capacity_word
from app.organisations.models import Organisation
from app.providers.models import Provider


@dataclass(frozen=True)
class Helper:
    """A provider as pages show it. `handle` is empty for a desk."""

    provider_id: int
    name: str
    handle: str
    capacity: str
    organisation: str | None


# What a Helper is made of, in a query about providers that went `with_names`.
HELPER_COLUMNS = (
    Provider.id,
    Person.name.label("person_name"),
    Person.handle,
    Organisation.name.label("organisation_name"),
    Organisation.kind,
)


def own_providers(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition for providers that are the viewer: her own rows and the desks of where she works."""
    works_for = [seat.organisation_id for seat in viewer.seats if seat.covers("questions")]
    desks = and_(Provider.person_id.is_(None), Provider.organisation_id.in_(works_for))
    return or_(Provider.person_id == viewer.person_id, desks)


def providers_since(viewer: Actor, moment: datetime) -> set[int]:
    """Return the viewer's capacities that were there at this moment."""
    return set(db.session.scalars(select(Provider.id).where(own_providers(viewer), Provider.created_at <= moment)))


def helpers_called(provider_ids: Iterable[int]) -> dict[int, Helper]:
    """Return names and capacities of providers."""
    rows = db.session.execute(with_names(select(*HELPER_COLUMNS)).where(Provider.id.in_(sorted(set(provider_ids)))))
    return {row.id: helper_of(row) for row in rows}


def tag_names(tag_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of these topics that are tags."""
    wanted = sorted({each for each in tag_ids if each > 0})
    if not wanted:
        return {}
    return {row.id: row.name for row in db.session.execute(select(Tag.id, Tag.name).where(Tag.id.in_(wanted)))}


def topics_in(candidates: Iterable[dict[str, Any]]) -> dict[int, str]:
    """Return the names of the topics that the reasons of these candidates speak of."""
    numbers = (reason["numbers"] for kept in candidates for reason in kept.get("reasons", ()))
    return tag_names(int(each["topic"]) for each in numbers if "topic" in each)


def with_names(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join the person and the organisation of each provider to a query about providers."""
    query = query.outerjoin(Person, Person.id == Provider.person_id)
    return query.outerjoin(Organisation, Organisation.id == Provider.organisation_id)


def helper_of(row: Any) -> Helper:
    """Return a provider by its HELPER_COLUMNS: its person, else its organisation's desk."""
    person, organisation = row.person_name, row.organisation_name
    capacity = capacity_word(row.kind) if person is not None else "desk"
    return Helper(row.id, person or organisation or "", row.handle or "", capacity, organisation)
