"""Who may be offered a request, and for everybody else the one reason why not. Rows in, codes out; no ranking."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Text, and_, case, cast, false, func, not_, or_, select

from app.accounts.models import Person
from app.db import db
from app.organisations.models import Membership, Organisation, is_seated
from app.organisations.queries import people_at
from app.privacy.audiences import PUBLIC, organisation_audience, person_audience
from app.providers.models import Provider
from app.providers.queries import shut_for
from app.routing.models import Offer
from app.routing.settings import OFFER_HOURS

DAY = timedelta(hours=24)


class Capacity(NamedTuple):
    """A provider that can be reached, with all that decides whether it may be asked. No languages: it did not say."""

    provider_id: int
    person_id: int | None
    organisation_id: int | None
    languages: frozenset[str]
    is_gone: bool
    is_suspended: bool
    is_paused: bool
    is_away: bool
    is_shut: bool
    is_closed: bool
    has_left: bool
    most_open: int


class Load(NamedTuple):
    """Provider → invitations that are open, and that came in the last 24 hours."""

    open_offers: Mapping[int, int]
    offers_today: Mapping[int, int]


@dataclass(frozen=True)
class Circumstances:
    """What of the request decides: asker, who may see it, its language, who was invited, and everybody's invitations.

    seat_holders: people with a seat at the organisation the request is meant for, when it is not for everybody.
    """

    asker_id: int
    audience: str
    language: str
    seat_holders: frozenset[int]
    invited: frozenset[int]
    open_offers: Mapping[int, int]
    offers_today: Mapping[int, int]
    most_a_day: int


def reason_against(one: Capacity, of: Circumstances) -> str | None:
    """Return the first reason why this provider is not offered the request; None when it may be."""
    return next((code for code, holds in REASONS if holds(one, of)), None)


def _may_see(one: Capacity, of: Circumstances) -> bool:
    if of.audience == PUBLIC:
        return True
    if one.person_id is None:
        return one.organisation_id is not None and of.audience == organisation_audience(one.organisation_id)
    return one.person_id in of.seat_holders or of.audience == person_audience(one.person_id)


def room(one: Capacity, of: Circumstances) -> int:
    """Return how many more invitations this provider takes now, 0 or more."""
    return places_left(one.provider_id, one.most_open, Load(of.open_offers, of.offers_today), of.most_a_day)


def places_left(provider_id: int, most_open: int, load: Load, most_a_day: int) -> int:
    """Return how many more invitations a provider with this load takes, 0 or more."""
    open_places = most_open - load.open_offers.get(provider_id, 0)
    return max(0, min(open_places, most_a_day - load.offers_today.get(provider_id, 0)))


HAS_ENOUGH = "enough_invitations"
# In the order in which they are looked at.
REASONS: tuple[tuple[str, Callable[[Capacity, Circumstances], bool]], ...] = (
    ("is_the_asker", lambda one, of: one.person_id == of.asker_id),
    ("account_gone", lambda one, _of: one.is_gone),
    ("suspended", lambda one, _of: one.is_suspended),
    ("organisation_closed", lambda one, _of: one.is_closed),
    ("left_the_organisation", lambda one, _of: one.has_left),
    ("paused", lambda one, _of: one.is_paused),
    ("away", lambda one, _of: one.is_away),
    ("outside_hours", lambda one, _of: one.is_shut),
    ("may_not_see", lambda one, of: not _may_see(one, of)),
    ("other_language", lambda one, of: bool(one.languages) and of.language not in one.languages),
    ("already_invited", lambda one, of: one.provider_id in of.invited),
    (HAS_ENOUGH, lambda one, of: room(one, of) == 0),
)
CANNOT_SIGN_IN = "cannot_sign_in"  # of whoever is not even looked at
ANOTHER_CAPACITY = "another_capacity"  # the same person or organisation stands higher in another row


def reachable(now: datetime) -> list[Capacity]:
    """Return the providers somebody can sign in as, in the order of their ids, as they are at this moment.

    Those of an organisation that does not open before an invitation would run out are shut: nobody would see it.
    """
    shut = shut_for(now, timedelta(hours=OFFER_HOURS.value))
    languages = case((Provider.person_id.is_(None), Organisation.languages), else_=Person.languages)
    is_agent = and_(Provider.person_id.is_not(None), Provider.organisation_id.is_not(None))
    # Claims instead of moments, and languages as they are stored: half of the time was spent on turning those into
    # Python for rows that are left out anyway.
    rows = db.session.execute(
        select(
            Provider.id,
            Provider.person_id,
            Provider.organisation_id,
            cast(languages, Text),
            func.coalesce(or_(Person.erased_at.is_not(None), Person.merged_into_id.is_not(None)), false()),
            Person.suspended_at.is_not(None),
            Provider.paused_at.is_not(None),
            func.coalesce(and_(Provider.away_from <= now, Provider.away_until > now), false()),
            Provider.organisation_id.in_(sorted(shut)) if shut else false(),
            Organisation.closed_at.is_not(None),
            and_(is_agent, or_(Membership.id.is_(None), not_(is_seated()))),
            Provider.most_open_offers,
        )
        .outerjoin(Person, Person.id == Provider.person_id)
        .outerjoin(Organisation, Organisation.id == Provider.organisation_id)
        .outerjoin(
            Membership,
            and_(Membership.person_id == Provider.person_id, Membership.organisation_id == Provider.organisation_id),
        )
        .where(_can_be_reached())
        .order_by(Provider.id)
    )
    return [Capacity._make((*row[:3], _languages(row[3]), *row[4:])) for row in rows]


def unreachable() -> list[list[int]]:
    """Return the providers nobody can sign in as, as [from, to] ranges: imported people, desks without people."""
    numbered = (
        select(Provider.id, (Provider.id - func.row_number().over(order_by=Provider.id)).label("island"))
        .outerjoin(Person, Person.id == Provider.person_id)
        .where(not_(_can_be_reached()))
        .subquery()
    )
    rows = db.session.execute(
        select(func.min(numbered.c.id), func.max(numbered.c.id))
        .group_by(numbered.c.island)
        .order_by(func.min(numbered.c.id))
    )
    return [[first, last] for first, last in rows]


def providers_of(person_id: int) -> list[int]:
    """Return every capacity of one person."""
    return list(db.session.scalars(select(Provider.id).where(Provider.person_id == person_id)))


def load_at(now: datetime, provider_ids: Sequence[int] | None = None) -> Load:
    """Count the invitations open at this moment, and those of the last 24 hours: of these providers, or of all."""
    whose = () if provider_ids is None else (Offer.provider_id.in_(provider_ids),)
    return Load(
        open_offers=_count_offers(Offer.state == "offered", Offer.expires_at > now, *whose),
        offers_today=_count_offers(Offer.offered_at > now - DAY, *whose),
    )


def circumstances(
    *, asker_id: int, audience: str, language: str, invited: Iterable[int], load: Load, most_a_day: int
) -> Circumstances:
    """Gather what decides about one request."""
    return Circumstances(
        asker_id=asker_id,
        audience=audience,
        language=language,
        seat_holders=_seat_holders(audience),
        invited=frozenset(invited),
        open_offers=load.open_offers,
        offers_today=load.offers_today,
        most_a_day=most_a_day,
    )


def ranges(provider_ids: Sequence[int]) -> list[list[int]]:
    """Return ids as [from, to] ranges without gaps, both ends included: thousands of imported people are one range."""
    found: list[list[int]] = []
    for each in sorted(provider_ids):
        if found and each == found[-1][1] + 1:
            found[-1][1] = each
        else:
            found.append([each, each])
    return found


def code_for(provider_id: int, exclusions: Mapping[str, list[list[int]]]) -> str | None:
    """Return the reason a stored decision has for leaving this provider out; None where it was a candidate."""
    for code, parts in exclusions.items():
        if any(first <= provider_id <= last for first, last in parts):
            return code
    return None


def _can_be_reached() -> ColumnElement[bool]:
    """Return the condition, on providers joined to people: she can sign in, or somebody at the desk can."""
    staffed = (
        select(Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(is_seated(), Person.can_sign_in, Person.suspended_at.is_(None))
    )
    return or_(
        and_(Provider.person_id.is_not(None), func.coalesce(Person.can_sign_in, false())),
        and_(Provider.person_id.is_(None), Provider.organisation_id.in_(staffed)),
    )


@lru_cache(maxsize=1_000)
def _languages(stored: str | None) -> frozenset[str]:
    return frozenset(json.loads(stored)) if stored else frozenset()


def _seat_holders(audience: str) -> frozenset[int]:
    kind, _, number = audience.partition(":")
    if kind != "org":
        return frozenset()
    return frozenset(db.session.scalars(people_at(int(number), "questions")))


def _count_offers(*conditions: object) -> dict[int, int]:
    rows = db.session.execute(
        select(Offer.provider_id, func.count().label("n")).where(*conditions).group_by(Offer.provider_id)  # type: ignore[arg-type]
    )
    return {row.provider_id: row.n for row in rows}
