"""Who may be offered a request, and for everybody else the one reason why not. Rows in, codes out; no ranking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from app.accounts.models import Person
from app.db import db
from app.organisations.models import Membership, Organisation
from app.privacy.audiences import PUBLIC, organisation_audience, person_audience
from app.providers.models import Provider
from app.routing.models import Offer

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Capacity:
    """A provider with all that decides whether it may be asked. `languages` empty: it did not say."""

    provider_id: int
    person_id: int | None
    organisation_id: int | None
    languages: tuple[str, ...]
    is_gone: bool
    can_sign_in: bool
    is_suspended: bool
    is_paused: bool
    is_closed: bool
    has_left: bool
    most_open: int
    created_at: datetime


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


def _has_enough(one: Capacity, of: Circumstances) -> bool:
    return (
        of.open_offers.get(one.provider_id, 0) >= one.most_open
        or of.offers_today.get(one.provider_id, 0) >= of.most_a_day
    )


# In the order in which they are looked at.
REASONS: tuple[tuple[str, Callable[[Capacity, Circumstances], bool]], ...] = (
    ("is_the_asker", lambda one, of: one.person_id == of.asker_id),
    ("account_gone", lambda one, _of: one.is_gone),
    ("cannot_sign_in", lambda one, _of: not one.can_sign_in),
    ("suspended", lambda one, _of: one.is_suspended),
    ("organisation_closed", lambda one, _of: one.is_closed),
    ("left_the_organisation", lambda one, _of: one.has_left),
    ("paused", lambda one, _of: one.is_paused),
    ("may_not_see", lambda one, of: not _may_see(one, of)),
    ("other_language", lambda one, of: bool(one.languages) and of.language not in one.languages),
    ("already_invited", lambda one, of: one.provider_id in of.invited),
    ("enough_invitations", _has_enough),
)
ANOTHER_CAPACITY = "another_capacity"  # the same person or organisation stands higher in another row


def capacities(provider_ids: Iterable[int] | None = None) -> list[Capacity]:
    """Return all providers, or these, in the order of their ids."""
    statement = (
        select(
            Provider.id,
            Provider.person_id,
            Provider.organisation_id,
            Provider.most_open_offers,
            Provider.paused_at,
            Provider.created_at,
            Person.languages.label("person_languages"),
            Person.can_sign_in,
            Person.suspended_at,
            Person.erased_at,
            Person.merged_into_id,
            Organisation.languages.label("organisation_languages"),
            Organisation.closed_at,
            Membership.id.label("membership_id"),
            Membership.ended_at,
        )
        .outerjoin(Person, Person.id == Provider.person_id)
        .outerjoin(Organisation, Organisation.id == Provider.organisation_id)
        .outerjoin(
            Membership,
            and_(Membership.person_id == Provider.person_id, Membership.organisation_id == Provider.organisation_id),
        )
        .order_by(Provider.id)
    )
    if provider_ids is not None:
        statement = statement.where(Provider.id.in_(sorted(provider_ids)))
    staffed = _organisations_with_people()
    return [
        Capacity(
            provider_id=row.id,
            person_id=row.person_id,
            organisation_id=row.organisation_id,
            languages=tuple((row.organisation_languages if row.person_id is None else row.person_languages) or ()),
            is_gone=row.erased_at is not None or row.merged_into_id is not None,
            can_sign_in=row.organisation_id in staffed if row.person_id is None else bool(row.can_sign_in),
            is_suspended=row.suspended_at is not None,
            is_paused=row.paused_at is not None,
            is_closed=row.closed_at is not None,
            has_left=_has_left(row.person_id, row.organisation_id, row.membership_id, row.ended_at),
            most_open=row.most_open_offers,
            created_at=row.created_at,
        )
        for row in db.session.execute(statement)
    ]


def circumstances(
    *, asker_id: int, audience: str, language: str, invited: Iterable[int], now: datetime, most_a_day: int
) -> Circumstances:
    """Gather what decides about one request at this moment."""
    return Circumstances(
        asker_id=asker_id,
        audience=audience,
        language=language,
        seat_holders=_seat_holders(audience),
        invited=frozenset(invited),
        open_offers=_count_offers(Offer.state == "offered", Offer.expires_at > now),
        offers_today=_count_offers(Offer.offered_at > now - DAY),
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


def _has_left(
    person_id: int | None, organisation_id: int | None, membership_id: int | None, ended_at: datetime | None
) -> bool:
    if person_id is None or organisation_id is None:
        return False
    return membership_id is None or ended_at is not None


def _organisations_with_people() -> frozenset[int]:
    """Return the organisations where somebody works who can sign in: only their desks can be asked."""
    return frozenset(
        db.session.scalars(
            select(Membership.organisation_id)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.ended_at.is_(None), Person.can_sign_in, Person.suspended_at.is_(None))
            .distinct()
        )
    )


def _seat_holders(audience: str) -> frozenset[int]:
    kind, _, number = audience.partition(":")
    if kind != "org":
        return frozenset()
    return frozenset(
        db.session.scalars(
            select(Membership.person_id).where(Membership.organisation_id == int(number), Membership.ended_at.is_(None))
        )
    )


def _count_offers(*conditions: object) -> dict[int, int]:
    rows = db.session.execute(
        select(Offer.provider_id, func.count().label("n")).where(*conditions).group_by(Offer.provider_id)  # type: ignore[arg-type]
    )
    return {row.provider_id: row.n for row in rows}
