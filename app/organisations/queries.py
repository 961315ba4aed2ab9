"""Reading organisations. A customer organisation is known to its own members only: it asks, nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Text, bindparam, cast, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, contains_eager, joinedload

from app import clock
from app.accounts.models import Person
from app.accounts.tokens import digest
from app.actor import Actor, Seat, Work
from app.db import db
from app.errors import NotFound
from app.organisations.acting_models import Engagement, is_engaged
from app.organisations.models import (
    ROLES,
    Domain,
    IdentityCheck,
    Invitation,
    Membership,
    Organisation,
    is_seated,
)

IN_PUBLIC = ("front_desk", "service", "partner")


@dataclass(frozen=True)
class Proof:
    """What shows that an organisation is who it says it is: the identity check that stands, and its domains."""

    check: IdentityCheck | None
    domains: Sequence[str]


def organisations_for(viewer: Actor) -> Sequence[Organisation]:
    """Return the organisations the viewer may know, by name."""
    return db.session.scalars(select(Organisation).where(_known_to(viewer)).order_by(Organisation.name)).all()


def organisation_for(viewer: Actor, slug: str) -> Organisation:
    """Return the organisation with this slug. Raises NotFound when absent, closed or hidden."""
    found = db.session.scalars(select(Organisation).where(Organisation.slug == slug, _known_to(viewer))).one_or_none()
    if found is None:
        raise NotFound
    return found


def console_for(viewer: Actor, slug: str) -> tuple[Organisation, Sequence[Organisation]]:
    """Return an organisation the viewer has a seat at, also through its agency, and the others where she has one.
    Raises NotFound where she has none there.
    """
    mine = organisations_at(viewer)
    found = next((each for each in mine if each.slug == slug), None)
    if found is None:
        raise NotFound
    return found, [each for each in mine if each is not found]


def organisations_at(viewer: Actor) -> Sequence[Organisation]:
    """Return the organisations the viewer has a seat at, also through an agency, by name."""
    ids = {seat.organisation_id for seat in viewer.seats}
    return db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)).all()


def own_organisation_for(viewer: Actor, slug: str) -> Organisation:
    """Return an organisation of which the viewer is a member herself. Raises NotFound else."""
    return _at_which(viewer.own_seats, slug)


def organisation_with(organisation_id: int) -> Organisation:
    """Return an organisation by its id. Raises NotFound when absent or closed."""
    found = db.session.get(Organisation, organisation_id)
    if found is None or found.closed_at is not None:
        raise NotFound
    return found


def proof_of(organisation_id: int) -> Proof:
    """Return what shows that an organisation is who it says it is; one statement."""
    is_checked = (IdentityCheck.organisation_id == Organisation.id) & IdentityCheck.withdrawn_at.is_(None)
    is_proved = (Domain.organisation_id == Organisation.id) & Domain.verified_at.is_not(None)
    rows: Sequence[Any] = db.session.execute(
        select(IdentityCheck, Domain.domain)
        .select_from(Organisation)
        .outerjoin(IdentityCheck, is_checked)
        .outerjoin(Domain, is_proved & Domain.removed_at.is_(None))
        .where(Organisation.id == organisation_id)
        .order_by(Domain.domain)
    ).all()
    return Proof(rows[0][0] if rows else None, [domain for _check, domain in rows if domain is not None])


def team_of(organisation: Organisation) -> Sequence[Membership]:
    """Return who has a seat, suspended ones too, with the people: owners first, then by name."""
    seats = db.session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation.id, Membership.ended_at.is_(None))
        .options(contains_eager(Membership.person))
        .order_by(Person.name, Person.id)
    ).all()
    return sorted(seats, key=lambda seat: ROLES.index(seat.role))


def seat_at(organisation: Organisation, membership_id: int) -> Membership:
    """Return a seat at this organisation. Raises NotFound when it is elsewhere, or given up."""
    seat = db.session.get(Membership, membership_id)
    if seat is None or seat.organisation_id != organisation.id or seat.ended_at is not None:
        raise NotFound
    return seat


def seats_of(viewer: Actor) -> Sequence[Membership]:
    """Return the viewer's own seats, suspended ones too."""
    return db.session.scalars(
        select(Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.person_id == viewer.person_id, Membership.ended_at.is_(None), Organisation.closed_at.is_(None)
        )
        .options(contains_eager(Membership.organisation))
        .order_by(Organisation.name)
    ).all()


def own_seat(viewer: Actor, membership_id: int) -> Membership:
    """Return a seat of the viewer's own. Raises NotFound when it is another's, or given up."""
    seat = db.session.get(Membership, membership_id)
    if seat is None or seat.person_id != viewer.person_id or seat.ended_at is not None:
        raise NotFound
    return seat


def invitations_to(organisation: Organisation) -> Sequence[Invitation]:
    """Return the invitations that may still be taken up, the newest first."""
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.organisation_id == organisation.id, _is_open())
        .order_by(Invitation.id.desc())
    ).all()


def invitation_at(organisation: Organisation, invitation_id: int) -> Invitation:
    """Return an invitation to this organisation. Raises NotFound when it is elsewhere or over."""
    found = db.session.scalars(
        select(Invitation).where(
            Invitation.id == invitation_id, Invitation.organisation_id == organisation.id, _is_open()
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def invitation_with(token: str, *, within: Session | None = None) -> Invitation | None:
    """Return the invitation whose letter held this token, while it may be taken up."""
    offered = (
        select(Invitation)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.token_digest == digest(token), _is_open(), Organisation.closed_at.is_(None))
        .options(contains_eager(Invitation.organisation))
    )
    return (within or db.session()).scalars(offered).one_or_none()


def domains_of(organisation: Organisation) -> Sequence[Domain]:
    """Return the domains an organisation says are its own, by name."""
    return db.session.scalars(
        select(Domain)
        .where(Domain.organisation_id == organisation.id, Domain.removed_at.is_(None))
        .order_by(Domain.domain)
    ).all()


def domain_at(organisation: Organisation, domain_id: int) -> Domain:
    """Return a domain of this organisation. Raises NotFound when it is another's, or given up."""
    found = db.session.get(Domain, domain_id)
    if found is None or found.organisation_id != organisation.id or found.removed_at is not None:
        raise NotFound
    return found


def domain_with(token: str) -> Domain | None:
    """Return the domain whose letter held this token, while it proves something."""
    return db.session.scalars(
        select(Domain)
        .where(Domain.mail_token_digest == digest(token), Domain.mail_expires_at > clock.now())
        .where(Domain.removed_at.is_(None))
        .options(joinedload(Domain.organisation))
    ).one_or_none()


def people_at(organisation_id: int | InstrumentedAttribute[int] | BindParameter[int], work: Work) -> Select[int]:
    """Return the query for the ids of who has a seat at an organisation for this work: its own, and its agencies'.

    The organisation may be a column of another query that this one becomes a part of, and the query may be kept: what
    the time is, it asks when it runs. The other side of `Actor.works_for`; who is suspended herself is the caller's to
    leave out.
    """
    agency, principal = aliased(Organisation), aliased(Organisation)
    now: BindParameter[datetime] = bindparam("people_at_now", callable_=clock.now)
    engaged = (
        select(Engagement.agency_organisation_id)
        .join(agency, agency.id == Engagement.agency_organisation_id)
        .where(Engagement.principal_organisation_id == organisation_id, is_engaged(now))
        .where(cast(Engagement.scopes, Text).contains(f'"{work}"'), agency.closed_at.is_(None))
    )
    return (
        select(Membership.person_id)
        .join(principal, principal.id == organisation_id)
        .where(is_seated(), principal.closed_at.is_(None))
        .where(or_(Membership.organisation_id == organisation_id, Membership.organisation_id.in_(engaged)))
    )


def _at_which(seats: Iterable[Seat], slug: str) -> Organisation:
    ids = {seat.organisation_id for seat in seats}
    found = db.session.scalars(select(Organisation).where(Organisation.slug == slug)).one_or_none()
    if found is None or found.id not in ids:
        raise NotFound
    return found


def _is_open() -> ColumnElement[bool]:
    is_waiting = Invitation.accepted_at.is_(None) & Invitation.withdrawn_at.is_(None)
    return is_waiting & (Invitation.expires_at > clock.now())


def _known_to(viewer: Actor) -> ColumnElement[bool]:
    own = [seat.organisation_id for seat in viewer.seats]
    return Organisation.closed_at.is_(None) & or_(Organisation.kind.in_(IN_PUBLIC), Organisation.id.in_(own))
