"""Undoing what was done from the desk: in each case for as long as nothing happened in it since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from app import clock
from app.actor import Actor
from app.cases import desk_policy, policy
from app.cases.events.desk import CaseWoken, DeskActUndone
from app.cases.models.cases import Case
from app.cases.models.desk import CaseSnooze, DeskAct
from app.cases.models.holding import Handover
from app.cases.services import claiming, handing_over, moving, snoozing
from app.cases.services.clocks import run_clocks
from app.cases.services.holding import hold_all
from app.db import changed_rows, db
from app.errors import Conflict
from app.outbox.record import record
from app.verdict import require

Item = dict[str, Any]


def undo(actor: Actor, act: DeskAct) -> tuple[int, int]:
    """Take an act back; return in how many cases that was done, and in how many things had changed since.

    One's own query found the act. Raises Conflict where it was undone before or nothing is left to undo.
    """
    require(desk_policy.can_work(actor))
    # Claimed in the UPDATE itself: pressed twice, an act is undone once.
    claimed = update(DeskAct).where(DeskAct.id == act.id, DeskAct.undone_at.is_(None)).values(undone_at=clock.now())
    if changed_rows(db.session.execute(claimed)) != 1:
        raise Conflict("undone_already", _l("This was undone already."))
    items: dict[int, Item] = {item["id"]: item for item in act.details["cases"]}
    undone = 0
    for case in hold_all(*sorted(items)):
        if case.row_version == items[case.id]["version"] and policy.holds(actor, case):
            REVERSALS[act.kind](actor, case, items[case.id])
            undone += 1
    changed = len(items) - undone
    if not undone:
        raise Conflict("changed_since", _l("This changed since then, so it cannot be undone."))
    record(DeskActUndone(act_id=act.id, undone=undone, changed=changed), by=actor)
    return undone, changed


def _put_back(actor: Actor, case: Case, _item: Item) -> None:
    claiming.release(actor, case)


def _take_again(actor: Actor, case: Case, _item: Item) -> None:
    claiming.claim(actor, case)


def _ask_no_longer(actor: Actor, _case: Case, item: Item) -> None:
    handing_over.withdraw_handover(actor, db.session.get_one(Handover, item["handover_id"]))


def _as_long_as_before(actor: Actor, case: Case, item: Item) -> None:
    until = datetime.fromisoformat(item["until"]) if item["until"] else None
    if until is not None and until > clock.now():
        snoozing.put_off(actor, case, until)
        return
    db.session.execute(delete(CaseSnooze).where(CaseSnooze.case_id == case.id))
    record(CaseWoken(case_id=case.id), by=actor, request_id=case.id)


def _open_again(actor: Actor, case: Case, item: Item) -> None:
    moving.shift(actor, case, item["state"], "holder")
    if item["news"]:
        # Closing took the promise back for a moment only: what the customer was told holds.
        case.request.next_update_at = datetime.fromisoformat(item["news"])
        db.session.flush()  # the clocks are read from the rows
        run_clocks(case.id)


REVERSALS: dict[str, Callable[[Actor, Case, Item], None]] = {
    "claimed": _put_back,
    "released": _take_again,
    "offered": _ask_no_longer,
    "snoozed": _as_long_as_before,
    "woken": _as_long_as_before,
    "closed": _open_again,
}
