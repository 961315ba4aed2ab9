"""Whose turn it is while something waits for the customer's answer, and when she gave it."""

from __future__ import annotations

from sqlalchemy import select

from app import clock
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.promises import CasePoint
from app.cases.services.moving import resting_state, shift
from app.cases.states import Mover, is_open
from app.db import db
from app.marketplace.models.quotes import Quote
from app.privacy.models import DetailAsk


def wait_for_customer(actor: Actor, case: Case, *, reason: str = "") -> None:
    """Make it the customer's turn in a held case that is open."""
    if is_open(case.state):
        shift(actor, case, "waiting", "holder", reason=reason)


def go_on(actor: Actor, case: Case, *, by: Mover = "customer") -> None:
    """Make it the holder's turn in a held case, unless something else waits for the customer. `by` is who answered, or
    took the question back.
    """
    if case.state == "waiting" and not case.solution_asks and not _is_asked_more(case.id):
        shift(actor, case, resting_state(case), by)


def _is_asked_more(case_id: int) -> bool:
    point = select(CasePoint.id).where(
        CasePoint.help_request_id == case_id, CasePoint.kind == "understanding", CasePoint.answer.is_(None)
    )
    ask = select(DetailAsk.id).where(DetailAsk.help_request_id == case_id, DetailAsk.answer.is_(None))
    quote = select(Quote.id).where(
        Quote.help_request_id == case_id, Quote.state == "open", Quote.valid_until > clock.now()
    )
    return any(db.session.scalar(waits.limit(1)) is not None for waits in (point, ask, quote))
