"""Reading people as helpers: the public page of a person, and who helps for an organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import FormerHandle, Person
from app.actor import Actor
from app.community.models.shelves import Tag
from app.db import db, folded
from app.errors import NotFound
from app.organisations.models import Membership, Organisation
from app.organisations.queries import IN_PUBLIC
from app.providers.models import Provider, Skill


@dataclass(frozen=True)
class PublicSeat:
    """A person works here, as everybody may know."""

    name: str
    slug: str
    kind: str
    title: str
    languages: Sequence[str]

    @property
    def language(self) -> str | None:
        """The language its titles are in: the first an organisation names for itself."""
        return self.languages[0] if self.languages else None


@dataclass(frozen=True)
class Helper:
    """Somebody who helps on behalf of an organisation."""

    name: str
    handle: str
    title: str
    since: datetime


def person_for(handle: str) -> Person:
    """Return the person of this handle, now or before; everybody may know her.

    Raises NotFound when absent, erased or merged.
    """
    there = select(Person).where(Person.erased_at.is_(None), Person.merged_into_id.is_(None))
    former = select(FormerHandle.person_id).where(FormerHandle.handle_key == folded(handle))
    found = (
        db.session.scalars(there.where(Person.handle_key == folded(handle))).one_or_none()
        or db.session.scalars(there.where(Person.id.in_(former))).one_or_none()
    )
    if found is None:
        raise NotFound
    return found


def seats_in_public(person: Person) -> list[PublicSeat]:
    """Return where a person works now; customer organisations keep their people to themselves."""
    rows = db.session.execute(
        select(Organisation.name, Organisation.slug, Organisation.kind, Membership.title, Organisation.languages)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person.id, Membership.ended_at.is_(None))
        .where(Organisation.closed_at.is_(None), Organisation.kind.in_(IN_PUBLIC))
        .order_by(Organisation.name)
    )
    return [PublicSeat(*row) for row in rows]


def topics_of(person_id: int) -> Sequence[str]:
    """Return what a person says she knows about, in any capacity."""
    return db.session.scalars(_skills().where(Provider.person_id == person_id)).all()


def topics_in_capacity(actor: Actor) -> Sequence[str]:
    """Return what the actor says she knows about in the capacity she acts in now."""
    capacity = actor.acting_for_organisation_id
    return db.session.scalars(
        _skills()
        .where(Provider.person_id == actor.person_id)
        .where(Provider.organisation_id.is_(None) if capacity is None else Provider.organisation_id == capacity)
    ).all()


def helpers_of(organisation_id: int) -> list[Helper]:
    """Return who helps on behalf of an organisation now, by name."""
    rows = db.session.execute(
        select(Person.name, Person.handle, Membership.title, Membership.since)
        .join(Membership, Membership.person_id == Person.id)
        .join(Provider, (Provider.person_id == Person.id) & (Provider.organisation_id == Membership.organisation_id))
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .where(Person.erased_at.is_(None), Person.suspended_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    return [Helper(*row) for row in rows]


def _skills() -> Select[str]:
    """Return the query for the names of topics that providers know about, as the tags are called now."""
    standing = aliased(Tag)
    return (
        select(standing.name)
        .join(Tag, standing.id == func.coalesce(Tag.synonym_of_id, Tag.id))
        .join(Skill, Skill.tag_id == Tag.id)
        .join(Provider, Provider.id == Skill.provider_id)
        .distinct()
        .order_by(standing.name)
    )
