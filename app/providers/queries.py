"""Reading people as helpers: the public page of a person, and who helps for an organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from app import clock
from app.accounts.guests import GUEST
from app.accounts.models import FormerHandle, Person
from app.actor import Actor
from app.community.models.shelves import Tag
from app.db import db, folded
from app.errors import NotFound
from app.organisations.models import IdentityCheck, Membership, Organisation, is_seated
from app.organisations.queries import IN_PUBLIC
from app.providers.calendars import TIME_ZONE, calendar_from
from app.providers.holidays import dutch_holidays
from app.providers.hours import Calendar, always_open, opens_at
from app.providers.models import ContactWay, OpeningHours, OwnHoliday, Provider, Skill


@dataclass(frozen=True)
class PublicSeat:
    """A person works here, as everybody may know. `checked_at` says since when it is sure who the organisation is."""

    name: str
    slug: str
    kind: str
    title: str
    languages: Sequence[str]
    checked_at: datetime | None

    @property
    def language(self) -> str | None:
        """The language its titles are in: the first an organisation names for itself."""
        return self.languages[0] if self.languages else None


@dataclass(frozen=True)
class Way:
    """A way to reach a human; `organisation` is for whom, where a person is reached so only for one."""

    kind: str
    value: str
    note: str
    organisation: str | None = None


@dataclass(frozen=True)
class Reach:
    """How somebody is reached: where she helps, until when she is away, and the ways."""

    region: str
    away_until: datetime | None
    ways: Sequence[Way]


@dataclass(frozen=True)
class Helper:
    """Somebody who helps on behalf of an organisation."""

    name: str
    handle: str
    title: str
    since: datetime


def person_for(handle: str) -> Person:
    """Return the person of this handle, now or before; everybody may know her.

    Raises NotFound when absent, erased or merged; and for a guest, who has not said yet that she wants to be known.
    """
    there = select(Person).where(Person.erased_at.is_(None), Person.merged_into_id.is_(None))
    there = there.where(Person.can_sign_in | Person.source.is_distinct_from(GUEST))
    former = select(FormerHandle.person_id).where(FormerHandle.handle_key == folded(handle))
    found = (
        db.session.scalars(there.where(Person.handle_key == folded(handle))).one_or_none()
        or db.session.scalars(there.where(Person.id.in_(former))).one_or_none()
    )
    if found is None:
        raise NotFound
    return found


def seats_in_public(person: Person) -> list[PublicSeat]:
    """Return where a person works now; customer organisations keep their people to themselves."""
    rows = db.session.execute(
        select(
            Organisation.name,
            Organisation.slug,
            Organisation.kind,
            Membership.title,
            Organisation.languages,
            IdentityCheck.checked_at,
        )
        .join(Membership, Membership.organisation_id == Organisation.id)
        .outerjoin(
            IdentityCheck,
            (IdentityCheck.organisation_id == Organisation.id) & IdentityCheck.withdrawn_at.is_(None),
        )
        .where(Membership.person_id == person.id, is_seated())
        .where(Organisation.closed_at.is_(None), Organisation.kind.in_(IN_PUBLIC))
        .order_by(Organisation.name)
    )
    return [PublicSeat(*row) for row in rows]


def topics_in_capacity(actor: Actor) -> Sequence[str]:
    """Return what the actor says she knows about in the capacity she acts in now."""
    capacity = actor.acting_for_organisation_id
    return db.session.scalars(
        _skills()
        .where(Provider.person_id == actor.person_id)
        .where(Provider.organisation_id.is_(None) if capacity is None else Provider.organisation_id == capacity)
    ).all()


def helpers_of(organisation_id: int) -> list[Helper]:
    """Return who helps on behalf of an organisation now, by name."""
    rows = db.session.execute(
        select(Person.name, Person.handle, Membership.title, Membership.since)
        .join(Membership, Membership.person_id == Person.id)
        .join(Provider, (Provider.person_id == Person.id) & (Provider.organisation_id == Membership.organisation_id))
        .where(Membership.organisation_id == organisation_id, is_seated())
        .where(Person.erased_at.is_(None), Person.suspended_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    return [Helper(*row) for row in rows]


def provider_with(provider_id: int) -> Provider:
    """Return a provider. Raises NotFound when there is none."""
    found = db.session.get(Provider, provider_id)
    if found is None:
        raise NotFound
    return found


def desk_of(organisation_id: int) -> Provider | None:
    """Return the desk of an organisation, if it has one."""
    desk = (Provider.organisation_id == organisation_id, Provider.person_id.is_(None))
    return db.session.scalars(select(Provider).where(*desk)).one_or_none()


def provider_as(person_id: int, organisation_id: int | None) -> Provider | None:
    """Return the provider a person is in this capacity, if there is one yet."""
    capacity = (
        Provider.organisation_id.is_(None) if organisation_id is None else Provider.organisation_id == organisation_id
    )
    return db.session.scalars(select(Provider).where(Provider.person_id == person_id, capacity)).one_or_none()


def ways_of(provider_id: int) -> Sequence[ContactWay]:
    """Return the ways in which a provider is reached, in the order in which they were added."""
    return db.session.scalars(
        select(ContactWay).where(ContactWay.provider_id == provider_id).order_by(ContactWay.id)
    ).all()


def reach_of_desk(organisation_id: int) -> Reach:
    """Return how an organisation is reached, as everybody may know; one statement."""
    return _reach(Provider.organisation_id == organisation_id, Provider.person_id.is_(None))


def _reach(*which: ColumnElement[bool]) -> Reach:
    rows = db.session.execute(
        select(Provider, ContactWay.kind, ContactWay.value, ContactWay.note)
        .outerjoin(ContactWay, ContactWay.provider_id == Provider.id)
        .where(*which)
        .order_by(Provider.id, ContactWay.id)
    ).all()
    absences = [(provider.away_from, provider.away_until) for provider, *_ in rows]
    return Reach(
        region=next((provider.region for provider, *_ in rows if provider.region), ""),
        away_until=_away_until(absences),
        ways=[Way(kind, value, note) for _provider, kind, value, note in rows if kind],
    )


def _away_until(absences: Iterable[tuple[datetime | None, datetime | None]]) -> datetime | None:
    """Return until when somebody is away who is so now."""
    now = clock.now()
    ends = [end for begin, end in absences if begin is not None and end is not None and begin <= now < end]
    return max(ends, default=None)


def own_holidays_of(organisation_id: int) -> Sequence[OwnHoliday]:
    """Return the dates an organisation added, the next first, past ones left out."""
    today = clock.now().date()
    return db.session.scalars(
        select(OwnHoliday)
        .where(OwnHoliday.organisation_id == organisation_id, OwnHoliday.day >= today)
        .order_by(OwnHoliday.day)
    ).all()


def next_holidays(hours: OpeningHours, today: date) -> list[tuple[str, date]]:
    """Return the public holidays an organisation keeps in the year from today on, the next first: code and date."""
    found = [
        (code, dutch_holidays(year)[code]) for year in (today.year, today.year + 1) for code in hours.public_holidays
    ]
    within = (each for each in found if today <= each[1] < today.replace(year=today.year + 1, day=1))
    return sorted(within, key=lambda each: each[1])


def hours_of(organisation_id: int) -> OpeningHours | None:
    """Return the row that says when an organisation is open; None where it says nothing about it."""
    return db.session.get(OpeningHours, organisation_id)


def calendar_of(organisation_id: int) -> Calendar:
    """Return when an organisation is open; one that says nothing about it never closes. One statement."""
    return calendars_of([organisation_id]).get(organisation_id) or always_open(TIME_ZONE)


def calendars_of(organisation_ids: Collection[int] | None = None) -> dict[int, Calendar]:
    """Return the calendars of these organisations, or of all, that say when they are open; one statement."""
    query = select(OpeningHours, OwnHoliday.day, OwnHoliday.is_open).outerjoin(
        OwnHoliday, OwnHoliday.organisation_id == OpeningHours.organisation_id
    )
    if organisation_ids is not None:
        query = query.where(OpeningHours.organisation_id.in_(organisation_ids))
    kept: dict[int, OpeningHours] = {}
    own: dict[int, list[tuple[date, bool]]] = defaultdict(list)
    for hours, day, is_open in db.session.execute(query):
        kept[hours.organisation_id] = hours
        if day is not None:
            own[hours.organisation_id].append((day, is_open))
    year = clock.now().year
    return {each: calendar_from(hours, own[each], year) for each, hours in kept.items()}


def shut_for(now: datetime, period: timedelta) -> frozenset[int]:
    """Return the organisations that are closed now and stay so for this time at least; one statement."""
    return frozenset(each for each, calendar in calendars_of().items() if opens_at(now, calendar) >= now + period)


def _skills() -> Select[str]:
    """Return the query for the names of topics that providers know about, as the tags are called now."""
    standing = aliased(Tag)
    return (
        select(standing.name)
        .join(Tag, standing.id == func.coalesce(Tag.synonym_of_id, Tag.id))
        .join(Skill, Skill.tag_id == Tag.id)
        .join(Provider, Provider.id == Skill.provider_id)
        .distinct()
        .order_by(standing.name)
    )
