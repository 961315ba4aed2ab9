"""Seats at an organisation: taken, given another role, suspended, given up. The last owner stays."""

from __future__ import annotations

from typing import cast

from sqlalchemy import func, select

from app import clock
from app.accounts.models import Person
from app.accounts.policy import can_secure
from app.actor import Actor
from app.db import db, upsert
from app.errors import Conflict, NotFound
from app.organisations import policy
from app.organisations.events import (
    MemberJoined,
    MemberLeft,
    MemberResumed,
    MemberRoleChanged,
    MemberSuspended,
    Role,
)
from app.organisations.models import Membership, Organisation, is_seated
from app.outbox.record import record
from app.verdict import SENTENCES, require


def take_seat(
    actor: Actor, organisation: Organisation, person_id: int, *, role: str, invitation_id: int | None = None
) -> None:
    """Give a person a seat, or the one she had before, in this role. Raises Conflict when she has one now.

    Whether the actor may, the caller has asked.
    """
    now = clock.now()
    row = {"person_id": person_id, "organisation_id": organisation.id, "role": role, "title": "", "since": now}
    again = {"role": role, "since": now, "ended_at": None, "suspended_at": None}
    seated = (
        upsert(Membership)
        .values(row)
        .on_conflict_do_update(
            index_elements=["person_id", "organisation_id"], set_=again, where=Membership.ended_at.is_not(None)
        )
    )
    if db.session.execute(seated.returning(Membership.id)).one_or_none() is None:
        raise Conflict("seated_already", SENTENCES["seated_already"])
    joined = MemberJoined(
        organisation_id=organisation.id, person_id=person_id, role=cast(Role, role), invitation_id=invitation_id
    )
    record(joined, by=actor)


def change_role(actor: Actor, seat: Membership, role: str) -> None:
    """Give a member another role. Raises NotAllowed as policy says, also where it is the last owner's."""
    hold_seats(seat)
    require(policy.can_change_seat(actor, seat))
    require(policy.can_give_role(actor, seat.organisation_id, role))
    before = seat.role
    if role == before:
        return
    require(policy.can_give_up(seat, other_owners=_other_owners(seat)))
    seat.role = role
    changed = MemberRoleChanged(
        organisation_id=seat.organisation_id,
        person_id=seat.person_id,
        role_before=cast(Role, before),
        role=cast(Role, role),
    )
    record(changed, by=actor.in_capacity(seat.organisation_id))


def suspend(actor: Actor, seat: Membership) -> None:
    """Take a member's seat for the time being; who is suspended already stays so."""
    hold_seats(seat)
    require(policy.can_change_seat(actor, seat))
    require(policy.can_give_up(seat, other_owners=_other_owners(seat)))
    if seat.suspended_at is None:
        seat.suspended_at = clock.now()
        suspended = MemberSuspended(organisation_id=seat.organisation_id, person_id=seat.person_id)
        record(suspended, by=actor.in_capacity(seat.organisation_id))


def resume(actor: Actor, seat: Membership) -> None:
    """Give a suspended member her seat again."""
    hold_seats(seat)
    require(policy.can_change_seat(actor, seat))
    if seat.suspended_at is not None:
        seat.suspended_at = None
        resumed = MemberResumed(organisation_id=seat.organisation_id, person_id=seat.person_id)
        record(resumed, by=actor.in_capacity(seat.organisation_id))


def remove(actor: Actor, seat: Membership) -> None:
    """Take a member's seat."""
    hold_seats(seat)
    require(policy.can_change_seat(actor, seat))
    _end(actor, seat, by_herself=False)


def leave(actor: Actor, seat: Membership) -> None:
    """Give up one's own seat; also a suspended one, and also while one is suspended oneself."""
    hold_seats(seat)
    require(can_secure(actor))
    if seat.person_id != actor.person_id:
        raise NotFound
    _end(actor, seat, by_herself=True)


def hold_seats(seat: Membership) -> None:
    """Lock the organisation's row and read the seat anew: of two last owners who leave at once, one stays.

    Raises NotFound when the seat is given up by now.
    """
    db.session.execute(select(Organisation.id).where(Organisation.id == seat.organisation_id).with_for_update())
    db.session.refresh(seat)
    if seat.ended_at is not None:
        raise NotFound


def _end(actor: Actor, seat: Membership, *, by_herself: bool) -> None:
    require(policy.can_give_up(seat, other_owners=_other_owners(seat)))
    seat.ended_at = clock.now()
    left = MemberLeft(organisation_id=seat.organisation_id, person_id=seat.person_id, by_herself=by_herself)
    record(left, by=actor.in_capacity(seat.organisation_id))


def _other_owners(seat: Membership) -> int:
    others = (
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == seat.organisation_id, Membership.role == "owner", is_seated())
        .where(Membership.id != seat.id, Person.suspended_at.is_(None), Person.erased_at.is_(None))
    )
    return db.session.scalar(others) or 0
