"""What providers does about facts: whoever joins can help, for herself or for the organisation."""

from __future__ import annotations

from app.accounts.events import PersonJoined
from app.organisations.events import MemberJoined, OrganisationFounded
from app.outbox.record import Happening, Reaction
from app.providers.services import desk_for, provider_for


def make_peer(happening: Happening) -> None:
    """Make the person of this fact a peer."""
    assert isinstance(happening.fact, PersonJoined)
    provider_for(happening.fact.person_id, None)


def make_member(happening: Happening) -> None:
    """Make the person of this fact a helper of the organisation; who only reads helps nobody."""
    assert isinstance(happening.fact, MemberJoined)
    if happening.fact.role != "reader":
        provider_for(happening.fact.person_id, happening.fact.organisation_id)


def make_desk(happening: Happening) -> None:
    """Give the organisation of this fact a desk."""
    assert isinstance(happening.fact, OrganisationFounded)
    desk_for(happening.fact.organisation_id)


# In the transaction that makes the person, so that she is never there without it.
new_peer = Reaction("providers.peer", ("person_joined",), make_peer, at_once=True)
new_seat = Reaction("providers.seat", ("member_joined",), make_member, at_once=True)
new_desk = Reaction("providers.desk", ("organisation_founded",), make_desk, at_once=True)
