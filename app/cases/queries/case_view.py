"""The only way in to a case, and the only way out: a frozen `CaseView` of what its viewer may see.

Templates, API, search and export take this and never the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import Person
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.holding import Handover
from app.cases.models.parts import PlannedPart
from app.cases.queries.disputes import held_up
from app.cases.queries.visibility import seen_by
from app.cases.states import TURNS
from app.cases.together import SETTLED
from app.db import db
from app.errors import NotFound
from app.organisations.models import Organisation
from app.requests.models import HelpRequest

Purpose = Literal["read", "work"]
Role = Literal["customer", "holder", "arbiter"]


@dataclass(frozen=True)
class Somebody:
    """A person as a case names her; `handle` is None where she has no page."""

    id: int
    name: str
    handle: str | None


@dataclass(frozen=True)
class House:
    """An organisation as a case names it."""

    id: int
    name: str
    slug: str
    kind: str


@dataclass(frozen=True)
class Offered:
    """The handover that waits for an answer. `reason` is for those who work on the case."""

    id: int
    from_organisation_id: int
    to_organisation_id: int
    to_person_id: int | None
    state: str
    to_name: str
    to_person_name: str
    reason: str
    offered_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class CaseView:
    """A case as one viewer may see it. `role` is what she is to it; only a customer has no view of what is inside.

    `goes_on_as` is the public id of the case that it was merged into. `open_parts` counts the parts of a bundle that
    still have to be done: until then it can be neither solved nor closed. `is_held_up` while something is disputed.
    """

    id: int
    public_id: str
    title: str
    role: Role
    asker: Somebody
    entered_by_id: int | None
    holder: House
    holder_person: Somebody | None
    held_since: datetime
    state: str
    state_since: datetime
    state_reason: str
    solution_asks: int
    next_update_at: datetime | None
    over_at: datetime | None
    work_from: datetime | None
    arbiter_since: datetime | None
    arbiter_reason: str | None
    cause: str
    parent_id: int | None
    question_id: int | None
    goes_on_as: str | None
    channel: str
    language: str
    created_at: datetime
    last_activity_at: datetime
    row_version: int
    offered: Offered | None
    open_parts: int = 0
    is_held_up: bool = False

    @property
    def asker_id(self) -> int:
        return self.asker.id

    @property
    def holder_organisation_id(self) -> int:
        return self.holder.id

    @property
    def holder_person_id(self) -> int | None:
        return self.holder_person.id if self.holder_person else None

    @property
    def is_inside(self) -> bool:
        """Whether the viewer works on it, and sees notes and reasons that are not for the customer."""
        return self.role != "customer"

    @property
    def turn(self) -> str:
        """Whose turn it is: "customer", "holder", "front_desk", or "nobody"."""
        return "front_desk" if self.arbiter_since is not None and self.state != "waiting" else TURNS[self.state]


def case_for(viewer: Actor, public_id: str, *, purpose: Purpose = "read") -> CaseView:
    """Return the case with this public id. Raises NotFound when absent or hidden: nobody can tell which."""
    return _found(viewer, Case.public_id == public_id, purpose)


def case_view(viewer: Actor, case_id: int, purpose: Purpose = "read") -> CaseView:
    """Return what this viewer may see of a case. Raises NotFound when it is hidden from her."""
    return _found(viewer, Case.id == case_id, purpose)


def is_case(request_id: int) -> bool:
    """Say whether this request is a case, to the program itself."""
    return db.session.scalar(select(Case.id).where(Case.id == request_id)) is not None


def _found(viewer: Actor, which: ColumnElement[bool], purpose: Purpose) -> CaseView:  # noqa: ARG001
    row = db.session.execute(
        select(Case, Handover, _open_parts(), held_up())
        .join(Case.request)
        .outerjoin(Handover, (Handover.case_id == Case.id) & (Handover.state == "pending"))
        .where(which, seen_by(viewer))
        .options(
            contains_eager(Case.request).joinedload(HelpRequest.asker),
            joinedload(Case.holder),
            joinedload(Case.holder_person),
            joinedload(Case.cause),
            joinedload(Case.merged_into),
            joinedload(Handover.to_organisation),
            joinedload(Handover.to_person),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return _view(viewer, *row)


def _open_parts() -> ScalarSelect[int]:
    unsettled = select(func.count()).select_from(PlannedPart).where(PlannedPart.state.not_in(SETTLED))
    return unsettled.where(PlannedPart.whole_id == Case.id).correlate(Case).scalar_subquery()


def _view(viewer: Actor, case: Case, handover: Handover | None, open_parts: int, is_held_up: bool) -> CaseView:
    request = case.request
    role = role_in(viewer, case)
    return CaseView(
        id=case.id,
        public_id=case.public_id,
        title=case.title,
        role=role,
        asker=somebody(request.asker),
        entered_by_id=request.entered_by_id,
        holder=house(case.holder),
        holder_person=somebody(case.holder_person) if case.holder_person else None,
        held_since=case.held_since,
        state=request.state,
        state_since=request.state_since,
        state_reason=case.state_reason,
        solution_asks=case.solution_asks,
        next_update_at=request.next_update_at,
        over_at=case.over_at,
        work_from=case.work_from,
        arbiter_since=case.arbiter_since,
        arbiter_reason=case.arbiter_reason,
        cause="" if role == "customer" or case.cause is None else case.cause.name,
        parent_id=case.parent_id,
        question_id=case.question_id,
        goes_on_as=case.merged_into.public_id if case.merged_into else None,
        channel=request.channel,
        language=request.language,
        created_at=request.created_at,
        last_activity_at=case.last_activity_at,
        row_version=case.row_version,
        offered=_offered(handover, role) if handover else None,
        open_parts=open_parts,
        is_held_up=bool(is_held_up),
    )


def role_in(viewer: Actor, case: Case) -> Role:
    """Return what a viewer who may see a case is to it."""
    if case.asker_id in {viewer.asker_id, viewer.person_id}:
        return "customer"
    return "holder" if viewer.works_for(case.holder_organisation_id, "cases") else "arbiter"


def somebody(person: Person) -> Somebody:
    """Return a person as a case names her."""
    return Somebody(person.id, person.name, person.handle)


def house(organisation: Organisation) -> House:
    """Return an organisation as a case names it."""
    return House(organisation.id, organisation.name, organisation.slug, organisation.kind)


def _offered(handover: Handover, role: Role) -> Offered:
    return Offered(
        id=handover.id,
        from_organisation_id=handover.from_organisation_id,
        to_organisation_id=handover.to_organisation_id,
        to_person_id=handover.to_person_id,
        state=handover.state,
        to_name=handover.to_organisation.name,
        to_person_name=handover.to_person.name if handover.to_person else "",
        reason="" if role == "customer" else handover.reason,
        offered_at=handover.offered_at,
        due_at=handover.due_at,
    )
