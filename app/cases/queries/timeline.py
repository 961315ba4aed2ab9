"""The one timeline of a case: every fact about it in order, with the words that go with it, whatever the channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.cases.models.cases import Case
from app.cases.models.holding import CaseMove, Handover
from app.cases.models.messages import Message
from app.cases.models.parts import PlannedPart
from app.cases.models.promises import CasePoint, Promise
from app.cases.queries.case_view import CaseView
from app.db import db
from app.marketplace.models.quotes import Quote
from app.marketplace.models.services import Service
from app.organisations.models import Organisation
from app.outbox.models import DomainEvent

# Facts that only those who work on a case see: what goes on between organisations before it is settled.
INSIDE = frozenset({"handover_refused", "case_released", "case_escalated"})
SHOWN = (
    "case_opened",
    "case_claimed",
    "case_released",
    "case_message_posted",
    "case_moved",
    "case_solution_asked",
    "handover_offered",
    "handover_accepted",
    "handover_refused",
    "handover_withdrawn",
    "case_escalated",
    "case_assigned",
    "case_merged",
    "promise_made",
    "promise_moved",
    "promise_moved_alone",
    "promise_kept",
    "promise_broken",
    "promise_released",
    "point_put",
    "point_answered",
    "details_asked",
    "ask_answered",
    "quote_made",
    "quote_withdrawn",
    "quote_declined",
    "agreement_made",
    "part_asked",
    "part_moved",
    "part_dropped",
)
# Facts that give a date, or propose one.
DATES = frozenset({"promise_made", "promise_moved", "promise_moved_alone", "point_put"})
# What people do that moves a case by itself, and where to: the move is then not told beside it.
MOVES_IT: Mapping[str, frozenset[str]] = {
    "case_claimed": frozenset({"with_helper"}),
    "handover_accepted": frozenset({"with_helper"}),
    "case_message_posted": frozenset({"received", "with_helper"}),
    "case_solution_asked": frozenset({"waiting"}),
    "point_put": frozenset({"waiting"}),
    "point_answered": frozenset({"received", "with_helper"}),
    "details_asked": frozenset({"waiting"}),
    "quote_made": frozenset({"waiting"}),
    "quote_declined": frozenset({"received", "with_helper"}),
    "agreement_made": frozenset({"received", "with_helper"}),
}


@dataclass(frozen=True)
class Entry:
    """One moment on the timeline. `kind` is the fact's, `fact` its fields.

    `by` did it for an `organisation`, engaged `through` another one, or `representing` somebody. `is_inside` marks what
    the customer never sees.
    """

    id: int
    kind: str
    at: datetime
    by: Person | None
    organisation: Organisation | None
    through: Organisation | None
    representing: Person | None
    fact: Mapping[str, Any]
    is_inside: bool
    message: Message | None = None
    handover: Handover | None = None
    move: CaseMove | None = None
    promise: Promise | None = None
    point: CasePoint | None = None
    quote: Quote | None = None
    service: Service | None = None

    @property
    def due_at(self) -> datetime | None:
        """By when, where it gives or proposes a date."""
        told = self.fact.get("due_at") if self.kind in DATES else None
        return datetime.fromisoformat(told) if told else None


def timeline_of(case: CaseView) -> list[Entry]:
    """Return what happened in a case, the oldest first, as far as the viewer of this view may see it. One statement."""
    through, represented, asked = aliased(Organisation), aliased(Person), aliased(Service)
    fact = DomainEvent.payload
    of_fact = (Message, Handover, CaseMove, Promise, CasePoint, Quote, asked, Service)
    rows: Any = db.session.execute(
        select(DomainEvent, Person, Organisation, through, represented, *of_fact)
        .outerjoin(Person, Person.id == DomainEvent.actor_id)
        .outerjoin(Organisation, Organisation.id == DomainEvent.acting_for_organisation_id)
        .outerjoin(through, through.id == DomainEvent.through_organisation_id)
        .outerjoin(represented, represented.id == DomainEvent.representing_person_id)
        .outerjoin(Message, Message.id == fact["message_id"].as_integer())
        .outerjoin(Handover, Handover.id == fact["handover_id"].as_integer())
        .outerjoin(CaseMove, CaseMove.id == fact["move_id"].as_integer())
        .outerjoin(Promise, Promise.id == fact["promise_id"].as_integer())
        .outerjoin(CasePoint, CasePoint.id == fact["point_id"].as_integer())
        .outerjoin(Quote, Quote.id == fact["quote_id"].as_integer())
        .outerjoin(asked, asked.id == fact["service_id"].as_integer())
        .outerjoin(PlannedPart, PlannedPart.id == fact["planned_part_id"].as_integer())
        .outerjoin(Service, Service.id == PlannedPart.service_id)
        .where(DomainEvent.help_request_id.in_(_with_merged(case)), DomainEvent.kind.in_(SHOWN))
        .order_by(DomainEvent.happened_at, DomainEvent.id)
        .options(joinedload(Handover.to_organisation), joinedload(Handover.to_person), joinedload(CaseMove.cause))
        .options(joinedload(asked.organisation))
    )
    entries = [
        Entry(
            id=event.id,
            kind=event.kind,
            at=event.happened_at,
            fact=event.payload,
            is_inside=event.kind in INSIDE or bool(event.payload.get("is_note")),
            by=by,
            organisation=organisation,
            through=agency,
            representing=customer,
            message=message,
            handover=handover,
            move=move,
            promise=promise,
            point=point,
            quote=quote,
            service=given or part,
        )
        for event, by, organisation, agency, customer, *more in rows
        for message, handover, move, promise, point, quote, given, part in (more,)
    ]
    return [each for each in entries if case.is_inside or not each.is_inside]


def told_once(entries: Sequence[Entry]) -> list[Entry]:
    """Return what a page tells of a timeline: without moves that only repeat what stands next to them."""
    return [
        each for place, each in enumerate(entries) if not _is_told_twice(entries[max(place - 1, 0) : place + 2], each)
    ]


def _is_told_twice(around: Sequence[Entry], entry: Entry) -> bool:
    """Say whether a moment only repeats what its actor did right before or after it."""
    if entry.kind == "point_answered":
        return entry.fact["answer"] in {"agreed", "alone", "replaced"}  # the new date, or the new words, are told
    if entry.kind == "point_put" and entry.point is not None:
        return entry.point.answer == "alone"  # that the date was set is told
    if entry.kind == "ask_answered":
        return bool(entry.fact["answer"] == "withdrawn")  # the case went to others, who ask anew
    if entry.kind == "part_moved":
        # That it was asked for, or taken out, is told.
        was, goes = entry.fact["from_state"], entry.fact["to_state"]
        return goes not in {"refused", "solved"} and (was, goes) != ("solved", "open")
    if entry.kind != "case_moved" or (entry.move and entry.move.reason):
        return False
    by, to_state = (entry.by.id if entry.by else None), entry.fact["to_state"]
    return any(each.by and each.by.id == by and to_state in MOVES_IT.get(each.kind, ()) for each in around)


def _with_merged(case: CaseView) -> Select[int]:
    """Return the ids of a case and of those that go on as it."""
    return select(Case.id).where(or_(Case.id == case.id, Case.merged_into_id == case.id))
