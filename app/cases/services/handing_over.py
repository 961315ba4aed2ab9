"""A case passing to another organisation, or to somebody else in the same one.

Until somebody there says yes, the holder stays: "not ours" without a taker is impossible. What was written goes along,
and the clocks run on.
"""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select, update

from app import clock
from app.actor import SYSTEM, Actor
from app.cases import policy
from app.cases.events.holding import HandoverAccepted, HandoverOffered, HandoverRefused, HandoverWithdrawn
from app.cases.models.cases import Case
from app.cases.models.holding import Handover
from app.cases.services.deciding import escalate, give
from app.cases.services.detailing import ask_for_receiver
from app.cases.services.holding import HasId, hold
from app.cases.services.moving import checked_reason, shift, touch
from app.cases.settings import HANDOVER_HOURS, REFUSALS
from app.db import changed_rows, db, own_session, transaction
from app.errors import Conflict, Invalid
from app.organisations.models import Membership, Organisation
from app.organisations.queries import IN_PUBLIC, people_at
from app.outbox.record import record
from app.verdict import SENTENCES, require

ENDED_AT_ONCE = 100


def offer_handover(
    actor: Actor, case: HasId, *, to_organisation_id: int, to_person_id: int | None = None, reason: str
) -> Handover:
    """Ask another organisation to go on with a case, or a person in one's own; return the handover that waits.

    One that would go back to where the case came from is not asked: the front desk decides, and the handover returned
    is withdrawn. Raises Invalid for a receiver that cannot take it, Conflict where another handover waits.
    """
    held = hold(case)
    require(policy.can_hand_over(actor, held))
    assert actor.person_id is not None
    reason = checked_reason(reason, needed=True)
    _check_receiver(held, to_organisation_id, to_person_id)
    now, goes_back = clock.now(), _came_from(held, to_organisation_id)
    handover = Handover(
        case_id=held.id,
        from_organisation_id=held.holder_organisation_id,
        from_person_id=held.holder_person_id,
        to_organisation_id=to_organisation_id,
        to_person_id=to_person_id,
        offered_by_id=actor.person_id,
        reason=reason,
        state="withdrawn" if goes_back else "pending",
        offered_at=now,
        due_at=now + timedelta(hours=HANDOVER_HOURS.value),
        answered_at=now if goes_back else None,
    )
    _require_none_waits(held)
    db.session.add(handover)
    db.session.flush()  # the fact carries its id
    offered = HandoverOffered(
        case_id=held.id,
        handover_id=handover.id,
        from_organisation_id=handover.from_organisation_id,
        to_organisation_id=to_organisation_id,
        to_person_id=to_person_id,
    )
    touch(held, now)
    record(offered, by=actor, request_id=held.id)
    if goes_back:
        escalate(actor, held, "back_and_forth")
    return handover


def accept_handover(actor: Actor, handover: Handover) -> None:
    """Take on a case that was handed over. Raises Conflict when somebody answered or withdrew it first.

    Where another organisation has it then, the customer is asked whether that may see what it needs.
    """
    held = _hold_asked(actor, handover)
    assert actor.person_id is not None
    _answer(handover, "accepted", by_id=actor.person_id)
    give(held, handover.to_organisation_id, actor.person_id)
    accepted = HandoverAccepted(
        case_id=held.id,
        handover_id=handover.id,
        from_organisation_id=handover.from_organisation_id,
        to_organisation_id=handover.to_organisation_id,
        person_id=actor.person_id,
    )
    record(accepted, by=actor, request_id=held.id)
    if held.state == "received":
        shift(actor, held, "with_helper", "holder")
    if handover.from_organisation_id != handover.to_organisation_id:
        ask_for_receiver(actor, held, from_id=handover.from_organisation_id, to_id=handover.to_organisation_id)


def refuse_handover(actor: Actor, handover: Handover, *, reason: str) -> None:
    """Say no to a case, and why. After so many refusals the front desk decides who goes on with it."""
    held = _hold_asked(actor, handover)
    reason = checked_reason(reason, needed=True)
    _answer(handover, "refused", by_id=actor.person_id, answer=reason)
    touch(held, clock.now())
    refused = HandoverRefused(
        case_id=held.id,
        handover_id=handover.id,
        from_organisation_id=handover.from_organisation_id,
        to_organisation_id=handover.to_organisation_id,
    )
    record(refused, by=actor, request_id=held.id)
    if _refusals(held) >= REFUSALS.value:
        escalate(actor, held, "refused")


def withdraw_handover(actor: Actor, handover: Handover) -> None:
    """Ask no longer. Raises Conflict when somebody answered first."""
    held = hold(_CaseOf(handover))
    db.session.refresh(handover)
    require(policy.can_withdraw_handover(actor, held, handover))
    _withdraw(actor, held, handover, is_unanswered=False)


def end_unanswered() -> None:
    """Take back what nobody answered in time; what another organisation was asked, the front desk decides. A job."""
    due = select(Handover.id).where(Handover.state == "pending", Handover.due_at <= clock.now())
    with own_session() as session:
        ids = session.scalars(due.order_by(Handover.due_at, Handover.id).limit(ENDED_AT_ONCE)).all()
    for handover_id in ids:
        with transaction() as session:
            handover = session.get_one(Handover, handover_id)
            held = hold(_CaseOf(handover))
            session.refresh(handover)
            if handover.state != "pending":
                continue
            _withdraw(SYSTEM, held, handover, is_unanswered=True)
            if handover.to_organisation_id != held.holder_organisation_id:
                escalate(SYSTEM, held, "unanswered")


class _CaseOf:
    """The case of a handover, by its id."""

    def __init__(self, handover: Handover) -> None:
        self.id = handover.case_id


def _hold_asked(actor: Actor, handover: Handover) -> Case:
    """Hold the case of a handover that this actor may answer now, and read both anew."""
    held = hold(_CaseOf(handover))
    db.session.refresh(handover)
    if handover.state != "pending":
        raise Conflict("handover_answered", SENTENCES["handover_answered"])
    require(policy.can_answer_handover(actor, held, handover))
    return held


def _answer(handover: Handover, state: str, *, by_id: int | None, answer: str = "") -> None:
    """Give a handover that waits its answer. Raises Conflict when it has one."""
    answered = (
        update(Handover)
        .where(Handover.id == handover.id, Handover.state == "pending")
        .values(state=state, answer=answer, answered_by_id=by_id, answered_at=clock.now())
    )
    if changed_rows(db.session.execute(answered)) != 1:
        raise Conflict("handover_answered", SENTENCES["handover_answered"])


def _withdraw(actor: Actor, case: Case, handover: Handover, *, is_unanswered: bool) -> None:
    _answer(handover, "withdrawn", by_id=actor.person_id)
    touch(case, clock.now())
    withdrawn = HandoverWithdrawn(case_id=case.id, handover_id=handover.id, is_unanswered=is_unanswered)
    record(withdrawn, by=actor, request_id=case.id)


def _check_receiver(case: Case, organisation_id: int, person_id: int | None) -> None:
    if organisation_id == case.holder_organisation_id:
        colleague = people_at(organisation_id, "cases").where(Membership.person_id == person_id)
        is_other = person_id not in {None, case.holder_person_id, case.asker_id}
        if not is_other or db.session.scalar(colleague.limit(1)) is None:
            raise Invalid("unknown_colleague", _l("Choose a colleague from the list."), field="receiver")
        return
    takes = select(Organisation.id).where(
        Organisation.id == organisation_id, Organisation.kind.in_(IN_PUBLIC), Organisation.closed_at.is_(None)
    )
    if person_id is not None or db.session.scalar(takes) is None:
        raise Invalid("unknown_organisation", _l("Choose an organisation from the list."), field="receiver")


def _came_from(case: Case, organisation_id: int) -> bool:
    """Say whether this organisation handed the case to the one that has it now."""
    latest = (
        select(Handover.from_organisation_id, Handover.to_organisation_id)
        .where(Handover.case_id == case.id, Handover.state.in_(("accepted", "assigned")))
        .where(Handover.from_organisation_id != Handover.to_organisation_id)
        .order_by(Handover.id.desc())
        .limit(1)
    )
    row = db.session.execute(latest).one_or_none()
    return row is not None and tuple(row) == (organisation_id, case.holder_organisation_id)


def _refusals(case: Case) -> int:
    """Return how often others refused the case since its holder's organisation has it."""
    refused = (
        select(func.count())
        .select_from(Handover)
        .where(Handover.case_id == case.id, Handover.state == "refused")
        .where(Handover.from_organisation_id == case.holder_organisation_id)
        .where(Handover.to_organisation_id != case.holder_organisation_id)
        .where(Handover.id > _last_change(case))
    )
    return db.session.scalar(refused) or 0


def _last_change(case: Case) -> ColumnElement[int]:
    """Return the id of the latest handover by which the case changed organisations, or that the front desk decided."""
    changed = select(func.coalesce(func.max(Handover.id), 0)).where(
        Handover.case_id == case.id,
        (Handover.state == "assigned")
        | ((Handover.state == "accepted") & (Handover.from_organisation_id != Handover.to_organisation_id)),
    )
    return changed.scalar_subquery()


def _require_none_waits(case: Case) -> None:
    # The unique index holds it as well; asked first, so that nobody meets an error of the database.
    if db.session.scalar(select(Handover.id).where(Handover.case_id == case.id, Handover.state == "pending")):
        raise Conflict("handover_waits", _l("Another handover of this case waits for an answer."))
