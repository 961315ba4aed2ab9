"""Who may keep an organisation, and who may let whom act. Loaded objects in, a verdict out."""

from __future__ import annotations

from app.accounts.policy import can_present
from app.actor import Actor
from app.organisations.acting_models import Engagement, Representation
from app.organisations.models import Membership
from app.verdict import ALLOWED, Verdict

# The roles a manager deals with; owners and managers are the owners' business.
BELOW_MANAGER = frozenset({"member", "reader"})


def can_keep(actor: Actor, organisation_id: int) -> Verdict:
    """Owners and managers of the organisation itself, in person: profile, domains, people, engagements."""
    if not (verdict := can_present(actor)):
        return verdict
    return ALLOWED if actor.may_manage(organisation_id) else Verdict("managers_only")


def can_give_role(actor: Actor, organisation_id: int, role: str) -> Verdict:
    """Owners every role; managers that of a member or a reader."""
    if not (verdict := can_keep(actor, organisation_id)):
        return verdict
    return ALLOWED if actor.owns(organisation_id) or role in BELOW_MANAGER else Verdict("owners_only")


def can_change_seat(actor: Actor, seat: Membership) -> Verdict:
    """Whoever may give its role may take it; nobody her own, which she leaves instead."""
    if not (verdict := can_give_role(actor, seat.organisation_id, seat.role)):
        return verdict
    return Verdict("own_seat") if seat.person_id == actor.person_id else ALLOWED


def can_give_up(seat: Membership, *, other_owners: int) -> Verdict:
    """Every seat may be given up, suspended or changed, but the last owner's."""
    return Verdict("last_owner") if seat.role == "owner" and other_owners == 0 else ALLOWED


def can_accept_engagement(actor: Actor, engagement: Engagement) -> Verdict:
    """Owners and managers of the agency, once."""
    if not (verdict := can_keep(actor, engagement.agency_organisation_id)):
        return verdict
    is_open = engagement.accepted_at is None and engagement.ended_at is None
    return ALLOWED if is_open else Verdict("answered_before")


def can_end_engagement(actor: Actor, engagement: Engagement) -> Verdict:
    """Owners and managers of either side."""
    if not (verdict := can_present(actor)):
        return verdict
    parties = (engagement.principal_organisation_id, engagement.agency_organisation_id)
    if not any(actor.may_manage(each) for each in parties):
        return Verdict("managers_only")
    return ALLOWED if engagement.ended_at is None else Verdict("ended_before")


def can_consent(actor: Actor, representation: Representation) -> Verdict:
    """The person who is to be represented herself, once; nobody in her name."""
    if not (verdict := can_present(actor)):
        return verdict
    if representation.person_id != actor.person_id:
        return Verdict("not_yours_to_consent")
    is_open = representation.consented_at is None and representation.ended_at is None
    return ALLOWED if is_open else Verdict("answered_before")


def can_end_representation(actor: Actor, representation: Representation) -> Verdict:
    """Either of the two, suspended or not: nobody is kept in what she does not want."""
    if actor.is_visitor:
        return Verdict("sign_in_first")
    if actor.person_id not in {representation.person_id, representation.by_person_id}:
        return Verdict("not_yours_to_consent")
    return ALLOWED if representation.ended_at is None else Verdict("ended_before")
