"""What else the desk shows: saved views, canned texts, colleagues, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, or_, select

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.cases.models.desk import CannedText, DeskAct, DeskView
from app.db import db
from app.errors import NotFound
from app.organisations.queries import people_at

Row = TypeVar("Row")

MOST_ACTS = 100
UNDOABLE = timedelta(days=30)


def views_for(viewer: Actor) -> Sequence[DeskView]:
    """Return the saved views of the organisation the viewer acts for, and her own there, by name."""
    return db.session.scalars(select(DeskView).where(*_views(viewer)).order_by(DeskView.name_key, DeskView.id)).all()


def view_for(viewer: Actor, view_id: int) -> DeskView:
    """Return one of them. Raises NotFound when absent or somebody else's."""
    return _found(db.session.scalars(select(DeskView).where(DeskView.id == view_id, *_views(viewer))).one_or_none())


def texts_for(viewer: Actor, *, language: str = "") -> Sequence[CannedText]:
    """Return the canned texts of the organisation the viewer acts for, by name; those in this language first."""
    query = select(CannedText).where(
        CannedText.organisation_id == viewer.acting_for_organisation_id, CannedText.ended_at.is_(None)
    )
    return db.session.scalars(query.order_by(CannedText.language != language, CannedText.name_key, CannedText.id)).all()


def text_for(viewer: Actor, text_id: int) -> CannedText:
    """Return one of them. Raises NotFound when absent, taken off the list or another organisation's."""
    query = select(CannedText).where(
        CannedText.id == text_id,
        CannedText.organisation_id == viewer.acting_for_organisation_id,
        CannedText.ended_at.is_(None),
    )
    return _found(db.session.scalars(query).one_or_none())


def colleagues_of(viewer: Actor) -> list[tuple[int, str]]:
    """Return who else may take on cases at the organisation the viewer acts for, by name."""
    given = {"at": viewer.acting_for_organisation_id, "me": viewer.person_id}
    return [(row.id, row.name) for row in db.session.execute(_colleagues(), given)]


@cache
def _colleagues() -> Select[int, str]:
    at: BindParameter[int] = bindparam("at")
    query = select(Person.id, Person.name).where(
        Person.id.in_(people_at(at, "cases")), Person.id != bindparam("me"), Person.suspended_at.is_(None)
    )
    return query.order_by(Person.name, Person.id)


def acts_of(viewer: Actor) -> Sequence[DeskAct]:
    """Return what the viewer did at this desk and may still undo, the latest first."""
    return db.session.scalars(select(DeskAct).where(*_acts(viewer)).order_by(DeskAct.id.desc()).limit(MOST_ACTS)).all()


def act_for(viewer: Actor, act_id: int) -> DeskAct:
    """Return one of them. Raises NotFound when absent, too old or somebody else's."""
    return _found(db.session.scalars(select(DeskAct).where(DeskAct.id == act_id, *_acts(viewer))).one_or_none())


def _views(viewer: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        DeskView.organisation_id == viewer.acting_for_organisation_id,
        or_(DeskView.person_id.is_(None), DeskView.person_id == viewer.person_id),
    )


def _acts(viewer: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        DeskAct.organisation_id == viewer.acting_for_organisation_id,
        DeskAct.person_id == viewer.person_id,
        DeskAct.done_at > clock.now() - UNDOABLE,
    )


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row
