"""Putting a case off: until then it is not among what there is to do, unless something happens in it before."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from app import clock
from app.actor import Actor
from app.cases import desk_policy
from app.cases.events.desk import CaseSnoozed, CaseWoken
from app.cases.models.cases import Case
from app.cases.models.desk import CaseSnooze
from app.cases.services.holding import HasId, hold
from app.db import db, transaction, upsert
from app.errors import Invalid
from app.outbox.record import record
from app.verdict import require

LONGEST = timedelta(days=90)


def snooze(actor: Actor, case: HasId, *, until: datetime) -> None:
    """Put a case off. Raises Invalid for a moment that is past or too far ahead, or after the customer expects news."""
    held = hold(case)
    require(desk_policy.can_snooze(actor, held))
    check_moment(until)
    promised = held.request.next_update_at
    if promised is not None and clock.now() < promised < until:
        raise Invalid(
            "snooze_past_news", _l("Her customer hears more before that. Choose an earlier moment."), field="until"
        )
    put_off(actor, held, until)


def wake(actor: Actor, case: HasId) -> None:
    """Put a case that was put off among what there is to do again."""
    held = hold(case)
    require(desk_policy.can_snooze(actor, held))
    db.session.execute(delete(CaseSnooze).where(CaseSnooze.case_id == held.id))
    record(CaseWoken(case_id=held.id), by=actor, request_id=held.id)


def put_off(actor: Actor, case: Case, until: datetime) -> None:
    """Write down that a held case is put off, instead of until when it was before."""
    now = clock.now()
    row = {
        "case_id": case.id,
        "row_version": case.row_version,
        "until_at": until,
        "by_person_id": actor.person_id,
        "snoozed_at": now,
    }
    put = upsert(CaseSnooze).values(**row)
    db.session.execute(put.on_conflict_do_update(index_elements=["case_id"], set_=row))
    record(CaseSnoozed(case_id=case.id, until_at=until), by=actor, request_id=case.id)


def check_moment(until: datetime) -> None:
    """Raise Invalid for a moment until which nothing can be put off."""
    now = clock.now()
    if not now < until <= now + LONGEST:
        raise Invalid("snooze_out_of_bounds", _l("Choose a moment within the next 90 days."), field="until")


def forget_old_snoozes() -> None:
    """Delete what is over. A job."""
    with transaction() as session:
        session.execute(delete(CaseSnooze).where(CaseSnooze.until_at < clock.now()))
