"""What each view of the desk holds, as conditions and lists of ids; the statements leave open who looks and when, so
that they are put together once.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Subquery, and_, bindparam, literal_column, select
from sqlalchemy.orm import aliased

from app import clock
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.clocks import CaseClock
from app.cases.models.desk import CaseSnooze
from app.cases.models.holding import Handover
from app.cases.queries.visibility import worked_on_by
from app.requests.models import HelpRequest

VIEWS = (
    "mine",
    "unassigned",
    "waiting_on_me",
    "waiting_on_customer",
    "breaching",
    "offered",
    "all",
    "asleep",
    "deciding",
)
# Views that begin with a list of ids, much shorter than that of all open cases.
LISTED = ("breaching", "offered", "asleep")
# Views that ask where the request stands.
BY_STATE = ("waiting_on_me", "waiting_on_customer", "deciding")

# Made once: a name for a table costs more than all else that a statement is put together from.
_put_off = aliased(Case)
_ME: BindParameter[Any] = bindparam("me")
_AT: BindParameter[Any] = bindparam("at")
_NOW: BindParameter[Any] = bindparam("now", callable_=clock.now)
# An id in the list with which a view begins.
LISTED_ID: ColumnElement[int] = literal_column("listed.id")


def given_of(viewer: Actor) -> dict[str, Any]:
    """Return who looks at which desk: what the statements leave open. What the time is, they ask when they run."""
    return {"me": viewer.person_id, "at": viewer.acting_for_organisation_id}


def in_view(view: str, decider: Actor | None = None) -> list[ColumnElement[bool]]:
    """Return the conditions on Case (and its HelpRequest) of a view; that of what one decides needs who does."""
    mine = Case.holder_person_id == _ME
    here = [*held_here(), Case.id.not_in(asked_by_me())]
    awake = Case.id.not_in(_asleep())
    match view:
        case "mine":
            return [*here, mine, awake]
        case "unassigned":
            return [*here, Case.holder_person_id.is_(None), awake]
        case "waiting_on_me":
            return [*here, mine, HelpRequest.state != "waiting", awake]
        case "waiting_on_customer":
            return [*here, mine, HelpRequest.state == "waiting", awake]
        case "offered" | "asleep":
            return here
        case "deciding":
            assert decider is not None
            return [Case.arbiter_since.is_not(None), Case.over_at.is_(None), worked_on_by(decider)]
        case _:
            return [*here, awake]


def held_here() -> list[ColumnElement[bool]]:
    return [Case.holder_organisation_id == _AT, Case.over_at.is_(None)]


def listed(view: str) -> Subquery:
    """Return the ids with which one of the listed views begins, as `LISTED_ID`."""
    # Distinct, SQLite makes the list first; without, it goes through all cases and looks each up in it.
    return ids_of(view).distinct().subquery("listed")


def ids_of(view: str) -> Select[int]:
    """Return the query for the ids among which those of a listed view are, wherever they are held."""
    lists: dict[str, Select[int]] = {
        "breaching": select(CaseClock.help_request_id.label("id")).where(
            CaseClock.organisation_id == _AT, CaseClock.due_at.is_not(None), CaseClock.warn_at <= _NOW
        ),
        "offered": select(Handover.case_id.label("id")).where(
            Handover.to_organisation_id == _AT, Handover.state == "pending", Handover.to_person_id == _ME
        ),
        "asleep": _asleep(),
    }
    return lists[view]


def asked_by_me() -> Select[int]:
    """Return the query for the ids of what the viewer asked herself: she does not work on it."""
    return select(HelpRequest.id.label("id")).where(HelpRequest.asker_id == _ME)


def _asleep() -> Select[int]:
    """Return the query for the ids of the cases that are put off and in which nothing happened since, wherever."""
    return (
        select(CaseSnooze.case_id.label("id"))
        .join(_put_off, and_(_put_off.id == CaseSnooze.case_id, _put_off.row_version == CaseSnooze.row_version))
        .where(CaseSnooze.until_at > _NOW)
    )


def works_here(viewer: Actor) -> bool:
    return viewer.seat is not None and viewer.seat.covers("cases")


def decides(viewer: Actor) -> bool:
    return viewer.seat is not None and viewer.seat.organisation_kind == "front_desk"
