"""Who may see the desk of the organisation she acts for, work at it, and arrange it for everybody there."""

from __future__ import annotations

from app.actor import Actor
from app.cases.models.desk import DeskView
from app.cases.policy import CaseLike, can_open_for_others, holds, manages
from app.cases.states import is_open
from app.verdict import ALLOWED, Verdict


def can_see(actor: Actor) -> Verdict:
    """Whoever acts for an organisation that helps, also who only reads there."""
    seat = actor.seat
    helps = seat is not None and seat.organisation_kind != "customer" and seat.covers("cases")
    return ALLOWED if helps else Verdict("helpers_only")


def can_work(actor: Actor) -> Verdict:
    """Whoever may take on cases there."""
    return can_open_for_others(actor)


def can_keep_for_all(actor: Actor) -> Verdict:
    """Who leads there keeps what everybody uses: views of the organisation, canned texts."""
    if not (working := can_work(actor)):
        return working
    return ALLOWED if manages(actor) else Verdict("managers_only")


def can_delete_view(actor: Actor, view: DeskView) -> Verdict:
    """One's own, and who leads there those of the organisation."""
    return ALLOWED if view.person_id == actor.person_id else can_keep_for_all(actor)


def can_snooze(actor: Actor, case: CaseLike) -> Verdict:
    """Whoever works for the holder, while it is open."""
    if not (working := can_work(actor)):
        return working
    if not holds(actor, case):
        return Verdict("not_your_case")
    return ALLOWED if is_open(case.state) else Verdict("case_over")
