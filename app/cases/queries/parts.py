"""The parts of a request for a bundle, as one viewer may see them.

The customer sees all of them and every case that was opened for one. Who holds the whole sees which parts there are,
whose they are and where they stand, and no more: a part's own page, messages and details are for its organisation. Who
has a part sees nothing of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.holding import CaseMove
from app.cases.models.parts import PartCase, PlannedPart
from app.cases.queries.case_view import CaseView
from app.cases.queries.visibility import seen_by
from app.cases.together import SETTLED
from app.db import db
from app.marketplace.models.services import Service, ServiceQuestion
from app.marketplace.order import waiting_for
from app.marketplace.queries.catalogue import others_like, questions_of
from app.privacy.kinds import name_of


@dataclass(frozen=True)
class AskedProvider:
    """An organisation that was given a part. `public_id` leads to its case for who may see that; `reason` says why it
    ended, to the customer.
    """

    organisation_id: int
    organisation: str
    service_title: str
    asked_at: datetime
    state: str
    outcome: str | None
    public_id: str | None
    reason: str


@dataclass(frozen=True)
class OtherProvider:
    """A service that may take the place of one, and the names of the details that it asks for."""

    service: Service
    details: tuple[str, ...]


@dataclass(frozen=True)
class PartView:
    """A part of a whole. `waits_for` are the titles of the parts that come first and are not settled, `holds_up` those
    that cannot begin without this one. `others` may take it over when it was refused.
    """

    id: int
    position: int
    service: Service
    state: str
    state_since: datetime
    consequence: str
    providers: tuple[AskedProvider, ...]
    waits_for: tuple[str, ...]
    holds_up: tuple[str, ...]
    others: tuple[OtherProvider, ...] = ()

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED


def parts_for(viewer: Actor, whole: CaseView) -> list[PartView]:
    """Return the parts of a whole that the viewer sees; none where it has none, or for who only has a part."""
    rows = select(PlannedPart).where(PlannedPart.whole_id == whole.id).order_by(PlannedPart.position)
    planned = db.session.scalars(rows.options(joinedload(PlannedPart.service).joinedload(Service.organisation))).all()
    if not planned:
        return []
    providers = _providers(viewer, whole, planned)
    needs = {part.position: part.needs for part in planned}
    titles = {part.position: part.service.title for part in planned}
    settled = {part.position for part in planned if part.state in SETTLED}
    return [
        PartView(
            id=part.id,
            position=part.position,
            service=part.service,
            state=part.state,
            state_since=part.state_since,
            consequence=part.consequence,
            providers=tuple(providers[part.id]),
            waits_for=tuple(titles[each] for each in part.needs if each not in settled),
            holds_up=tuple(titles[each] for each in waiting_for(needs, part.position)),
            others=_others(part, providers[part.id]) if whole.role == "customer" else (),
        )
        for part in planned
    ]


def whole_of(case: CaseView) -> tuple[str, str] | None:
    """Return the title of the bundle of which a case is a part, with the whole's public id for its customer; None for
    any other case.
    """
    found = db.session.execute(
        select(Service.title, Case.public_id)
        .join(PlannedPart, PlannedPart.whole_id == Case.id)
        .join(PartCase, PartCase.planned_part_id == PlannedPart.id)
        .outerjoin(Service, Service.id == Case.service_id)
        .where(PartCase.case_id == case.id)
    ).one_or_none()
    if found is None:
        return None
    return found[0] or "", found[1] if case.role == "customer" else ""


def has_open_parts(whole_id: int) -> bool:
    """Say whether a part of this case still has to be done: then the whole can be neither solved nor closed."""
    unsettled = select(PlannedPart.id).where(PlannedPart.whole_id == whole_id, PlannedPart.state.not_in(SETTLED))
    return db.session.scalar(unsettled.limit(1)) is not None


def _providers(viewer: Actor, whole: CaseView, planned: Sequence[PlannedPart]) -> dict[int, list[AskedProvider]]:
    found: dict[int, list[AskedProvider]] = {part.id: [] for part in planned}
    seen = select(Case.id).join(Case.request).where(seen_by(viewer)).where(Case.parent_id == whole.id)
    visible = set(db.session.scalars(seen))
    rows = (
        select(PartCase)
        .where(PartCase.planned_part_id.in_(found))
        .order_by(PartCase.case_id)
        .options(
            joinedload(PartCase.case).joinedload(Case.holder),
            joinedload(PartCase.case).joinedload(Case.request),
            joinedload(PartCase.service),
        )
    )
    cases = db.session.scalars(rows).all()
    reasons = _reasons([each.case_id for each in cases]) if whole.role == "customer" else {}
    for row in cases:
        found[row.planned_part_id].append(
            AskedProvider(
                organisation_id=row.case.holder_organisation_id,
                organisation=row.case.holder.name,
                service_title=row.service.title,
                asked_at=row.asked_at,
                state=row.case.state,
                outcome=row.outcome,
                public_id=row.case.public_id if row.case_id in visible else None,
                reason=reasons.get(row.case_id, "") if row.outcome == "refused" else "",
            )
        )
    return found


def _reasons(case_ids: list[int]) -> dict[int, str]:
    """Return why each of these cases was closed last."""
    moves = select(CaseMove.case_id, CaseMove.reason).where(
        CaseMove.case_id.in_(case_ids), CaseMove.to_state == "closed"
    )
    return {row[0]: row[1] for row in db.session.execute(moves.order_by(CaseMove.id))}


def _others(part: PlannedPart, asked: Sequence[AskedProvider]) -> tuple[OtherProvider, ...]:
    if part.state not in {"open", "refused"}:
        return ()
    found = others_like(
        part.service, without=[each.organisation_id for each in asked], is_same_topic=part.state == "open"
    )
    asking = questions_of(*(each.id for each in found)) if found else ()
    return tuple(OtherProvider(each, _details(each, asking)) for each in found)


def _details(service: Service, asking: Sequence[ServiceQuestion]) -> tuple[str, ...]:
    return tuple(each.label or str(name_of(each.detail_kind)) for each in asking if each.service_id == service.id)
