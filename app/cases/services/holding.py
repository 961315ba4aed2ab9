"""Holding a case while something is done with it.

Two people may both have seen the same case as free, open or offered. So every service that writes first takes the rows
of the case, reads them anew, and asks its policy then; what they say stays true until the transaction ends.
"""

from __future__ import annotations

from typing import Any, Protocol

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.cases.models.cases import Case
from app.cases.queries.disputes import is_on_hold
from app.db import db
from app.errors import Conflict, NotFound


class HasId(Protocol):
    """A case by its id: the row, or the view of it that a page has."""

    @property
    def id(self) -> int: ...


def hold(case: HasId) -> Case:
    """Let nobody else change the case meanwhile, and return it as it is now. Raises NotFound where there is none."""
    return hold_all(case.id)[0]


def hold_id(case_id: int) -> Case:
    """Do the same with a case of which only the id is known."""
    return hold_all(case_id)[0]


def hold_all(*case_ids: int) -> list[Case]:
    """Hold several cases, always in the order of their ids so that nobody waits in a circle; return them as asked."""
    rows: Any = (
        select(Case)
        .join(Case.request)
        .where(Case.id.in_(case_ids))
        .order_by(Case.id)
        .options(contains_eager(Case.request))
        # Who merely points to them (a message, a notice) does not wait.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    found = {case.id: case for case in db.session.scalars(rows)}
    if set(case_ids) - set(found):
        raise NotFound
    return [found[case_id] for case_id in case_ids]


def require_no_hold(case: Case) -> None:
    """Raise Conflict while a dispute holds up what is due in a held case."""
    if is_on_hold(case):
        words = _l(
            "The customer says that something is not right. Settle that first: until then everything stands still."
        )
        raise Conflict("on_hold", words)
