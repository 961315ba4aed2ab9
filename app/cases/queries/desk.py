"""The desk of an organisation: its open cases in views, in any order; the counts are one statement, a page is three.

First the ids of a page are found with as little as possible, then what is shown of them: an organisation may have ten
thousand open cases, and a page has twenty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import aliased, contains_eager

from app.accounts.models import Person
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.queries.desk_cases import DeskRow, rows_of
from app.cases.queries.desk_views import (
    BY_STATE,
    LISTED,
    LISTED_ID,
    VIEWS,
    asked_by_me,
    decides,
    given_of,
    held_here,
    ids_of,
    in_view,
    listed,
    works_here,
)
from app.cases.queries.visibility import worked_on_by
from app.db import db
from app.paging import LARGEST_ID
from app.requests.models import HelpRequest

PAGE_SIZE = 20
SORTS = ("due", "since", "asked", "activity", "title", "customer", "who")
LONGEST_WORDS = 100

# Made once: a name for a table costs more than all else that a statement is put together from.
_asker, _has_it = aliased(Person), aliased(Person)


@dataclass(frozen=True)
class Asked:
    """What is asked of the desk: a view, words in the title or the customer's name, an order, and after which row."""

    view: str = "mine"
    words: str = ""
    sort: str = "due"
    is_descending: bool = False
    after: tuple[str, int] | None = None

    @property
    def as_given(self) -> dict[str, str]:
        """The same by the names its address has for it, without the usual."""
        order = ("-" if self.is_descending else "") + self.sort
        named = {"view": self.view, "q": self.words, "sort": "" if order == "due" else order}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class DeskPage:
    """One page of a view; `next_key` is None on the last one."""

    rows: list[DeskRow]
    next_key: str | None


def asked_of(given: Mapping[str, Any]) -> Asked:
    """Return what an address asks for. What is not one of the choices counts as not chosen."""
    view, order = str(given.get("view", "")), str(given.get("sort", ""))
    sort = order.removeprefix("-")
    is_known = sort in SORTS
    return Asked(
        view=view if view in VIEWS else "mine",
        words=" ".join(str(given.get("q", "")).split())[:LONGEST_WORDS],
        sort=sort if is_known else "due",
        is_descending=is_known and order.startswith("-"),
        after=_key(given.get("after")),
    )


def desk_page(viewer: Actor, asked: Asked, *, size: int = PAGE_SIZE) -> DeskPage:
    """Return a page of the desk of the organisation that the viewer acts for."""
    if not works_here(viewer):
        return DeskPage([], None)
    given = {**given_of(viewer), "size": size + 1, "like": f"%{_escaped(asked.words.lower())}%"}
    later = _after(asked)
    shape = _Shape(asked.view, asked.sort, asked.is_descending, bool(asked.words), later is not None)
    found = _finding(shape, viewer) if asked.view == "deciding" else _found(shape)
    keys = db.session.execute(found, {**given, **(later or {})}).all()
    rows = rows_of(viewer, [each.id for each in keys[:size]])
    last = keys[size - 1] if len(keys) > size else None
    return DeskPage(rows, _key_of(last.value, last.id) if last is not None else None)


class _Shape(NamedTuple):
    """What the statement of a page depends on; it is put together once for each."""

    view: str
    sort: str
    is_descending: bool
    has_words: bool
    is_later: bool


@cache
def _found(shape: _Shape) -> Select[int, Any]:
    return _finding(shape, None)


def _finding(shape: _Shape, decider: Actor | None) -> Select[int, Any]:
    """Return the statement for the ids of a view in its order; what one decides needs who does."""
    by = _order(shape.sort)
    found = select(Case.id, by.label("value")).where(*in_view(shape.view, decider))
    if shape.view in LISTED:
        found = found.join(listed(shape.view), Case.id == LISTED_ID)
    if shape.view in BY_STATE or shape.has_words or shape.sort in {"since", "asked", "customer"}:
        found = found.join(Case.request)
    if shape.has_words or shape.sort == "customer":
        found = found.join(_asker, _asker.id == HelpRequest.asker_id)
    if shape.sort == "who":
        found = found.outerjoin(_has_it, _has_it.id == Case.holder_person_id)
    if shape.has_words:
        places = (func.lower(Case.title), func.lower(_asker.name))
        found = found.where(or_(*(each.like(bindparam("like"), escape="\\") for each in places)))
    after, after_id = bindparam("after", type_=by.type), bindparam("after_id", type_=Case.id.type)
    if shape.is_descending:
        later, order = or_(by < after, and_(by == after, Case.id < after_id)), (by.desc(), Case.id.desc())
    else:
        later, order = or_(by > after, and_(by == after, Case.id > after_id)), (by.asc(), Case.id.asc())
    return (found.where(later) if shape.is_later else found).order_by(*order).limit(bindparam("size"))


def counts_of(viewer: Actor) -> dict[str, int]:
    """Return how many cases each view has, in one statement: one walk along an index for the long ones, and short ones
    from whatever makes the smaller views small.
    """
    if not works_here(viewer):
        return {view: 0 for view in VIEWS if view != "deciding"}
    row = db.session.execute(_counting(viewer) if decides(viewer) else _counts(), given_of(viewer)).one()
    return dict(row._mapping)


@cache
def _counts() -> Select[Any]:
    return _counting(None)


def _counting(decider: Actor | None) -> Select[Any]:
    """Return the statement of counts_of; with those of the views that only the front desk has for one who decides."""
    long = func.count().label("all"), func.count().filter(Case.holder_person_id.is_(None)).label("unassigned")
    whole = select(*long).select_from(Case).where(*held_here()).subquery()
    # What the views leave out is little: it is found by itself, and taken from the whole.
    few = union(ids_of("asleep"), asked_by_me()).subquery("listed")
    less = select(*long).select_from(Case).join(few, Case.id == LISTED_ID).where(*held_here()).subquery()
    is_waiting = HelpRequest.state == "waiting"
    by_turn = func.count().filter(~is_waiting).label("me"), func.count().filter(is_waiting).label("customer")
    own = select(func.count().label("all"), *by_turn).select_from(Case).join(Case.request)
    hers = own.where(*in_view("mine")).subquery()
    # From the list outwards, which SQLite would turn around: it would go through all cases and look each up in it.
    narrow = {
        view: select(func.count().filter(*in_view(view)))
        .select_from(listed(view))
        .outerjoin(Case, Case.id == LISTED_ID)
        for view in LISTED
    }
    if decider is not None:
        deciding = select(func.count(Case.id)).select_from(Case).join(Case.request)
        narrow["deciding"] = deciding.where(*in_view("deciding", decider))
    counts = select(
        (whole.c.all - less.c.all).label("all"),
        (whole.c.unassigned - less.c.unassigned).label("unassigned"),
        hers.c.all.label("mine"),
        hers.c.me.label("waiting_on_me"),
        hers.c.customer.label("waiting_on_customer"),
        *(each.scalar_subquery().label(view) for view, each in narrow.items()),
    )
    return counts.select_from(whole.join(less, true()).join(hers, true()))


def free_cases(viewer: Actor, *, most: int) -> list[DeskRow]:
    """Return cases that nobody has yet at the viewer's organisation, those with the least time first."""
    return desk_page(viewer, Asked(view="unassigned"), size=most).rows


def ids_at_desk(viewer: Actor, public_ids: list[str]) -> list[int]:
    """Return the ids of those of these cases that the viewer works on at her organisation, in their order."""
    query = select(Case.id).join(Case.request).where(Case.public_id.in_(public_ids), worked_on_by(viewer))
    at = Case.holder_organisation_id == viewer.acting_for_organisation_id
    if decides(viewer):
        at = or_(at, Case.arbiter_since.is_not(None))
    return list(db.session.scalars(query.where(at, Case.over_at.is_(None)).order_by(Case.id)))


def cases_among(viewer: Actor, ids: list[int]) -> dict[int, Case]:
    """Return those of these cases that the viewer works on, by id."""
    if not ids:
        return {}
    query = select(Case).join(Case.request).where(Case.id.in_(ids), worked_on_by(viewer))
    return {case.id: case for case in db.session.scalars(query.options(contains_eager(Case.request)))}


def _order(sort: str) -> ColumnElement[Any]:
    columns: dict[str, ColumnElement[Any]] = {
        "due": Case.first_due_at.expression,
        "since": HelpRequest.state_since.expression,
        "asked": HelpRequest.created_at.expression,
        "activity": Case.last_activity_at.expression,
        "title": Case.title.expression,
        "customer": _asker.name.expression,
        "who": func.coalesce(_has_it.name, ""),
    }
    return columns[sort]


def _after(asked: Asked) -> dict[str, Any] | None:
    """Return what comes before the page: the last row of the one before; None for the first page."""
    if asked.after is None:
        return None
    text, row_id = asked.after
    value = text if asked.sort in {"title", "customer", "who"} else _moment(text)
    return {"after": value, "after_id": row_id} if value is not None else None


def _key_of(value: Any, row_id: int) -> str:
    text = f"{int(value.timestamp() * 1_000_000)}" if isinstance(value, datetime) else str(value)
    return f"{row_id}~{text}"


def _key(given: Any) -> tuple[str, int] | None:
    row_id, _tilde, text = str(given or "").partition("~")
    if not (row_id.isascii() and row_id.isdigit()) or len(row_id) > 19 or int(row_id) > LARGEST_ID:
        return None
    return text, int(row_id)


def _moment(text: str) -> datetime | None:
    if not (text.isascii() and text.isdigit()) or len(text) > 17:
        return None
    micros = int(text)
    try:
        return datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)
    except (OverflowError, OSError, ValueError):
        return None


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
