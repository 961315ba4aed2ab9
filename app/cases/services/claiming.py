"""Who has a case at its holder: taking one on that nobody has, and putting one back for a colleague."""

from __future__ import annotations

from sqlalchemy import select, union

from app import clock
from app.actor import SYSTEM, Actor
from app.cases import policy
from app.cases.events.holding import CaseReleased
from app.cases.models.cases import Case
from app.cases.models.holding import Handover
from app.cases.services.holding import HasId, hold, hold_all
from app.cases.services.moving import end_handover, shift, touch
from app.cases.services.talking import take
from app.cases.states import OPEN_STATES, Mover, is_open
from app.db import db, own_session, transaction
from app.organisations.models import Membership
from app.organisations.queries import people_at
from app.outbox.record import record
from app.requests.models import HelpRequest
from app.verdict import require


def claim(actor: Actor, case: HasId) -> None:
    """Take on a case of one's organisation. Raises NotAllowed where a colleague has it; who leads there may take over.

    One that she has already stays as it is.
    """
    held = hold(case)
    require(policy.can_claim(actor, held))
    if held.holder_person_id != actor.person_id:
        take(actor, held)
        touch(held, clock.now())
        db.session.flush()  # a query in the same transaction sees it


def let_go(person_id: int, *, organisation_id: int | None = None) -> None:
    """Let colleagues have what a person has, and ask her no longer to take cases on, at one organisation or at all: she
    is gone. What is over stays with her name; and where she has her seat again, or another one for it, all of it.
    """
    if organisation_id is not None:
        seats = people_at(organisation_id, "cases").where(Membership.person_id == person_id)
        if db.session.scalar(seats.limit(1)) is not None:
            return
    hers = (
        select(Case.id).join(Case.request).where(Case.holder_person_id == person_id, HelpRequest.state.in_(OPEN_STATES))
    )
    asked = select(Handover).where(Handover.to_person_id == person_id, Handover.state == "pending")
    if organisation_id is not None:
        hers = hers.where(Case.holder_organisation_id == organisation_id)
        asked = asked.where(Handover.to_organisation_id == organisation_id)
    handovers = {each.case_id: each for each in db.session.scalars(asked)}
    # Always in the order of their ids, so that nobody waits in a circle.
    for case in hold_all(*sorted({*db.session.scalars(hers), *handovers})):
        if case.holder_person_id == person_id and is_open(case.state):
            _put_back(SYSTEM, case, by="program")
        if case.id in handovers:
            end_handover(SYSTEM, case, clock.now())


def let_go_of_gone() -> None:
    """Let go for everybody who has an open case at an organisation, or is asked to take one on there, where she has no
    seat for cases any more, neither her own nor one of an agency: it was given up, or the engagement ended or ran out.

    Returns when nobody is left; each in a transaction of her own.
    """
    holds_there = people_at(Case.holder_organisation_id, "cases").where(Membership.person_id == Case.holder_person_id)
    takes_there = people_at(Handover.to_organisation_id, "cases").where(Membership.person_id == Handover.to_person_id)
    hers = select(Case.holder_person_id, Case.holder_organisation_id).join(Case.request)
    asked = select(Handover.to_person_id, Handover.to_organisation_id).where(Handover.state == "pending")
    gone = union(
        hers.where(HelpRequest.state.in_(OPEN_STATES), Case.holder_person_id.is_not(None), ~holds_there.exists()),
        asked.where(Handover.to_person_id.is_not(None), ~takes_there.exists()),
    )
    # Without the write lock, for mostly there is nobody.
    with own_session() as session:
        found = session.execute(gone.order_by("holder_person_id", "holder_organisation_id")).all()
    for person_id, organisation_id in found:
        assert person_id is not None, "the query asks"
        with transaction():
            let_go(person_id, organisation_id=organisation_id)


def release(actor: Actor, case: HasId) -> None:
    """Put a case back: it waits for a colleague at the same organisation."""
    held = hold(case)
    require(policy.can_release(actor, held))
    _put_back(actor, held, by="holder")


def _put_back(actor: Actor, case: Case, *, by: Mover) -> None:
    assert case.holder_person_id is not None, "the policy asks"
    fact = CaseReleased(
        case_id=case.id, organisation_id=case.holder_organisation_id, from_person_id=case.holder_person_id
    )
    now = clock.now()
    case.holder_person_id, case.held_since = None, now
    touch(case, now)
    record(fact, by=actor, request_id=case.id)
    if case.state == "with_helper":
        shift(actor, case, "received", by)
