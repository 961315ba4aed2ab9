"""What is disputed in a case, in its whole and in its parts: it holds up all of them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased

from app.cases.models.cases import Case
from app.cases.models.promises import CasePoint
from app.db import db


def family_of(case_id: int, parent_id: int | None) -> Select[int]:
    """Return the query for the ids of the cases that belong together: the whole and its parts, this one among them."""
    whole_id = case_id if parent_id is None else parent_id
    return select(Case.id).where(or_(Case.id == whole_id, Case.parent_id == whole_id))


def is_on_hold(case: Case) -> bool:
    """Say whether something is disputed in this case, or in one that belongs to it."""
    found = select(CasePoint.id).where(
        CasePoint.help_request_id.in_(family_of(case.id, case.parent_id)), is_open_dispute()
    )
    return db.session.scalar(found.limit(1)) is not None


def held_up() -> ColumnElement[bool]:
    """Return the condition on Case that something is disputed in it, in its whole, or in a part of the same whole."""
    other = aliased(Case)
    disputed = select(CasePoint.help_request_id).where(is_open_dispute())
    whole = Case.parent_id.is_not(None) & or_(
        Case.parent_id.in_(disputed),
        select(other.id).where(other.parent_id == Case.parent_id, other.id.in_(disputed)).exists(),
    )
    parts = select(other.id).where(other.parent_id == Case.id, other.id.in_(disputed)).exists()
    return or_(Case.id.in_(disputed), whole, parts)


def is_open_dispute() -> ColumnElement[bool]:
    """Return the condition on CasePoint that it is a dispute without an end."""
    return (CasePoint.kind == "dispute") & CasePoint.answer.is_(None)
