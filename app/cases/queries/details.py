"""A customer's details in a case: what she lets the viewer see, and what is withheld, by kind.

The only way out for what details say. What no grant lets an organisation see never leaves the database; that somebody
is about to read is written down before the first byte leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, exists, literal, null, or_, select, true
from sqlalchemy import case as sql_case
from sqlalchemy.orm import aliased

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.queries.case_view import CaseView
from app.db import db
from app.organisations.models import Organisation
from app.privacy.looking import record_look_up
from app.privacy.models import Grant, PersonalDetail
from app.privacy.queries import in_force


@dataclass(frozen=True)
class ShownDetail:
    """One detail that the viewer may read, with who gave it and who says that it is right."""

    id: int
    kind: str
    label: str
    value: str
    given_at: datetime
    given_by: str
    given_for: str
    confirmed_at: datetime | None
    confirmed_by: str
    confirmed_for: str


@dataclass(frozen=True)
class Details:
    """What a viewer may read, and which kinds there are that nobody lets her."""

    shown: tuple[ShownDetail, ...]
    withheld: tuple[str, ...]


def details_for(viewer: Actor, case: CaseView) -> Details:
    """Return the details of a case as this viewer may see them, and write down that she looks.

    Its customer sees all of them. Who works on it sees the kinds that grants let the organisation she acts for see, in
    this case, in the whole that it is part of, or everywhere. Raises what the database raises where the look-up cannot
    be written: then there is nothing to see.
    """
    given_by, given_for = aliased(Person), aliased(Organisation)
    confirmed_by, confirmed_for = aliased(Person), aliased(Organisation)
    may_see = true() if case.role == "customer" else _is_granted(viewer, case)
    rows = db.session.execute(
        select(
            PersonalDetail.id,
            PersonalDetail.kind,
            sql_case((may_see, PersonalDetail.label), else_=literal("")),
            sql_case((may_see, PersonalDetail.value), else_=null()),
            PersonalDetail.given_at,
            given_by.name,
            given_for.name,
            PersonalDetail.confirmed_at,
            confirmed_by.name,
            confirmed_for.name,
        )
        .join(given_by, given_by.id == PersonalDetail.given_by_id)
        .outerjoin(given_for, given_for.id == PersonalDetail.acting_for_organisation_id)
        .outerjoin(confirmed_by, confirmed_by.id == PersonalDetail.confirmed_by_id)
        .outerjoin(confirmed_for, confirmed_for.id == PersonalDetail.confirmed_for_organisation_id)
        .where(PersonalDetail.person_id == case.asker_id, PersonalDetail.ended_at.is_(None), _belongs_to(case))
        .order_by(PersonalDetail.id)
    ).all()
    shown = tuple(_shown(row) for row in rows if row[3] is not None)
    withheld = tuple(sorted({row.kind for row in rows if row[3] is None}))
    if shown:
        record_look_up(
            viewer,
            person_id=case.asker_id,
            purpose="handle_request",
            help_request_id=case.id,
            kinds={each.kind for each in shown},
            withheld=withheld,
        )
    return Details(shown, withheld)


def _belongs_to(case: CaseView) -> ColumnElement[bool]:
    """Return the condition that a detail was given here, in a case that belongs to this or became it, or for all."""
    whole_id = case.parent_id or case.id
    family = select(Case.id).where(or_(Case.id == whole_id, Case.parent_id == whole_id, Case.merged_into_id == case.id))
    return or_(PersonalDetail.help_request_id.in_(family), PersonalDetail.help_request_id.is_(None))


def _is_granted(viewer: Actor, case: CaseView) -> ColumnElement[bool]:
    """Return the condition that a grant lets the viewer's organisation see the kind of a detail, for this case.

    What she let it see in a case that goes on as this one is what she gave there, and no more.
    """
    requests = [case.id] if case.parent_id is None else [case.id, case.parent_id]
    merged = select(Case.id).where(Case.merged_into_id == case.id)
    there = and_(Grant.help_request_id == PersonalDetail.help_request_id, Grant.help_request_id.in_(merged))
    return exists().where(
        and_(
            Grant.person_id == PersonalDetail.person_id,
            Grant.organisation_id == (viewer.acting_for_organisation_id or 0),
            Grant.purpose == "handle_request",
            or_(Grant.help_request_id.is_(None), Grant.help_request_id.in_(requests), there),
            cast(Grant.kinds, Text).contains('"' + PersonalDetail.kind + '"'),
            in_force(clock.now()),
        )
    )


def _shown(row: Sequence[Any]) -> ShownDetail:
    detail_id, kind, label, value, given_at, given_by, given_for, confirmed_at, confirmed_by, confirmed_for = row
    return ShownDetail(
        id=detail_id,
        kind=kind,
        label=label,
        value=value,
        given_at=given_at,
        given_by=given_by,
        given_for=given_for or "",
        confirmed_at=confirmed_at,
        confirmed_by=confirmed_by or "",
        confirmed_for=confirmed_for or "",
    )


def given_in(case: CaseView) -> tuple[str, ...]:
    """Return what details of a customer say, those she took back as well: to take them out of a text, never to show."""
    query = select(PersonalDetail.value).where(PersonalDetail.person_id == case.asker_id, _belongs_to(case))
    return tuple(dict.fromkeys(db.session.scalars(query.order_by(PersonalDetail.id))))


def detail_kinds_in(case: CaseView) -> dict[int, str]:
    """Return the kind of each detail in a case by its id; never what it says."""
    query = select(PersonalDetail.id, PersonalDetail.kind).where(
        PersonalDetail.person_id == case.asker_id, PersonalDetail.ended_at.is_(None), _belongs_to(case)
    )
    return {row.id: row.kind for row in db.session.execute(query.order_by(PersonalDetail.id))}
