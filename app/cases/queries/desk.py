"""The desk of an organisation: its open cases in views, in any order; the counts are one statement, a page is three.

First the ids of a page are found with as little as possible, then what is shown of them: an organisation may have ten
thousand open cases, and a page has twenty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, false, func, literal, literal_column, or_, select
from sqlalchemy.orm import aliased, contains_eager

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.clocks import CaseClock
from app.cases.models.desk import CaseSnooze
from app.cases.models.holding import Handover
from app.cases.queries.desk_cases import DeskRow, rows_of
from app.cases.queries.visibility import worked_on_by
from app.db import db
from app.paging import LARGEST_ID
from app.requests.models import HelpRequest

PAGE_SIZE = 20
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
SORTS = ("due", "since", "asked", "activity", "title", "customer", "who")
LONGEST_WORDS = 100
# A view of at most so many cases is sorted as a whole.
FEW = 300

# Made once: a name for a table costs more than all else that a statement is put together from.
_asker, _has_it = aliased(Person), aliased(Person)
_first, _other = aliased(CaseClock), aliased(CaseClock)
_put_off = aliased(Case)
_ID: ColumnElement[int] = literal_column("listed.id")


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


def desk_page(viewer: Actor, asked: Asked, counts: Mapping[str, int], *, size: int = PAGE_SIZE) -> DeskPage:
    """Return a page of the desk of the organisation that the viewer acts for. `counts` are those of its views."""
    is_long = counts.get(asked.view, 0) > FEW and asked.view in {"mine", "unassigned", "all"}
    if is_long and asked.sort == "due" and not asked.words:
        found = _by_clock(viewer, asked)
    else:
        found = _by_case(viewer, asked)
    keys = db.session.execute(found.limit(size + 1)).all()
    rows = rows_of(viewer, [each.id for each in keys[:size]])
    last = keys[size - 1] if len(keys) > size else None
    return DeskPage(rows, _key_of(last.value, last.id) if last is not None else None)


def _by_case(viewer: Actor, asked: Asked) -> Select[int, Any]:
    """Return the query for the ids of a view in its order, which looks at every case in it."""
    by = _order(asked.sort)
    found = (
        select(Case.id, by.label("value"))
        .join(Case.request)
        .where(*_in_view(viewer, asked.view, _open_at(viewer), _is_awake()))
    )
    if asked.view in _LISTED:
        found = found.join(_listed(viewer, asked.view), Case.id == _ID)
    if asked.sort == "customer" or asked.words:
        found = found.join(_asker, _asker.id == HelpRequest.asker_id)
    if asked.sort == "who":
        found = found.outerjoin(_has_it, _has_it.id == Case.holder_person_id)
    if asked.words:
        like = f"%{_escaped(asked.words.lower())}%"
        found = found.where(
            or_(func.lower(Case.title).like(like, escape="\\"), func.lower(_asker.name).like(like, escape="\\"))
        )
    if asked.after is not None:
        found = found.where(_after(by, asked))
    order = (by.desc(), Case.id.desc()) if asked.is_descending else (by.asc(), Case.id.asc())
    return found.order_by(*order)


def _by_clock(viewer: Actor, asked: Asked) -> Select[int, Any]:
    """Return the same in the order of what is due, for a view of thousands: it follows the clocks' own index and stops
    as soon as a page is full. Each case stands where the first of its clocks does.
    """
    is_first = ~exists().where(
        _other.help_request_id == _first.help_request_id,
        _other.due_at.is_not(None),
        or_(_other.due_at < _first.due_at, and_(_other.due_at == _first.due_at, _other.kind < _first.kind)),
    )
    by, of = _first.due_at, _first.help_request_id
    found = (
        select(of.label("id"), by.label("value"))
        .join(Case, Case.id == of)
        .join(Case.request)
        .where(_first.organisation_id == viewer.acting_for_organisation_id, by.is_not(None), is_first)
        .where(*_in_view(viewer, asked.view, _open_at(viewer), _is_awake()))
        .with_hint(_first, "INDEXED BY ix_case_clocks_desk", "sqlite")
    )
    if asked.after is not None:
        found = found.where(_after(by.expression, asked))
    return found.order_by(by.desc(), of.desc()) if asked.is_descending else found.order_by(by.asc(), of.asc())


def counts_of(viewer: Actor) -> dict[str, int]:
    """Return how many cases each view has, in one statement: one walk over the organisation's open cases, and short
    ones from whatever makes the smaller views small.
    """
    here, mine = _open_at(viewer), Case.holder_person_id == viewer.person_id
    awake = _is_awake()
    narrow = {
        view: select(func.count(Case.id.distinct()))
        .select_from(Case)
        .join(Case.request)
        .join(_listed(viewer, view), Case.id == _ID)
        .where(*_in_view(viewer, view, here, awake))
        for view in _LISTED
    }
    for view in ("waiting_on_me", "waiting_on_customer", *(["deciding"] if _decides(viewer) else [])):
        narrow[view] = (
            select(func.count(Case.id)).select_from(Case).join(Case.request).where(*_in_view(viewer, view, here, awake))
        )
    counts = select(
        func.count().label("all"),
        func.count().filter(mine).label("mine"),
        func.count().filter(Case.holder_person_id.is_(None)).label("unassigned"),
        *(each.scalar_subquery().label(view) for view, each in narrow.items()),
    )
    row = db.session.execute(counts.select_from(Case).where(*here, awake)).one()
    return dict(row._mapping)


def free_cases(viewer: Actor, *, most: int) -> list[DeskRow]:
    """Return cases that nobody has yet at the viewer's organisation, those with the least time first."""
    return desk_page(viewer, Asked(view="unassigned"), counts_of(viewer), size=most).rows


def ids_at_desk(viewer: Actor, public_ids: list[str]) -> list[int]:
    """Return the ids of those of these cases that the viewer works on at her organisation, in their order."""
    query = select(Case.id).join(Case.request).where(Case.public_id.in_(public_ids), worked_on_by(viewer))
    at = Case.holder_organisation_id == viewer.acting_for_organisation_id
    if _decides(viewer):
        at = or_(at, Case.arbiter_since.is_not(None))
    return list(db.session.scalars(query.where(at, Case.over_at.is_(None)).order_by(Case.id)))


def cases_among(viewer: Actor, ids: list[int]) -> dict[int, Case]:
    """Return those of these cases that the viewer works on, by id."""
    if not ids:
        return {}
    query = select(Case).join(Case.request).where(Case.id.in_(ids), worked_on_by(viewer))
    return {case.id: case for case in db.session.scalars(query.options(contains_eager(Case.request)))}


# Views that begin with a list of ids, much shorter than that of all open cases.
_LISTED = ("breaching", "offered", "asleep")


def _in_view(
    viewer: Actor, view: str, here: list[ColumnElement[bool]], awake: ColumnElement[bool]
) -> list[ColumnElement[bool]]:
    """Return the conditions on Case (and its HelpRequest) of a view, from those of `_open_at` and of being awake."""
    mine = Case.holder_person_id == viewer.person_id
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
            return [Case.arbiter_since.is_not(None), Case.over_at.is_(None), worked_on_by(viewer)]
        case _:
            return [*here, awake]


def _listed(viewer: Actor, view: str) -> Subquery:
    """Return the ids with which one of the listed views begins, as `_ID`."""
    lists: dict[str, Select[int]] = {
        "breaching": select(CaseClock.help_request_id.label("id")).where(
            CaseClock.organisation_id == viewer.acting_for_organisation_id,
            CaseClock.due_at.is_not(None),
            CaseClock.warn_at <= clock.now(),
        ),
        "offered": select(Handover.case_id.label("id")).where(
            Handover.to_organisation_id == viewer.acting_for_organisation_id,
            Handover.state == "pending",
            Handover.to_person_id == viewer.person_id,
        ),
        "asleep": _asleep(),
    }
    # Distinct, SQLite makes the list first; without, it goes through all cases and looks each up in it.
    return lists[view].distinct().subquery("listed")


def _open_at(viewer: Actor) -> list[ColumnElement[bool]]:
    """Return the conditions on Case that it is open and held by the organisation the viewer acts for."""
    if viewer.seat is None or not viewer.seat.covers("cases"):
        return [false()]
    return [
        Case.holder_organisation_id == viewer.acting_for_organisation_id,
        Case.over_at.is_(None),
        Case.id.not_in(select(HelpRequest.id).where(HelpRequest.asker_id == viewer.person_id)),
    ]


def _is_awake() -> ColumnElement[bool]:
    """Return the condition on Case that it is not put off now."""
    return Case.id.not_in(_asleep())


def _asleep() -> Select[int]:
    """Return the query for the ids of the cases that are put off and in which nothing happened since, wherever."""
    return (
        select(CaseSnooze.case_id.label("id"))
        .join(_put_off, and_(_put_off.id == CaseSnooze.case_id, _put_off.row_version == CaseSnooze.row_version))
        .where(CaseSnooze.until_at > clock.now())
    )


def _decides(viewer: Actor) -> bool:
    return viewer.seat is not None and viewer.seat.organisation_kind == "front_desk"


def _order(sort: str) -> ColumnElement[Any]:
    columns: dict[str, ColumnElement[Any]] = {
        "due": func.coalesce(
            select(func.min(CaseClock.due_at)).where(CaseClock.help_request_id == Case.id).scalar_subquery(),
            HelpRequest.next_update_at,
        ),
        "since": HelpRequest.state_since.expression,
        "asked": HelpRequest.created_at.expression,
        "activity": Case.last_activity_at.expression,
        "title": Case.title.expression,
        "customer": _asker.name.expression,
        "who": func.coalesce(_has_it.name, ""),
    }
    return columns[sort]


def _after(by: ColumnElement[Any], asked: Asked) -> ColumnElement[bool]:
    """Return the condition for what comes after the last row of the page before."""
    assert asked.after is not None
    text, row_id = asked.after
    value: Any = text
    if asked.sort not in {"title", "customer", "who"}:
        moment = _moment(text)
        if moment is None:
            return literal(True)
        value = moment
    if asked.is_descending:
        return or_(by < value, and_(by == value, Case.id < row_id))
    return or_(by > value, and_(by == value, Case.id > row_id))


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
