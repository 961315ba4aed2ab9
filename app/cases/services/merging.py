"""Putting two cases of one customer together: she asked the same twice, maybe by two channels."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, or_, select, update

from app import clock
from app.actor import Actor
from app.cases import policy
from app.cases.events.holding import CaseMerged
from app.cases.models.cases import Case
from app.cases.models.parts import PlannedPart
from app.cases.models.promises import CasePoint, Promise
from app.cases.services.holding import HasId, hold_all, require_no_hold
from app.cases.services.moving import checked_reason, shift, touch
from app.db import db
from app.errors import Conflict
from app.marketplace.models.agreements import Agreement
from app.marketplace.models.quotes import Quote
from app.outbox.record import record
from app.privacy.services import asking
from app.verdict import require


def merge(actor: Actor, case: HasId, into: HasId, *, reason: str = "") -> None:
    """Let a case go on as another one of the same customer and holder; its timeline is part of that one's from then on.

    Nothing is lost: its promises, what was asked of the customer, and what she confirmed where the other one has no
    such words, go along; her details stay readable for whom she let read them. Raises Conflict for a case that has
    parts or is one, where something is disputed, and for one with a quote or an agreement, which nobody alters.
    """
    if case.id == into.id:
        held = goes_on = hold_all(case.id)[0]
    else:
        held, goes_on = hold_all(case.id, into.id)
    require(policy.can_merge(actor, held, goes_on))
    _require_whole(held, goes_on)
    require_no_hold(held)
    require_no_hold(goes_on)
    _require_nothing_agreed(held)
    _carry_over(held, goes_on)
    now = clock.now()
    held.merged_into_id = goes_on.id
    # Whatever was merged into it before goes on there too: nobody is led through a chain.
    db.session.execute(update(Case).where(Case.merged_into_id == held.id).values(merged_into_id=goes_on.id))
    record(CaseMerged(case_id=held.id, into_id=goes_on.id), by=actor, request_id=goes_on.id)
    shift(actor, held, "duplicate", "holder", reason=checked_reason(reason))
    held.holder_person_id = goes_on.holder_person_id
    touch(goes_on, now)


def _carry_over(case: Case, into: Case) -> None:
    """Let what was promised and asked in a held case stand in the one that it goes on as."""
    promises = update(Promise).where(Promise.help_request_id == case.id)
    db.session.execute(promises.values(help_request_id=into.id))
    points = update(CasePoint).where(CasePoint.help_request_id == case.id)
    db.session.execute(points.where(CasePoint.kind == "date").values(help_request_id=into.id))
    if into.work_from is None:
        db.session.execute(points.where(CasePoint.kind == "understanding").values(help_request_id=into.id))
        into.work_from = case.work_from
    asking.carry_asks(case.id, into.id)


def _require_nothing_agreed(case: Case) -> None:
    quoted = exists().where(Quote.help_request_id == case.id, Quote.state.in_(("open", "accepted")))
    agreed = exists().where(Agreement.help_request_id == case.id)
    if db.session.scalar(select(or_(quoted, agreed))):
        words = _l("There is a quote or an agreement in this case, so it stays. Let the other case go on as this one.")
        raise Conflict("merge_agreed", words)


def _require_whole(*cases: Case) -> None:
    ids = [case.id for case in cases]
    of_a_whole = select(Case.id).where(or_(Case.parent_id.in_(ids), Case.id.in_(ids) & Case.parent_id.is_not(None)))
    planned = select(PlannedPart.whole_id).where(PlannedPart.whole_id.in_(ids))
    if db.session.scalar(of_a_whole.union_all(planned).limit(1)) is not None:
        raise Conflict("merge_parts", _l("A case with parts, or a part of one, stays as it is."))
