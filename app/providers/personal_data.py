"""What providers holds about a person: in which capacities she helps, what she knows about, how she is
reached, how often she helped."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from app import clock
from app.community.models.shelves import Tag
from app.db import db
from app.providers.models import ContactWay, HelpCount, Provider, Skill, TopicHelpCount

TABLES: tuple[str, ...] = ("providers", "help_counts", "topic_help_counts")


def export(person_id: int) -> dict[str, Any]:
    """Return a person's capacities with their topics, and how often she helped, as JSON values."""
    capacities = db.session.scalars(select(Provider).where(Provider.person_id == person_id).order_by(Provider.id))
    return {
        "helps_as": [
            {
                "organisation_id": provider.organisation_id,
                "most_open_offers": provider.most_open_offers,
                "paused_at": provider.paused_at.isoformat() if provider.paused_at else None,
                "since": provider.created_at.isoformat(),
                "region": provider.region,
                "away_from": provider.away_from.isoformat() if provider.away_from else None,
                "away_until": provider.away_until.isoformat() if provider.away_until else None,
                "knows_about": list(db.session.scalars(_topics(provider.id))),
                "reached_by": [
                    {"kind": way.kind, "value": way.value, "note": way.note}
                    for way in db.session.scalars(select(ContactWay).where(ContactWay.provider_id == provider.id))
                ],
            }
            for provider in capacities
        ],
        "helped": {
            "solved": db.session.scalar(select(HelpCount.solved).where(HelpCount.person_id == person_id)) or 0,
            "by_topic": dict(db.session.execute(_helped_with(person_id)).all()),
        },
    }


def erase(person_id: int) -> None:
    """Forget what a person knows about and ask her nothing more. The rows stay: decisions of the past point to them."""
    hers = select(Provider.id).where(Provider.person_id == person_id)
    for table in (Skill, ContactWay):
        db.session.execute(delete(table).where(table.provider_id.in_(hers)))
    for counts in (HelpCount, TopicHelpCount):
        db.session.execute(delete(counts).where(counts.person_id == person_id))
    db.session.execute(update(Provider).where(Provider.person_id == person_id).values(paused_at=clock.now(), region=""))


def _helped_with(person_id: int) -> Any:
    counted = select(Tag.name, TopicHelpCount.solved).join(TopicHelpCount, TopicHelpCount.tag_id == Tag.id)
    return counted.where(TopicHelpCount.person_id == person_id).order_by(TopicHelpCount.solved.desc(), Tag.name)


def _topics(provider_id: int) -> Any:
    return (
        select(Tag.name).join(Skill, Skill.tag_id == Tag.id).where(Skill.provider_id == provider_id).order_by(Tag.name)
    )
