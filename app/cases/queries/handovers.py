"""Handovers that wait for an answer of the viewer's organisations: all that they see of a case before they say yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.holding import Handover
from app.db import db
from app.errors import NotFound
from app.organisations.models import Organisation
from app.outbox.models import DomainEvent
from app.requests.models import HelpRequest


@dataclass(frozen=True)
class Asked:
    """A handover as its receiver sees it: who asks and why, and nothing of what the customer wrote. `through` is the
    agency of who asks, where the holder engaged one.
    """

    handover: Handover
    language: str
    asked_since: datetime
    through: str | None


def handovers_for(viewer: Actor) -> Sequence[Asked]:
    """Return what waits for an answer of the viewer, the oldest first."""
    rows = db.session.execute(_query().where(asked_of(viewer)).order_by(Handover.id).limit(100))
    return [Asked(*row) for row in rows]


def count_for(viewer: Actor) -> int:
    """Return how many handovers wait for an answer of the viewer."""
    of = select(func.count(Handover.id)).join(Case, Case.id == Handover.case_id).join(Case.request)
    return db.session.scalar(of.where(asked_of(viewer))) or 0


def handover_for(viewer: Actor, handover_id: int) -> Handover:
    """Return a handover that the viewer was asked to answer, or that waits on a case of hers. Raises NotFound."""
    found = db.session.execute(_query().where(Handover.id == handover_id, asked_of(viewer))).one_or_none()
    if found is None:
        raise NotFound
    handover: Handover = found[0]
    return handover


def pending_of(case_id: int) -> Handover | None:
    """Return the handover of a case that waits."""
    return db.session.scalars(
        select(Handover).where(Handover.case_id == case_id, Handover.state == "pending")
    ).one_or_none()


def asked_of(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on Handover and HelpRequest that it waits for an answer of the viewer."""
    seats = [seat.organisation_id for seat in viewer.seats if seat.covers("cases")]
    if not seats or viewer.person_id is None:
        return false()
    return and_(
        Handover.state == "pending",
        Handover.to_organisation_id.in_(seats),
        or_(Handover.to_person_id.is_(None), Handover.to_person_id == viewer.person_id),
        HelpRequest.asker_id != viewer.person_id,
    )


def _offering() -> ColumnElement[bool]:
    """Return the condition that a fact is the one about the offering of a handover."""
    return and_(
        DomainEvent.help_request_id == Handover.case_id,
        DomainEvent.kind == "handover_offered",
        DomainEvent.payload["handover_id"].as_integer() == Handover.id,
    )


def _query() -> Select[Handover, str, datetime, str | None]:
    return (
        select(Handover, HelpRequest.language, HelpRequest.created_at, Organisation.name)
        .join(Case, Case.id == Handover.case_id)
        .join(HelpRequest, HelpRequest.id == Case.id)
        .outerjoin(DomainEvent, _offering())
        .outerjoin(Organisation, Organisation.id == DomainEvent.through_organisation_id)
        .options(
            joinedload(Handover.from_organisation),
            joinedload(Handover.to_organisation),
            joinedload(Handover.offered_by),
            joinedload(Handover.to_person),
        )
    )
