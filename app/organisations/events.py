"""Facts about organisations, seats, and who acts for whom."""

from __future__ import annotations

from typing import Literal

from app.outbox.facts import Code, Fact, fact

Role = Literal["owner", "manager", "member", "reader"]


@fact("capacity_taken")
class CapacityTaken(Fact):
    """A person acts for an organisation, or for somebody (the envelope says who), from now on in this session."""

    person_id: int
    session_id: int
    organisation_id: int | None


@fact("organisation_founded")
class OrganisationFounded(Fact):
    """The front desk let an organisation take part."""

    organisation_id: int
    of_kind: Code


@fact("organisation_profile_changed")
class OrganisationProfileChanged(Fact):
    """Its people changed what an organisation says of itself."""

    organisation_id: int
    is_renamed: bool


@fact("member_invited")
class MemberInvited(Fact):
    """A mail address was asked to take a seat."""

    invitation_id: int
    organisation_id: int
    role: Role


@fact("invitation_withdrawn")
class InvitationWithdrawn(Fact):
    """An invitation is worth nothing any more."""

    invitation_id: int
    organisation_id: int


@fact("member_joined")
class MemberJoined(Fact):
    """A person took a seat; without an invitation the front desk gave it."""

    organisation_id: int
    person_id: int
    role: Role
    invitation_id: int | None


@fact("member_role_changed")
class MemberRoleChanged(Fact):
    """A person has another role at an organisation."""

    organisation_id: int
    person_id: int
    role_before: Role
    role: Role


@fact("member_suspended")
class MemberSuspended(Fact):
    """A person has no seat for the time being."""

    organisation_id: int
    person_id: int


@fact("member_resumed")
class MemberResumed(Fact):
    """A person who was suspended has her seat again."""

    organisation_id: int
    person_id: int


@fact("member_left")
class MemberLeft(Fact):
    """A person gave up her seat, or it was taken from her."""

    organisation_id: int
    person_id: int
    by_herself: bool


@fact("domain_claimed")
class DomainClaimed(Fact):
    """An organisation says that a domain is its own."""

    domain_id: int
    organisation_id: int


@fact("domain_proved")
class DomainProved(Fact):
    """A domain is an organisation's own, by its DNS or by mail."""

    domain_id: int
    organisation_id: int
    how: Literal["dns", "mail"]


@fact("domain_removed")
class DomainRemoved(Fact):
    """An organisation no longer says so."""

    domain_id: int
    organisation_id: int


@fact("identity_checked")
class IdentityChecked(Fact):
    """The front desk made sure who a person or an organisation is."""

    check_id: int
    person_id: int | None
    organisation_id: int | None
    how: Literal["register", "document", "in_person"]


@fact("identity_check_withdrawn")
class IdentityCheckWithdrawn(Fact):
    """The front desk no longer vouches for it."""

    check_id: int
    person_id: int | None
    organisation_id: int | None


@fact("engagement_offered")
class EngagementOffered(Fact):
    """An organisation offers another one to act for it."""

    engagement_id: int
    principal_organisation_id: int
    agency_organisation_id: int
    scopes: tuple[Code, ...]


@fact("engagement_accepted")
class EngagementAccepted(Fact):
    """The other one accepted: from `since` on it may."""

    engagement_id: int
    principal_organisation_id: int
    agency_organisation_id: int


@fact("engagement_ended")
class EngagementEnded(Fact):
    """It may not any more, or never did: refused or taken back before it was accepted."""

    engagement_id: int
    principal_organisation_id: int
    agency_organisation_id: int
    by_organisation_id: int
    was_accepted: bool


@fact("representation_asked")
class RepresentationAsked(Fact):
    """One of two people proposed that one acts for the other."""

    representation_id: int
    person_id: int
    by_person_id: int
    scopes: tuple[Code, ...]


@fact("representation_consented")
class RepresentationConsented(Fact):
    """The person who is represented said yes."""

    representation_id: int
    person_id: int
    by_person_id: int


@fact("representation_ended")
class RepresentationEnded(Fact):
    """One of the two ended it, or said no."""

    representation_id: int
    person_id: int
    by_person_id: int
    ended_by_id: int
    was_consented: bool
