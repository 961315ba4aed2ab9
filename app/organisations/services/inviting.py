"""Asking people to take a seat, by mail: who has an account signs in, who has none makes one with the letter's link."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from sqlalchemy import delete, select, update

from app import clock
from app.accounts.addresses import Address
from app.accounts.joining import join
from app.accounts.models import Login, MailProof, Person
from app.accounts.policy import can_present
from app.accounts.sessions import in_person
from app.accounts.tokens import digest, new_token
from app.actor import Actor
from app.db import changed_rows, db, transaction, upsert
from app.errors import Invalid, NotFound
from app.mail import write_letter
from app.organisations import policy
from app.organisations.events import InvitationWithdrawn, MemberInvited, Role
from app.organisations.models import Invitation, Membership, Organisation
from app.organisations.services.seats import take_seat
from app.outbox.record import record
from app.verdict import SENTENCES, require
from app.web.addresses import full_address

LASTS = timedelta(days=14)
KEPT = timedelta(days=30)


def invite(actor: Actor, organisation: Organisation, address: Address, *, role: str, language: str) -> Invitation:
    """Write a mail address a letter with a link that gives a seat, once.

    Raises NotAllowed as policy says, and Invalid where whoever has this address is seated or was asked already.
    """
    require(policy.can_give_role(actor, organisation.id, role))
    assert actor.person_id is not None, "the policy lets persons only"
    if _is_seated(organisation, address):
        raise Invalid("seated_already", SENTENCES["seated_already"], field="email")
    now, token = clock.now(), new_token()
    _withdraw_expired(organisation, address)
    row = {
        "organisation_id": organisation.id,
        "email": address.shown,
        "email_key": address.key,
        "role": role,
        "token_digest": digest(token),
        "invited_by_id": actor.person_id,
        "created_at": now,
        "expires_at": now + LASTS,
    }
    # Inserted where nobody asked before, not looked up first: two managers may think of the same person.
    made = db.session.scalar(upsert(Invitation).values(row).on_conflict_do_nothing().returning(Invitation.id))
    if made is None:
        raise Invalid("invited_already", SENTENCES["invited_already"], field="email")
    write_letter(
        "organisations/invitation",
        to=address.plain,
        language=language,
        organisation=organisation.name,
        link=full_address("organisations.invitation", token=token),
    )
    invited = MemberInvited(invitation_id=made, organisation_id=organisation.id, role=cast(Role, role))
    record(invited, by=actor.in_capacity(organisation.id))
    return db.session.get_one(Invitation, made)


def withdraw(actor: Actor, invitation: Invitation) -> None:
    """Make an invitation worthless. Raises NotFound when it was taken up or withdrawn already."""
    require(policy.can_give_role(actor, invitation.organisation_id, invitation.role))
    if not _move(invitation, withdrawn_at=clock.now()):
        raise NotFound
    gone = InvitationWithdrawn(invitation_id=invitation.id, organisation_id=invitation.organisation_id)
    record(gone, by=actor.in_capacity(invitation.organisation_id))


def accept(actor: Actor, invitation: Invitation) -> None:
    """Take the seat. Raises NotFound when the invitation is over, Conflict when the actor is seated already."""
    require(can_present(actor))
    assert actor.person_id is not None, "the policy lets persons only"
    _use_up(invitation, actor.person_id)
    take_seat(actor, invitation.organisation, actor.person_id, role=invitation.role, invitation_id=invitation.id)


def join_with(invitation: Invitation, *, name: str, password_hash: str, language: str) -> Person:
    """Make the account of somebody who has none, with the address the letter proved, and take the seat.

    Raises Conflict when the address is somebody's by now.
    """
    now = clock.now()
    proof = MailProof(
        purpose="sign_up",
        email=invitation.email,
        name=name,
        password_hash=password_hash,
        language=language,
        created_at=now,
        expires_at=now + LASTS,
        letter_due=False,  # the invitation's letter was the proof
    )
    db.session.add(proof)
    db.session.flush()  # joining uses it up by its id
    person = join(proof)
    accept(in_person(person), invitation)
    return person


def forget_old_invitations() -> None:
    """Delete invitations a month after their end: they hold addresses of people who never came. A job."""
    with transaction() as session:
        session.execute(delete(Invitation).where(Invitation.expires_at < clock.now() - KEPT))


def _use_up(invitation: Invitation, person_id: int) -> None:
    now = clock.now()
    if invitation.organisation.closed_at is not None or invitation.expires_at <= now:
        raise NotFound
    if not _move(invitation, accepted_at=now, accepted_by_id=person_id):
        raise NotFound


def _move(invitation: Invitation, **values: object) -> bool:
    is_open = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    return (
        changed_rows(
            db.session.execute(update(Invitation).where(Invitation.id == invitation.id, *is_open).values(**values))
        )
        == 1
    )


def _is_seated(organisation: Organisation, address: Address) -> bool:
    seat = (
        select(Membership.id)
        .join(Login, Login.person_id == Membership.person_id)
        .where(Membership.organisation_id == organisation.id, Membership.ended_at.is_(None))
        .where(Login.email_key == address.key)
    )
    return db.session.scalar(seat) is not None


def _withdraw_expired(organisation: Organisation, address: Address) -> None:
    now = clock.now()
    theirs = (Invitation.organisation_id == organisation.id, Invitation.email_key == address.key)
    is_over = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at <= now)
    db.session.execute(update(Invitation).where(*theirs, *is_over).values(withdrawn_at=now))
