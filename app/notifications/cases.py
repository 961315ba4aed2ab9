"""News about cases: what a fact means to those who take part, and who they are. Its customer, and who works on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select

from app.accounts.models import Person
from app.cases.events.holding import (
    CaseAssigned,
    CaseClaimed,
    CaseOpened,
    HandoverAccepted,
    HandoverOffered,
    HandoverRefused,
)
from app.cases.events.promises import ClockRanOut, ClockWarned, PointAnswered, PointPut, PromiseBroken, PromiseMade
from app.cases.events.talk import CaseMessagePosted, CaseMoved, CaseSolutionAsked
from app.cases.models.cases import Case
from app.cases.models.holding import Handover
from app.cases.models.promises import Promise
from app.db import db
from app.organisations.queries import people_at
from app.outbox.facts import Fact
from app.privacy.events import AskAnswered, DetailsAsked
from app.requests.models import HelpRequest

MOST_MEMBERS = 200
KINDS = (
    "case_message_posted",
    "details_asked",
    "ask_answered",
    "point_put",
    "point_answered",
    "promise_made",
    "promise_broken",
    "clock_warned",
    "clock_ran_out",
    "handover_offered",
    "handover_accepted",
    "handover_refused",
    "case_opened",
    "case_claimed",
    "case_moved",
    "case_assigned",
    "case_solution_asked",
)


@dataclass(frozen=True)
class CaseNews:
    """What a fact means: the kind of news, and for whom: its customer, those who help, or both sides; those who are
    asked to take it on, by the handover's id, or had it until then.
    """

    kind: str
    to_customer: bool = False
    to_helpers: bool = False
    asked_by: int | None = None
    taken_by: int | None = None


def case_news_of(fact: Fact) -> CaseNews | None:
    """Return what a fact about a case means to those who take part; None where it means nothing."""
    match fact:
        case CaseMessagePosted(is_note=False, by=by):
            return CaseNews("case_message", to_customer=by == "holder", to_helpers=by == "customer")
        case DetailsAsked() | PointPut(point_kind="understanding" | "date"):
            return CaseNews("case_asked", to_customer=True)
        case PointPut(point_kind="dispute"):
            return CaseNews("case_disputed", to_helpers=True)
        case PointAnswered(point_kind="dispute", answer=answer):
            return CaseNews("case_settled", to_customer=answer != "taken_back", to_helpers=answer == "taken_back")
        case PointAnswered(answer=answer) if answer not in {"replaced", "alone"}:
            return CaseNews("case_answered", to_helpers=True)
        case AskAnswered(answer=answer) if answer != "withdrawn":
            return CaseNews("case_answered", to_helpers=True)
        case PromiseMade():
            return CaseNews("promise_made", to_customer=True)
        case PromiseBroken():
            return CaseNews("promise_broken", to_customer=True, to_helpers=True)
        case ClockRanOut(clock="next_update"):
            return CaseNews("news_missed", to_customer=True, to_helpers=True)
        case ClockRanOut():
            return CaseNews("clock_over", to_helpers=True)
        case ClockWarned():
            return CaseNews("clock_soon", to_helpers=True)
        case _:
            return _changed_hands(fact)


def _changed_hands(fact: Fact) -> CaseNews | None:
    """Return what it means that a case was opened, has somebody else, or stands elsewhere."""
    match fact:
        case HandoverOffered(handover_id=handover_id):
            return CaseNews("case_offered", asked_by=handover_id)
        case HandoverAccepted(handover_id=handover_id):
            return CaseNews("case_handed", to_customer=True, taken_by=handover_id)
        case CaseClaimed():
            return CaseNews("case_handed", to_customer=True)
        case CaseAssigned(handover_id=handover_id):
            return CaseNews("case_handed", to_customer=True, to_helpers=True, taken_by=handover_id)
        case HandoverRefused():
            return CaseNews("case_refused", to_helpers=True)
        case CaseOpened(holder_person_id=has_it):
            # One that was written down for her has somebody already; any other waits for who takes it on.
            return CaseNews("case_opened", to_customer=has_it is not None, to_helpers=has_it is None)
        case CaseSolutionAsked():
            return CaseNews("case_asked", to_customer=True)
        case CaseMoved(to_state="waiting" | "solved" | "closed", by=by):
            return CaseNews("case_moved", to_customer=by != "customer", to_helpers=by != "holder")
        case CaseMoved(from_state="solved" | "closed"):
            return CaseNews("case_moved", to_helpers=True)  # opened again
    return None


def customer_of(case_id: int) -> Sequence[int]:
    """Return the person whose case it is."""
    return db.session.scalars(select(HelpRequest.asker_id).where(HelpRequest.id == case_id)).all()


def helpers_of(case_id: int, *, promise_id: int | None = None) -> Sequence[int]:
    """Return who has the case, else everybody at its holder who works on cases; and who made this promise."""
    held = db.session.execute(
        select(Case.holder_person_id, Case.holder_organisation_id).where(Case.id == case_id)
    ).one_or_none()
    if held is None:
        return []
    found = [held.holder_person_id] if held.holder_person_id is not None else []
    if promise_id is not None:
        promised = select(Promise.by_person_id).where(Promise.id == promise_id, Promise.by_person_id.is_not(None))
        found += [each for each in db.session.scalars(promised) if each is not None]
    return found or db.session.scalars(_members(held.holder_organisation_id)).all()


def asked_by(handover_id: int | None) -> Sequence[int]:
    """Return who is asked to take a case on, while that waits for an answer: the person named, else all there."""
    handover = None if handover_id is None else db.session.get(Handover, handover_id)
    if handover is None or handover.state != "pending":
        return []
    if handover.to_person_id is not None:
        return [handover.to_person_id]
    return db.session.scalars(_members(handover.to_organisation_id)).all()


def had_before(handover_id: int | None) -> Sequence[int]:
    """Return who had a case until this handover, or offered it."""
    handover = None if handover_id is None else db.session.get(Handover, handover_id)
    if handover is None or handover.state not in {"accepted", "assigned"}:
        return []
    # Who decides at the front desk knows it already.
    offered_by = handover.offered_by_id if handover.state == "accepted" else None
    return [each for each in dict.fromkeys((handover.from_person_id, offered_by)) if each is not None]


def takes_part_in(case_id: int, kind: str) -> ColumnElement[bool] | None:
    """Return the condition on people that news of this kind about a case is for their eyes now; None where there is no
    such case. That a case is offered, or gone, also those hear who do not see it.
    """
    row = db.session.execute(
        select(HelpRequest.asker_id, Case.holder_organisation_id)
        .join(HelpRequest, HelpRequest.id == Case.id)
        .where(Case.id == case_id)
    ).one_or_none()
    if row is None:
        return None
    is_somebody = Person.erased_at.is_(None) & Person.merged_into_id.is_(None)
    helps = Person.id.in_(people_at(row.holder_organisation_id, "cases")) & Person.suspended_at.is_(None)
    outside = {
        "case_offered": (Handover.state == "pending"),
        "case_handed": Handover.state.in_(("accepted", "assigned")),
    }
    if kind not in outside:
        return is_somebody & or_(Person.id == row.asker_id, helps)
    ids = select(Handover.id).where(Handover.case_id == case_id, outside[kind]).order_by(Handover.id.desc()).limit(1)
    latest = db.session.scalar(ids)
    others = asked_by(latest) if kind == "case_offered" else had_before(latest)
    is_other = Person.id.in_(others) & (Person.id != row.asker_id) & Person.suspended_at.is_(None)
    return is_somebody & or_(Person.id == row.asker_id, helps, is_other)


def _members(organisation_id: int) -> Select[int]:
    return people_at(organisation_id, "cases").limit(MOST_MEMBERS)
