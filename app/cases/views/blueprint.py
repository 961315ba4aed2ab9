"""The blueprint, and what every page of cases knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response
from flask_wtf import FlaskForm

from app import clock
from app.actor import Actor, Seat
from app.cases import policy, wording
from app.cases.links import case_url
from app.cases.queries.case_view import CaseView, case_for
from app.cases.settings import REOPEN_DAYS
from app.community.links import person_url, question_url
from app.errors import Invalid
from app.organisations.capacity import capacity_word
from app.web import throttle
from app.web.current_actor import actor
from app.web.forms import attach, see_other
from app.web.panels import panels

bp = Blueprint("cases", __name__)

Answered = str | Response | tuple[str, int]


@bp.context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "policy": policy,
        "wording": wording,
        "case_url": case_url,
        "person_url": person_url,
        "question_url": question_url,
        "capacity_word": capacity_word,
        "panels": panels,
        "now": clock.now(),
        "reopen_days": REOPEN_DAYS.value,
    }


def acting_in(case: CaseView) -> Actor:
    """Return who asks in the capacity in which she takes part in the case: as its customer, for its holder, or for the
    front desk. Her session stays as it is.
    """
    me = actor()
    if case.role == "customer":
        return me if me.representing_person_id is not None else me.in_capacity(None)
    if case.role == "holder":
        return acting_at(me, lambda seat: seat.organisation_id == case.holder.id)
    return acting_at(me, lambda seat: seat.organisation_kind == "front_desk")


def acting_at(me: Actor, fits: Callable[[Seat], bool]) -> Actor:
    """Return the actor at one of her seats that fits: the one she acts from now, else her own before an agency's; as
    she is where none fits.
    """
    seats = [seat for seat in me.seats if fits(seat) and seat.covers("cases")]
    if not seats or me.seat in seats:
        return me
    seat = min(seats, key=lambda each: each.through_organisation_id is not None)
    return me.in_capacity(seat.organisation_id, seat.through_organisation_id)


def counted_case(public_id: str) -> CaseView:
    """Return the case that the viewer is about to change, and count that she does."""
    throttle.count("case_by_person", str(actor().person_id))
    return case_for(actor(), public_id, purpose="work")


def to_case(public_id: str) -> Answered:
    """Lead to the page of a case."""
    return see_other(case_url(public_id))


def attach_as(form: FlaskForm, error: Invalid, **names: str) -> None:
    """Show a complaint at the field of this form that stands for the one it names."""
    error.field = names.get(error.field or "", error.field)
    attach(form, error)
