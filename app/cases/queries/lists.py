"""Lists of cases, each in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.queries.visibility import own, seen_by, worked_on_by
from app.cases.settings import PAGE_SIZE
from app.cases.states import OPEN_STATES, TURNS
from app.db import db
from app.organisations.models import Organisation
from app.paging import Key, Page, older_than
from app.requests.models import HelpRequest

Which = Literal["open", "over", "all"]


@dataclass(frozen=True)
class CaseRow:
    """A case as a list shows it."""

    id: int
    public_id: str
    title: str
    state: str
    state_since: datetime
    next_update_at: datetime | None
    language: str
    asker_name: str
    holder_name: str
    holder_kind: str
    holder_person_name: str | None
    solution_asks: int
    arbiter_since: datetime | None
    created_at: datetime
    last_activity_at: datetime

    @property
    def turn(self) -> str:
        """Whose turn it is: "customer", "holder", "front_desk", or "nobody"."""
        return "front_desk" if self.arbiter_since is not None and self.state != "waiting" else TURNS[self.state]


def own_cases(
    viewer: Actor, *, which: Which = "all", after: Key | None = None, size: int | None = None
) -> Page[CaseRow]:
    """Return the viewer's own cases, the one where something happened last first."""
    return _page(own(viewer), which, after, size)


def cases_worked_on(
    viewer: Actor, *, which: Which = "open", after: Key | None = None, size: int | None = None
) -> Page[CaseRow]:
    """Return the cases that the viewer's organisations have, and for the front desk those it decides about."""
    return _page(worked_on_by(viewer), which, after, size)


def cases_from(viewer: Actor, question_id: int) -> Sequence[CaseRow]:
    """Return the cases that a question went on as, as far as the viewer may see them, the oldest first."""
    query = rows().where(Case.question_id == question_id, seen_by(viewer)).order_by(Case.id).limit(5)
    return [CaseRow(*row) for row in db.session.execute(query)]


def public_ids_of(viewer: Actor, case_ids: Collection[int]) -> Sequence[str]:
    """Return the addresses of these cases, of those on which the viewer works."""
    query = select(Case.public_id).join(Case.request).where(Case.id.in_(case_ids), worked_on_by(viewer))
    return db.session.scalars(query.order_by(Case.id)).all()


def _page(whose: ColumnElement[bool], which: Which, after: Key | None, size: int | None) -> Page[CaseRow]:
    size = size or PAGE_SIZE.value
    query = rows().where(whose)
    if which != "all":
        is_open = HelpRequest.state.in_(OPEN_STATES)
        query = query.where(is_open if which == "open" else ~is_open)
    if after is not None:
        query = query.where(older_than(after, Case.last_activity_at.expression, Case.id.expression))
    found: Sequence[CaseRow] = [
        CaseRow(*row)
        for row in db.session.execute(query.order_by(Case.last_activity_at.desc(), Case.id.desc()).limit(size + 1))
    ]
    shown = found[:size]
    next_key = Key(shown[-1].last_activity_at, shown[-1].id) if len(found) > size else None
    return Page(shown, next_key)


def rows() -> Select[*tuple[Any, ...]]:
    """Return the query that gives the columns of CaseRow, in their order; who asks adds the condition."""
    asker, has_it = aliased(Person), aliased(Person)
    return (
        select(
            Case.id,
            Case.public_id,
            Case.title,
            HelpRequest.state,
            HelpRequest.state_since,
            HelpRequest.next_update_at,
            HelpRequest.language,
            asker.name,
            Organisation.name,
            Organisation.kind,
            has_it.name,
            Case.solution_asks,
            Case.arbiter_since,
            HelpRequest.created_at,
            Case.last_activity_at,
        )
        .join(Case.request)
        .join(asker, asker.id == HelpRequest.asker_id)
        .join(Organisation, Organisation.id == Case.holder_organisation_id)
        .outerjoin(has_it, has_it.id == Case.holder_person_id)
    )
