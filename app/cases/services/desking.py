"""What is done from the desk, to one case or to many at once: each in its own right, and all of it can be undone.

A case in which it cannot be done is left as it is and named with the reason; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from app import clock
from app.actor import Actor
from app.cases import desk_policy
from app.cases.models.cases import Case
from app.cases.models.desk import CaseSnooze, DeskAct
from app.cases.services import claiming, handing_over, moving, snoozing
from app.cases.services.holding import hold
from app.db import db, savepoint, transaction
from app.errors import Conflict, DomainError, Invalid
from app.verdict import require

MOST_AT_ONCE = 100
KEPT = timedelta(days=30)

# What undoing needs of one case, beside its id and version.
Before = dict[str, Any]


@dataclass(frozen=True)
class HasId:
    """A case by its id."""

    id: int


@dataclass(frozen=True)
class Done:
    """What came of an act: its row in the log (None where nothing was done), and why not, by the ids of the others."""

    act: DeskAct | None
    refused: dict[int, str]


def claim_all(actor: Actor, case_ids: Sequence[int]) -> Done:
    """Take on cases that nobody has."""

    def take(case: HasId) -> Before:
        if (who := hold(case).holder_person) is not None:
            if who.id == actor.person_id:
                raise Conflict("claimed_already", _l("You have it already."))
            raise Conflict("claimed_meanwhile", _l("%(name)s took it on first.", name=who.name))
        claiming.claim(actor, case)
        return {}

    return _each(actor, "claimed", case_ids, take)


def release_all(actor: Actor, case_ids: Sequence[int]) -> Done:
    """Put one's cases back for a colleague."""

    def put_back(case: HasId) -> Before:
        before = hold(case).holder_person_id
        claiming.release(actor, case)
        return {"person_id": before}

    return _each(actor, "released", case_ids, put_back)


def offer_all(actor: Actor, case_ids: Sequence[int], *, to_person_id: int, reason: str) -> Done:
    """Ask a colleague to go on with cases; until she accepts, they stay where they are.

    Raises Invalid at `why_colleague` without a reason.
    """
    reason = moving.checked_reason(reason, needed=True, field="why_colleague")

    def offer(case: HasId) -> Before:
        handover = handing_over.offer_handover(
            actor,
            case,
            to_organisation_id=hold(case).holder_organisation_id,
            to_person_id=to_person_id,
            reason=reason,
        )
        return {"handover_id": handover.id}

    return _each(actor, "offered", case_ids, offer)


def snooze_all(actor: Actor, case_ids: Sequence[int], *, until: datetime) -> Done:
    """Put cases off until a moment. Raises Invalid for one that cannot be."""
    snoozing.check_moment(until)

    def put_off(case: HasId) -> Before:
        before = _until(case.id)
        snoozing.snooze(actor, case, until=until)
        return {"until": before}

    return _each(actor, "snoozed", case_ids, put_off)


def wake_all(actor: Actor, case_ids: Sequence[int]) -> Done:
    """Put cases that were put off among what there is to do again."""

    def wake(case: HasId) -> Before:
        before = _until(case.id)
        snoozing.wake(actor, case)
        return {"until": before}

    return _each(actor, "woken", case_ids, wake)


def close_all(actor: Actor, case_ids: Sequence[int], *, cause_id: int | None, reason: str) -> Done:
    """Close cases, for the same cause and reason. Raises Invalid at `why_closed` without a reason."""
    reason = moving.checked_reason(reason, needed=True, field="why_closed")

    def close(case: HasId) -> Before:
        held = hold(case)
        news = held.request.next_update_at
        before = {
            "state": held.state,
            "news": news.isoformat() if news else None,
        }
        moving.move(actor, held, "closed", reason=reason, cause_id=cause_id)
        return before

    return _each(actor, "closed", case_ids, close)


def _each(actor: Actor, kind: str, case_ids: Sequence[int], do: Callable[[HasId], Before]) -> Done:
    """Do it to each, always in the order of their ids so that nobody waits in a circle, and note what was done."""
    require(desk_policy.can_work(actor))
    if not 0 < len(case_ids) <= MOST_AT_ONCE:
        raise Invalid("choose_cases", _l("Choose at least one case, and at most 100."))
    done: list[dict[str, Any]] = []
    refused: dict[int, str] = {}
    for case_id in sorted(set(case_ids)):
        try:
            with savepoint():
                before = do(HasId(case_id))
                db.session.flush()  # the version that undoing compares with
        except DomainError as error:
            refused[case_id] = error.sentence()
        else:
            done.append({"id": case_id, "version": db.session.get_one(Case, case_id).row_version, **before})
    return Done(_noted(actor, kind, done) if done else None, refused)


def _noted(actor: Actor, kind: str, done: list[dict[str, Any]]) -> DeskAct:
    assert actor.acting_for_organisation_id is not None, "the policy lets members only"
    act = DeskAct(
        kind=kind,
        person_id=actor.person_id,
        organisation_id=actor.acting_for_organisation_id,
        cases_count=len(done),
        details={"cases": done},
        done_at=clock.now(),
    )
    db.session.add(act)
    db.session.flush()  # the page offers to undo it by its id
    return act


def _until(case_id: int) -> str | None:
    snooze = db.session.get(CaseSnooze, case_id, populate_existing=True)
    return snooze.until_at.isoformat() if snooze else None


def forget_old_acts() -> None:
    """Delete what was done longer than 30 days ago. A job."""
    with transaction() as session:
        session.execute(delete(DeskAct).where(DeskAct.done_at < clock.now() - KEPT))
