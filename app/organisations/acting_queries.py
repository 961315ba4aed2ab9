"""Reading who acts for whom: engagements of organisations, representations of people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.actor import Actor
from app.db import db, folded
from app.errors import Invalid, NotFound
from app.organisations.acting_models import Engagement, Representation
from app.organisations.models import Organisation
from app.verdict import SENTENCES

MOST_SHOWN = 100


def engagements_of(organisation: Organisation) -> Sequence[Engagement]:
    """Return an organisation's engagements on either side, past ones too, the newest first."""
    return db.session.scalars(
        select(Engagement)
        .where(_takes_part(organisation))
        .options(joinedload(Engagement.principal), joinedload(Engagement.agency))
        .order_by(Engagement.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def engagement_at(organisation: Organisation, engagement_id: int) -> Engagement:
    """Return an engagement in which this organisation is one side. Raises NotFound else."""
    found = db.session.scalars(
        select(Engagement).where(Engagement.id == engagement_id, _takes_part(organisation))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def representations_of(viewer: Actor) -> Sequence[Representation]:
    """Return in which the viewer is one of the two, past ones too, the newest first."""
    return db.session.scalars(
        select(Representation)
        .where(_is_one_of_two(viewer))
        .options(joinedload(Representation.person), joinedload(Representation.by_person))
        .order_by(Representation.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def representation_for(viewer: Actor, representation_id: int) -> Representation:
    """Return a representation in which the viewer is one of the two. Raises NotFound else."""
    found = db.session.scalars(
        select(Representation).where(Representation.id == representation_id, _is_one_of_two(viewer))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def person_called(handle: str) -> Person:
    """Return the person of this handle, with whom something can be agreed. Raises Invalid when there is none."""
    there = (Person.can_sign_in, Person.erased_at.is_(None), Person.merged_into_id.is_(None))
    found = db.session.scalars(
        select(Person).where(Person.handle_key == folded(handle.strip().removeprefix("@")), *there)
    ).one_or_none()
    if found is None:
        raise Invalid("nobody_called_this", SENTENCES["nobody_called_this"], field="handle")
    return found


def _takes_part(organisation: Organisation) -> ColumnElement[bool]:
    parties = (Engagement.principal_organisation_id, Engagement.agency_organisation_id)
    return or_(*(each == organisation.id for each in parties))


def _is_one_of_two(viewer: Actor) -> ColumnElement[bool]:
    return or_(Representation.person_id == viewer.person_id, Representation.by_person_id == viewer.person_id)
