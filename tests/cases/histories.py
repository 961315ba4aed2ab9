"""Random histories of cases through the services, and what must hold after every step of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.actor import Actor
from app.cases import jobs
from app.cases.models.cases import Case
from app.cases.models.clocks import CaseClock
from app.cases.models.holding import CaseMove, Handover
from app.cases.models.messages import Message
from app.cases.models.promises import CasePoint
from app.cases.queries.case_view import case_view
from app.cases.queries.timeline import timeline_of
from app.cases.services import claiming, deciding, disputing, handing_over, merging, moving, talking
from app.cases.services.opening import open_case
from app.cases.settings import SILENCE_DAYS
from app.cases.states import MOVES, OPEN_STATES
from app.db import db
from app.errors import DomainError
from app.outbox.models import DomainEvent
from tests.accounts import make as accounts
from tests.cases.make import composed
from tests.cast import Cast, acting
from tests.organisations import make as organisations

TITLE = "My bill of May is twice as high"
HOURS = (1, 30, 60, 130, 24 * 15)
# What may happen; each takes a number that chooses among what there is.
STEPS = (
    "write",
    "note",
    "claim",
    "release",
    "wait",
    "restate",
    "confirm",
    "correct",
    "ask_if_solved",
    "solve",
    "close",
    "reopen",
    "offer",
    "offer_colleague",
    "accept",
    "refuse",
    "withdraw",
    "assign",
    "open",
    "merge",
    "pass_time",
)


class World:
    """Two cases of one customer, and everybody who could do something with them: also who must not."""

    def __init__(self, cast: Cast, shift: Callable[..., object]) -> None:
        colleague, desk = accounts.person("Cleo Colleague"), accounts.person("Fred Frontdesk")
        organisations.membership(colleague, cast.waterworks)
        organisations.membership(desk, cast.front_desk)
        self.shift = shift
        self.customer = acting(cast.customer)
        self.people: list[Actor] = [
            self.customer,
            acting(cast.agent, for_organisation=cast.waterworks),
            acting(colleague, for_organisation=cast.waterworks),
            acting(cast.rival, for_organisation=cast.energy),
            acting(cast.partner, for_organisation=cast.plumbers),
            acting(desk, for_organisation=cast.front_desk),
            acting(cast.operator),
        ]
        self.colleagues = [cast.agent.id, colleague.id]
        self.houses = [cast.waterworks.id, cast.energy.id, cast.plumbers.id, cast.front_desk.id]
        self.cases = [self._open(cast.waterworks.id).id, self._open(None).id]

    def step(self, what: str, who: int, which: int) -> bool:
        """Let somebody try something; return whether it was allowed. What is refused leaves nothing behind."""
        actor = self.people[who % len(self.people)]
        if what == "pass_time":
            self.shift(3600 * HOURS[which % len(HOURS)])
            jobs.go_on_after_silence()
            handing_over.end_unanswered()
            jobs.close_solved()
            return True
        case = db.session.get_one(Case, self.cases[which % len(self.cases)])
        nested = db.session.begin_nested()
        try:
            self._do(what, actor, case, which)
        except DomainError:
            nested.rollback()
            db.session.expire_all()
            return False
        nested.commit()
        return True

    def _do(self, what: str, actor: Actor, case: Case, which: int) -> None:
        handover = db.session.scalars(
            sa.select(Handover).where(Handover.case_id == case.id).order_by(Handover.id.desc()).limit(1)
        ).one_or_none()
        match what:
            case "write":
                talking.post_message(actor, case, text=composed("And now?"))
            case "note":
                talking.post_message(actor, case, text=composed("She called before."), is_note=True)
            case "claim":
                claiming.claim(actor, case)
            case "release":
                claiming.release(actor, case)
            case "wait":
                moving.move(actor, case, "waiting", reason="Which meter is it?")
            case "restate":
                disputing.state_understanding(actor, case, words="The bill of May is too high.")
            case "confirm" | "correct":
                waits = sa.select(CasePoint.id).where(CasePoint.help_request_id == case.id, CasePoint.answer.is_(None))
                for point_id in db.session.scalars(waits).all():
                    if what == "confirm":
                        disputing.confirm_understanding(actor, case, point_id)
                    else:
                        disputing.correct_understanding(actor, case, point_id, words="I mean that of June.")
            case "ask_if_solved":
                moving.ask_if_solved(actor, case)
            case "solve":
                moving.move(actor, case, "solved")
            case "close":
                moving.move(actor, case, "closed", reason="It is somebody else's network.")
            case "reopen":
                moving.reopen(actor, case)
            case "offer":
                to = self.houses[which % len(self.houses)]
                handing_over.offer_handover(actor, case, to_organisation_id=to, reason="It is your pipe.")
            case "offer_colleague":
                handing_over.offer_handover(
                    actor,
                    case,
                    to_organisation_id=case.holder_organisation_id,
                    to_person_id=self.colleagues[which % len(self.colleagues)],
                    reason="You know her.",
                )
            case "accept" if handover is not None:
                handing_over.accept_handover(actor, handover)
            case "refuse" if handover is not None:
                handing_over.refuse_handover(actor, handover, reason="Not our pipe.")
            case "withdraw" if handover is not None:
                handing_over.withdraw_handover(actor, handover)
            case "assign":
                deciding.assign(
                    actor, case, organisation_id=self.houses[which % len(self.houses)], reason="The pipe is yours."
                )
            case "merge":
                other = self.cases[(which + 1) % len(self.cases)]
                merging.merge(actor, case, db.session.get_one(Case, other))
            case "open" if len(self.cases) < 4:
                self.cases.append(self._open(self.houses[which % len(self.houses)]).id)

    def _open(self, organisation_id: int | None) -> Case:
        return open_case(self.customer, title=TITLE, text=composed(), organisation_id=organisation_id)


def check(world: World) -> None:
    """Assert what must hold for every case, whatever happened."""
    db.session.flush()
    db.session.expire_all()
    for case_id in world.cases:
        case = db.session.get_one(Case, case_id)
        facts = db.session.scalars(
            sa.select(DomainEvent).where(DomainEvent.help_request_id == case_id).order_by(DomainEvent.id)
        ).all()
        _one_holder(case, facts)
        _allowed_moves_only(case, facts)
        _work_begins_with_a_yes(case, facts)
        _one_handover_waits_at_most(case)
        _always_a_next_update(case)
    _timeline_is_complete(world)


def _one_holder(case: Case, facts: Any) -> None:
    """What the facts say, read from the first on, is what the row says."""
    organisation_id = person_id = None
    for each in facts:
        told = each.payload
        match each.kind:
            case "case_opened":
                organisation_id, person_id = told["holder_organisation_id"], told["holder_person_id"]
            case "case_claimed":
                assert organisation_id == told["organisation_id"]
                assert person_id == told["from_person_id"]
                person_id = told["person_id"]
            case "case_released":
                person_id = None
            case "handover_accepted":
                assert organisation_id == told["from_organisation_id"], "only who has a case gives it"
                organisation_id, person_id = told["to_organisation_id"], told["person_id"]
            case "case_assigned":
                if organisation_id != told["to_organisation_id"]:
                    organisation_id, person_id = told["to_organisation_id"], None
        assert organisation_id is not None
    if case.merged_into_id is None:
        assert (case.holder_organisation_id, case.holder_person_id) == (organisation_id, person_id)


def _allowed_moves_only(case: Case, facts: Any) -> None:
    state = "received"
    for each in facts:
        if each.kind == "case_moved":
            assert each.payload["from_state"] == state
            assert each.payload["by"] in MOVES[state][each.payload["to_state"]]
            state = each.payload["to_state"]
    assert case.state == state
    moves = db.session.scalars(sa.select(CaseMove).where(CaseMove.case_id == case.id).order_by(CaseMove.id)).all()
    assert all(one.to_state == next_one.from_state for one, next_one in itertools.pairwise(moves))
    if state in {"received", "with_helper"}:
        assert (case.holder_person_id is None) == (state == "received")
    assert (case.over_at is None) == (state in OPEN_STATES)


def _work_begins_with_a_yes(case: Case, facts: Any) -> None:
    """What the facts say of when work may begin is what the row says, and nobody asked whether it is solved before."""
    begins = None
    for each in facts:
        match each.kind, each.payload.get("point_kind"):
            case "point_put", "understanding":
                begins = each.happened_at + timedelta(days=SILENCE_DAYS.value)
            case "point_answered", "understanding" if each.payload["answer"] in {"confirmed", "corrected"}:
                begins = each.happened_at
            case "case_solution_asked", _:
                assert begins is not None
                assert begins <= each.happened_at
    assert (case.work_from is None) == (begins is None)
    if begins is not None and case.work_from is not None:
        assert abs(case.work_from - begins) < timedelta(seconds=1)


def _one_handover_waits_at_most(case: Case) -> None:
    waits = sa.select(sa.func.count()).where(Handover.case_id == case.id, Handover.state == "pending")
    count = db.session.scalar(waits) or 0
    assert count <= (1 if case.state in OPEN_STATES and case.arbiter_since is None else 0)


def _always_a_next_update(case: Case) -> None:
    assert (case.request.next_update_at is not None) == (case.state in OPEN_STATES)
    assert case.request.audience == f"request:{case.id}"
    if case.solution_asks:
        assert case.request.next_update_at >= clock.now()  # asked again, or over
    first = sa.select(sa.func.min(CaseClock.due_at)).where(CaseClock.help_request_id == case.id)
    assert case.first_due_at == db.session.scalar(first)
    assert (case.first_due_at is not None) == (case.state in OPEN_STATES)


def _timeline_is_complete(world: World) -> None:
    """Every message, move and handover stands on a timeline once; the customer's has all but what is inside."""
    for case_id in world.cases:
        case = db.session.get_one(Case, case_id)
        if case.merged_into_id is not None:
            continue
        family = sa.select(Case.id).where((Case.id == case_id) | (Case.merged_into_id == case_id))
        seat = next(one for one in world.people if one.acting_for_organisation_id == case.holder_organisation_id)
        inside = timeline_of(case_view(seat, case_id))
        outside = timeline_of(case_view(world.customer, case_id))

        messages = set(db.session.scalars(sa.select(Message.id).where(Message.case_id.in_(family))))
        assert sorted(each.message.id for each in inside if each.message) == sorted(messages)
        moves = set(db.session.scalars(sa.select(CaseMove.id).where(CaseMove.case_id.in_(family))))
        assert sorted(each.move.id for each in inside if each.move) == sorted(moves)
        handovers = set(db.session.scalars(sa.select(Handover.id).where(Handover.case_id.in_(family))))
        assert {each.handover.id for each in inside if each.handover} == handovers
        assert [each.id for each in outside] == [each.id for each in inside if not each.is_inside]
        assert not [each for each in outside if each.message and each.message.kind == "note"]
