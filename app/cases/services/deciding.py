"""The front desk as arbiter: it decides who goes on with a case when organisations do not agree among themselves."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app import clock
from app.actor import Actor
from app.cases import policy
from app.cases.events.holding import ArbiterReason, CaseAssigned, CaseEscalated
from app.cases.models.cases import Case
from app.cases.models.holding import Handover
from app.cases.services.detailing import ask_for_receiver
from app.cases.services.holding import HasId, hold
from app.cases.services.moving import checked_reason, shift, touch
from app.db import db
from app.errors import Invalid
from app.organisations.models import Organisation
from app.organisations.queries import IN_PUBLIC
from app.outbox.record import record
from app.verdict import require


def escalate(actor: Actor, case: Case, reason: ArbiterReason) -> None:
    """Let the front desk decide who goes on with a held case; until then its holder has it."""
    now = clock.now()
    case.arbiter_since, case.arbiter_reason = now, reason
    touch(case, now)
    record(CaseEscalated(case_id=case.id, reason=reason), by=actor, request_id=case.id)


def assign(actor: Actor, case: HasId, *, organisation_id: int, reason: str) -> Handover:
    """Decide who goes on with a case: this organisation has it from now on, and cannot refuse.

    It may be the one that has it. Raises Invalid for an organisation that does not help here.
    """
    held = hold(case)
    require(policy.can_assign(actor, held))
    assert actor.person_id is not None
    reason = checked_reason(reason, needed=True)
    takes = select(Organisation.id).where(
        Organisation.id == organisation_id, Organisation.kind.in_(IN_PUBLIC), Organisation.closed_at.is_(None)
    )
    if db.session.scalar(takes) is None:
        raise Invalid("unknown_organisation", _l("Choose an organisation from the list."), field="receiver")
    now = clock.now()
    decided = Handover(
        case_id=held.id,
        from_organisation_id=held.holder_organisation_id,
        from_person_id=held.holder_person_id,
        to_organisation_id=organisation_id,
        offered_by_id=actor.person_id,
        reason=reason,
        state="assigned",
        answered_by_id=actor.person_id,
        offered_at=now,
        due_at=now,
        answered_at=now,
    )
    db.session.add(decided)
    db.session.flush()  # the fact carries its id
    assigned = CaseAssigned(
        case_id=held.id,
        handover_id=decided.id,
        from_organisation_id=decided.from_organisation_id,
        to_organisation_id=organisation_id,
    )
    is_another = organisation_id != held.holder_organisation_id
    give(held, organisation_id, None if is_another else held.holder_person_id)
    record(assigned, by=actor, request_id=held.id)
    if is_another and held.state == "with_helper":
        shift(actor, held, "received", "holder")
    if is_another:
        ask_for_receiver(actor, held, from_id=decided.from_organisation_id, to_id=organisation_id)
    return decided


def give(case: Case, organisation_id: int, person_id: int | None) -> None:
    """Let a held case have another holder, and with it the cases that were merged into it. The front desk is done."""
    now = clock.now()
    case.holder_organisation_id, case.holder_person_id, case.held_since = organisation_id, person_id, now
    case.arbiter_since = case.arbiter_reason = None
    touch(case, now)
    db.session.flush()  # the merged follow
    merged = update(Case).where(Case.merged_into_id == case.id)
    db.session.execute(merged.values(holder_organisation_id=organisation_id, holder_person_id=person_id))
