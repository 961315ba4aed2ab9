"""What providers does about facts: whoever joins can help, for herself to begin with."""

from __future__ import annotations

from app.accounts.events import PersonJoined
from app.outbox.record import Happening, Reaction
from app.providers.services import provider_for


def make_peer(happening: Happening) -> None:
    """Make the person of this fact a peer."""
    assert isinstance(happening.fact, PersonJoined)
    provider_for(happening.fact.person_id, None)


# In the transaction that makes the person, so that she is never there without it.
new_peer = Reaction("providers.peer", ("person_joined",), make_peer, at_once=True)
