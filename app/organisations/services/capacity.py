"""Services about the capacity a person acts in."""

from __future__ import annotations

from sqlalchemy import update

from app.accounts.models import Session
from app.accounts.policy import can_secure
from app.accounts.sessions import renew_session
from app.actor import Actor, authorship
from app.db import db
from app.errors import NotFound
from app.organisations.events import CapacityTaken
from app.outbox.record import record
from app.verdict import require
from app.web.capacity import Chosen


def act_as(actor: Actor, chosen: Chosen) -> tuple[str, Actor]:
    """Let the actor's session act for an organisation, a person, or herself; return the session's new token, and the
    actor in that capacity.

    The token changes because the rights do. Raises NotFound where she has no seat, or does not represent.
    """
    require(can_secure(actor))
    acting = in_capacity(actor, chosen)
    assert actor.session_id is not None, "in person means in a session"
    assert actor.person_id is not None, "the policy lets persons only"
    token = renew_session(actor)
    db.session.execute(update(Session).where(Session.id == actor.session_id).values(**authorship(acting)))
    taken = CapacityTaken(
        person_id=actor.person_id, session_id=actor.session_id, organisation_id=acting.acting_for_organisation_id
    )
    record(taken, by=acting)
    return token, acting


def in_capacity(actor: Actor, chosen: Chosen) -> Actor:
    """Return the actor as whom she chose to act. Raises NotFound where she may not."""
    if chosen.representing_person_id is not None:
        acting = actor.on_behalf_of(chosen.representing_person_id)
    else:
        acting = actor.in_capacity(chosen.organisation_id, chosen.through_id)
    wanted = (chosen.organisation_id, chosen.through_id, chosen.representing_person_id)
    if tuple(authorship(acting).values()) != wanted:
        raise NotFound
    return acting
