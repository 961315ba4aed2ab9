"""Services about the capacity a person acts in."""

from __future__ import annotations

from sqlalchemy import update

from app.accounts.models import Session
from app.accounts.policy import can_secure
from app.accounts.sessions import renew_session
from app.actor import Actor
from app.db import db
from app.errors import NotFound
from app.organisations.events import CapacityTaken
from app.outbox.record import record
from app.verdict import require


def act_as(actor: Actor, organisation_id: int | None) -> str:
    """Let the actor's session act for an organisation, or for herself, and return the session's new token.

    The token changes because the rights do. Raises NotFound where she has no seat.
    """
    require(can_secure(actor))
    if organisation_id is not None and not actor.works_for(organisation_id):
        raise NotFound
    assert actor.session_id is not None, "in person means in a session"
    assert actor.person_id is not None, "the policy lets persons only"
    token = renew_session(actor)
    db.session.execute(
        update(Session).where(Session.id == actor.session_id).values(acting_for_organisation_id=organisation_id)
    )
    taken = CapacityTaken(person_id=actor.person_id, session_id=actor.session_id, organisation_id=organisation_id)
    record(taken, by=actor.in_capacity(organisation_id))
    return token
