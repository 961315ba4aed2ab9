"""What a person's page tells about her as a helper, in one statement: topics, how she is reached, who she is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, literal, null, or_, select, union_all

from app import clock
from app.accounts.models import Person
from app.community.models.shelves import Tag
from app.db import UTCDateTime, db
from app.organisations.models import IdentityCheck, Membership, Organisation, is_seated
from app.organisations.queries import IN_PUBLIC
from app.providers.models import ContactWay, Provider, Skill
from app.providers.queries import Reach, Way


@dataclass(frozen=True)
class Found:
    """Who the front desk found a person to be: under which name, when, and until when that held."""

    name_then: str
    checked_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class About:
    """What a person's page tells about her as a helper."""

    topics: Sequence[str]
    reach: Reach
    identity: Sequence[Found]


def about(person: Person) -> About:
    """Return what everybody may know: ways for an organisation only while she has a seat there."""
    rows = db.session.execute(union_all(_topics(person.id), _ways(person.id), _absences(person.id), _checks(person.id)))
    found: dict[str, list[Any]] = {"topic": [], "way": [], "provider": [], "check": []}
    for row in rows:
        found[row.what].append(row)
    now = clock.now()
    away = [each.until for each in found["provider"] if each.since and each.since <= now < each.until]
    return About(
        topics=sorted({each.first for each in found["topic"]}),
        reach=Reach(
            region=next((each.first for each in found["provider"] if each.first), ""),
            away_until=max(away, default=None),
            ways=[Way(each.first, each.second, each.third, each.fourth) for each in found["way"]],
        ),
        identity=[Found(each.first, each.since, each.until) for each in reversed(found["check"])],
    )


def _row(what: str, *words: Any, since: Any = None, until: Any = None) -> Select[*tuple[Any, ...]]:
    """Return the columns that all parts share: four words and two moments."""
    filled = [*words, *(None for _ in range(4 - len(words)))]
    names = ("first", "second", "third", "fourth")
    texts = [cast(null() if word is None else word, Text).label(name) for word, name in zip(filled, names, strict=True)]
    moments = [
        cast(null(), UTCDateTime).label(name) if moment is None else moment.label(name)
        for moment, name in ((since, "since"), (until, "until"))
    ]
    return select(literal(what).label("what"), *texts, *moments)


def _topics(person_id: int) -> Select[*tuple[Any, ...]]:
    standing = select(Tag.id, Tag.name).subquery()
    hers = (
        select(Tag.id, Tag.synonym_of_id)
        .join(Skill, Skill.tag_id == Tag.id)
        .join(Provider, Provider.id == Skill.provider_id)
        .where(Provider.person_id == person_id)
        .subquery()
    )
    same = or_(standing.c.id == hers.c.synonym_of_id, hers.c.synonym_of_id.is_(None) & (standing.c.id == hers.c.id))
    return _row("topic", standing.c.name).select_from(standing).join(hers, same)


def _ways(person_id: int) -> Select[*tuple[Any, ...]]:
    words = (ContactWay.kind, ContactWay.value, ContactWay.note, Organisation.name)
    return (
        _row("way", *words)
        .select_from(ContactWay)
        .join(Provider, Provider.id == ContactWay.provider_id)
        .outerjoin(Organisation, Organisation.id == Provider.organisation_id)
        .where(Provider.person_id == person_id, _counts(person_id))
    )


def _absences(person_id: int) -> Select[*tuple[Any, ...]]:
    told = _row("provider", Provider.region, since=Provider.away_from, until=Provider.away_until)
    return told.select_from(Provider).where(Provider.person_id == person_id, _counts(person_id))


def _checks(person_id: int) -> Select[*tuple[Any, ...]]:
    told = _row("check", IdentityCheck.name_then, since=IdentityCheck.checked_at, until=IdentityCheck.withdrawn_at)
    return told.select_from(IdentityCheck).where(IdentityCheck.person_id == person_id)


def _counts(person_id: int) -> ColumnElement[bool]:
    """Return the condition on providers: her own, or for an organisation in public where she has a seat."""
    seats = (
        select(Membership.organisation_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id, is_seated(), Organisation.closed_at.is_(None))
        .where(Organisation.kind.in_(IN_PUBLIC))
    )
    return or_(Provider.organisation_id.is_(None), Provider.organisation_id.in_(seats))
