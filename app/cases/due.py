"""The worker's part about time: promises that are broken by now, and clocks that are about to run out, or did.

Found by their dates, without anybody opening a page; each is written down in a transaction of its own.
"""

from __future__ import annotations

from sqlalchemy import or_, select

from app import clock
from app.cases.models.clocks import CaseClock
from app.cases.models.promises import Promise
from app.cases.services.clocks import tell_if_due
from app.cases.services.promising import break_if_due
from app.db import own_session, transaction

AT_ONCE = 200


def break_promises() -> None:
    """Write down which promises are broken since their time is over. A job."""
    due = select(Promise.help_request_id, Promise.id).where(Promise.state == "open", Promise.due_at < clock.now())
    with own_session() as session:
        found = session.execute(due.order_by(Promise.due_at, Promise.id).limit(AT_ONCE)).all()
    for case_id, promise_id in found:
        with transaction():
            break_if_due(case_id, promise_id)


def watch_clocks() -> None:
    """Warn of clocks that are about to run out, and write down which have. A job."""
    now = clock.now()
    ran_out = CaseClock.due_at < now
    close = (CaseClock.warned_at.is_(None)) & (CaseClock.warn_at <= now)
    due = (
        select(CaseClock.help_request_id, CaseClock.kind)
        .where(CaseClock.due_at.is_not(None), CaseClock.breached_at.is_(None), or_(ran_out, close))
        .order_by(CaseClock.due_at, CaseClock.help_request_id)
    )
    with own_session() as session:
        found = session.execute(due.limit(AT_ONCE)).all()
    for case_id, kind in found:
        with transaction():
            tell_if_due(case_id, kind)
