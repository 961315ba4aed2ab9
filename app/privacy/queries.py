"""Reading grants, asks and details.

Values of details leave through `app.cases.queries.details` and `personal_data` alone: a test looks who asks for them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.actor import Actor
from app.db import db
from app.errors import NotFound
from app.privacy import policy
from app.privacy.models import DetailAsk, Grant, PersonalDetail


def grants_of(viewer: Actor) -> Sequence[Grant]:
    """Return the grants of the viewer, or of whom she acts for, the newest first, in force or not."""
    query = select(Grant).where(Grant.person_id == viewer.asker_id).order_by(Grant.id.desc())
    return db.session.scalars(query.options(joinedload(Grant.organisation), joinedload(Grant.given_by))).all()


def grant_for(viewer: Actor, grant_id: int) -> Grant:
    """Return one of the viewer's grants. Raises NotFound for others'."""
    found = db.session.get(Grant, grant_id)
    if found is None or not policy.is_hers(viewer, found.person_id):
        raise NotFound
    return found


def open_asks_of(viewer: Actor) -> Sequence[DetailAsk]:
    """Return what organisations ask of the viewer and she has not answered, the oldest first."""
    query = select(DetailAsk).where(DetailAsk.person_id == viewer.asker_id, DetailAsk.answer.is_(None))
    return db.session.scalars(query.order_by(DetailAsk.id).options(joinedload(DetailAsk.organisation))).all()


def ask_for(viewer: Actor, ask_id: int) -> DetailAsk:
    """Return something that an organisation asks of the viewer. Raises NotFound for what it asks of others."""
    found = db.session.get(DetailAsk, ask_id)
    if found is None or not policy.is_hers(viewer, found.person_id):
        raise NotFound
    return found


def kinds_given(viewer: Actor, help_request_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Return which kinds of details the viewer gave in each of these requests already; never what they say."""
    query = select(PersonalDetail.help_request_id, PersonalDetail.kind).where(
        PersonalDetail.person_id == viewer.asker_id,
        PersonalDetail.help_request_id.in_(help_request_ids),
        PersonalDetail.ended_at.is_(None),
    )
    found: dict[int, set[str]] = {each: set() for each in help_request_ids}
    for request_id, kind in db.session.execute(query):
        if request_id is not None:
            found[request_id].add(kind)
    return {request_id: frozenset(kinds) for request_id, kinds in found.items()}


def kinds_in(help_request_ids: Collection[int], *, person_id: int) -> frozenset[str]:
    """Return which kinds of details a person gave in these requests; never what they say."""
    query = select(PersonalDetail.kind).where(
        PersonalDetail.person_id == person_id,
        PersonalDetail.help_request_id.in_(help_request_ids),
        PersonalDetail.ended_at.is_(None),
    )
    return frozenset(db.session.scalars(query.distinct()))


def asked_before(organisation_id: int, *, help_request_id: int) -> frozenset[str]:
    """Return which kinds an organisation asked for in a request, and did not take back."""
    asks = select(DetailAsk.kinds).where(
        DetailAsk.organisation_id == organisation_id,
        DetailAsk.help_request_id == help_request_id,
        DetailAsk.answer.is_(None) | (DetailAsk.answer != "withdrawn"),
    )
    return frozenset(kind for kinds in db.session.scalars(asks) for kind in kinds)


def grants_to(
    organisation_ids: Collection[int], *, person_id: int, purpose: str, now: datetime | None = None
) -> Sequence[Grant]:
    """Return what a person lets these organisations see for a purpose at this moment, in whatever request."""
    query = select(Grant).where(
        Grant.organisation_id.in_(organisation_ids),
        Grant.person_id == person_id,
        Grant.purpose == purpose,
        in_force(now or clock.now()),
    )
    return db.session.scalars(query.order_by(Grant.id)).all()


def permitted_kinds(
    organisation_ids: Collection[int], *, person_id: int, help_request_ids: Collection[int]
) -> frozenset[str]:
    """Return the kinds of details that a person lets these organisations see now, to do what the requests ask."""
    found = grants_to(organisation_ids, person_id=person_id, purpose="handle_request")
    return frozenset(
        kind
        for grant in found
        if grant.help_request_id is None or grant.help_request_id in help_request_ids
        for kind in grant.kinds
    )


def details_in(help_request_ids: Collection[int], *, person_id: int) -> Sequence[PersonalDetail]:
    """Return what holds now of what a person said in these requests or for all of them, in the order she said it.

    The values are in it: only for who then looks what the grants allow.
    """
    query = select(PersonalDetail).where(
        PersonalDetail.person_id == person_id,
        PersonalDetail.ended_at.is_(None),
        or_(PersonalDetail.help_request_id.in_(help_request_ids), PersonalDetail.help_request_id.is_(None)),
    )
    return db.session.scalars(
        query.order_by(PersonalDetail.id).options(
            joinedload(PersonalDetail.given_by),
            joinedload(PersonalDetail.given_for),
            joinedload(PersonalDetail.confirmed_by),
            joinedload(PersonalDetail.confirmed_for),
        )
    ).all()


def has_detail(detail_id: int, *, person_id: int) -> bool:
    """Say whether a person gave this detail."""
    return detail_in(detail_id, person_id=person_id) is not None


def detail_in(detail_id: int, *, person_id: int) -> PersonalDetail | None:
    """Return a detail of this person, for services that change it; None where she gave none such."""
    mine = select(PersonalDetail).where(PersonalDetail.id == detail_id, PersonalDetail.person_id == person_id)
    return db.session.scalars(mine).one_or_none()


def in_force(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a grant holds at this moment."""
    return Grant.withdrawn_at.is_(None) & or_(Grant.until.is_(None), Grant.until > now)
