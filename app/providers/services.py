"""Services about helpers: be one, and say what one knows about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from app import clock
from app.actor import Actor
from app.community.tags import tag_ids
from app.db import db, upsert
from app.outbox.record import record
from app.providers.events import SkillsChanged
from app.providers.models import Provider, Skill
from app.trust.standing import can_write
from app.verdict import require


def provider_for(person_id: int, organisation_id: int | None) -> int:
    """Return the id of a person's provider in this capacity, making it where there is none. Safe to repeat."""
    return _provider(person_id, organisation_id)


def desk_for(organisation_id: int) -> int:
    """Return the id of an organisation's desk, making it where there is none. Safe to repeat."""
    return _provider(None, organisation_id)


def change_skills(actor: Actor, names: Sequence[str]) -> None:
    """Make these the topics the actor knows about in the capacity she acts in now."""
    require(can_write(actor))
    assert actor.person_id is not None, "the policy lets persons only"
    provider_id = provider_for(actor.person_id, actor.acting_for_organisation_id)
    db.session.execute(delete(Skill).where(Skill.provider_id == provider_id))
    ids = tag_ids(names)
    if ids:
        db.session.execute(insert(Skill), [{"provider_id": provider_id, "tag_id": each} for each in sorted(ids)])
    record(SkillsChanged(provider_id=provider_id), by=actor)


def _provider(person_id: int | None, organisation_id: int | None) -> int:
    who = {"person_id": person_id, "organisation_id": organisation_id}
    query = select(Provider.id).filter_by(**who)
    found = db.session.scalar(query)
    if found is None:
        db.session.execute(upsert(Provider).values(**who, created_at=clock.now()).on_conflict_do_nothing())
        found = db.session.execute(query).scalar_one()
    return found
