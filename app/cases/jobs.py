"""The worker's part: ask the silent again whether it is solved, take silence for yes then, close what is solved; let
work begin where nobody said that it was misunderstood.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import Select, exists, select

from app import clock
from app.actor import SYSTEM
from app.cases.models.cases import Case
from app.cases.models.promises import CasePoint
from app.cases.queries.disputes import held_up
from app.cases.services.holding import hold_all
from app.cases.services.moving import ask_about_solution, resting_state, shift
from app.cases.settings import REOPEN_DAYS, SILENCE_DAYS
from app.db import db, own_session, transaction
from app.privacy.models import DetailAsk
from app.requests.models import HelpRequest

AT_ONCE = 100
ASKED_AT_MOST = 2


def go_on_after_silence() -> None:
    """Ask whoever was asked once, some days ago, whether it is solved; who was asked twice is taken to mean yes. Where
    the customer was asked whether she is understood and said nothing, it is the holder's turn: work may begin.
    """
    before = clock.now() - timedelta(days=SILENCE_DAYS.value)
    silent = (
        select(Case.id).where(Case.solution_asked_at <= before, ~held_up()).order_by(Case.solution_asked_at, Case.id)
    )

    def go_on(case: Case) -> None:
        if case.state != "waiting" or case.solution_asked_at is None or case.solution_asked_at > before:
            return  # she answered meanwhile
        if case.solution_asks < ASKED_AT_MOST:
            ask_about_solution(SYSTEM, case)
        else:
            shift(SYSTEM, case, "solved", "program")

    _each(silent, go_on)
    _each(_not_confirmed().order_by(Case.work_from, Case.id), _begin)


def _begin(case: Case) -> None:
    if db.session.scalar(_not_confirmed().where(Case.id == case.id)) is not None:
        shift(SYSTEM, case, resting_state(case), "program")


def _not_confirmed() -> Select[int]:
    """Return the query for the cases that wait for nothing but a yes to what was understood, and did so long enough."""
    said = exists().where(
        CasePoint.help_request_id == Case.id, CasePoint.kind == "understanding", CasePoint.answer.is_(None)
    )
    asked = exists().where(DetailAsk.help_request_id == Case.id, DetailAsk.answer.is_(None))
    # Moved to wait for something else later on, it waits for that.
    waits = (HelpRequest.state == "waiting", HelpRequest.state_since <= Case.work_from)
    found = select(Case.id).join(Case.request).where(*waits, Case.work_from <= clock.now(), said, ~asked, ~held_up())
    return found.where(Case.state_reason == "", Case.solution_asks == 0)


def close_solved() -> None:
    """Close what was solved so long ago that it cannot be opened again."""
    before = clock.now() - timedelta(days=REOPEN_DAYS.value)
    solved = select(Case.id).join(Case.request).where(HelpRequest.state == "solved", Case.over_at <= before, ~held_up())

    def close(case: Case) -> None:
        if case.state == "solved":
            shift(SYSTEM, case, "closed", "program")

    _each(solved.order_by(Case.over_at, Case.id), close)


def _each(query: Select[int], act: Callable[[Case], None]) -> None:
    """Look without the write lock, then act on each in a transaction of its own, as it is by then."""
    with own_session() as session:
        due: Sequence[int] = session.scalars(query.limit(AT_ONCE)).all()
    for case_id in due:
        with transaction():
            act(hold_all(case_id)[0])
