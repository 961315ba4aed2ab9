"""What organisations holds about a person: where she works and worked, and for whom she acts, or who acts for her."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import joinedload

from app.db import db
from app.organisations.acting_models import Engagement, Representation
from app.organisations.models import IdentityCheck, Invitation, Membership

TABLES: tuple[str, ...] = ("memberships", "invitations", "identity_checks", "engagements", "representations")


def export(person_id: int) -> dict[str, Any]:
    """Return a person's seats, invitations, identity checks and representations, past ones too, as JSON values."""
    seats = db.session.scalars(
        select(Membership)
        .where(Membership.person_id == person_id)
        .options(joinedload(Membership.organisation))
        .order_by(Membership.id)
    )
    invited = or_(Invitation.accepted_by_id == person_id, Invitation.invited_by_id == person_id)
    representations = db.session.scalars(select(Representation).where(_hers(person_id)).order_by(Representation.id))
    checks = db.session.scalars(
        select(IdentityCheck).where(IdentityCheck.person_id == person_id).order_by(IdentityCheck.id)
    )
    dealt_with = or_(
        Engagement.offered_by_id == person_id,
        Engagement.accepted_by_id == person_id,
        Engagement.ended_by_id == person_id,
    )
    return {
        "memberships": [
            {"organisation": seat.organisation.name}
            | _columns(seat, "role", "title", "since", "suspended_at", "ended_at")
            for seat in seats
        ],
        "invitations": [
            # The address of somebody else whom she invited is not hers to read.
            _columns(each, "organisation_id", "role", "created_at", "accepted_at")
            | ({"email": each.email} if each.accepted_by_id == person_id else {})
            for each in db.session.scalars(select(Invitation).where(invited).order_by(Invitation.id))
        ],
        "identity_checks": [_columns(each, "name_then", "how", "checked_at", "withdrawn_at") for each in checks],
        "engagements_she_dealt_with": [
            _columns(each, "principal_organisation_id", "agency_organisation_id", "offered_at", "ended_at")
            for each in db.session.scalars(select(Engagement).where(dealt_with).order_by(Engagement.id))
        ],
        "representations": [
            _columns(each, "person_id", "by_person_id", "relation", "asked_at", "consented_at", "until", "ended_at")
            | {"scopes": each.scopes}
            for each in representations
        ],
    }


def erase(person_id: int) -> None:
    """Take a person out of every organisation and everybody's name. For whom she acted stays on what she wrote."""
    db.session.execute(delete(Membership).where(Membership.person_id == person_id))
    db.session.execute(delete(Invitation).where(Invitation.accepted_by_id == person_id))
    db.session.execute(delete(Representation).where(_hers(person_id)))
    db.session.execute(delete(IdentityCheck).where(IdentityCheck.person_id == person_id))


def _hers(person_id: int) -> Any:
    return or_(Representation.person_id == person_id, Representation.by_person_id == person_id)


def _columns(row: Any, *names: str) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
