"""Quotes and agreements as one viewer may see them: the customer all that were made to her, an organisation its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.parts import PartCase, PlannedPart
from app.cases.queries.case_view import CaseView
from app.cases.queries.visibility import seen_by
from app.db import db
from app.errors import NotFound
from app.marketplace.models.agreements import Agreement
from app.marketplace.models.quotes import Quote, QuoteLine
from app.marketplace.models.services import Service
from app.marketplace.money import first_year, totals


@dataclass(frozen=True)
class QuoteView:
    """A quote with what it comes to. `state` is "expired" where nobody answered in time; `public_id` is the case's."""

    quote: Quote
    public_id: str
    lines: Sequence[QuoteLine]
    state: str

    @property
    def totals(self) -> dict[str, int]:
        """What it comes to for each period, in cents."""
        return totals(self.lines)

    @property
    def first_year(self) -> int:
        """What it comes to in the first twelve months, in cents."""
        return first_year(self.totals)


@dataclass(frozen=True)
class Choice:
    """What can be had for one thing, side by side: the quotes for a case, or for one part from several providers."""

    title: str
    language: str
    quotes: Sequence[QuoteView]

    @property
    def cheapest(self) -> int | None:
        """The id of the open quote with the lowest first year, where there is something to compare in one currency."""
        open_ones = [each for each in self.quotes if each.state == "open"]
        if len(open_ones) < 2 or len({each.quote.currency for each in open_ones}) > 1:
            return None
        return min(open_ones, key=lambda each: (each.first_year, each.quote.id)).quote.id


def choices_for(viewer: Actor, case: CaseView) -> list[Choice]:
    """Return what was quoted in a case: for a whole part by part, for a part from every provider the viewer sees."""
    titles = _scope(viewer, case)
    views = _views(Quote.help_request_id.in_(titles))
    groups: dict[tuple[int, str, str], list[QuoteView]] = {}
    for each in views:
        groups.setdefault(titles[each.quote.help_request_id], []).append(each)
    return [Choice(title, language, quotes) for (_order, title, language), quotes in sorted(groups.items())]


def quote_for(case: CaseView, quote_id: int) -> QuoteView:
    """Return a quote that was made in this case. Raises NotFound for any other."""
    found = _views((Quote.id == quote_id) & (Quote.help_request_id == case.id))
    if not found:
        raise NotFound
    return found[0]


def agreements_in(case: CaseView) -> Sequence[Agreement]:
    """Return what was agreed in a case, the newest first: that one is in force, it supersedes the others."""
    rows = select(Agreement).where(Agreement.help_request_id == case.id).order_by(Agreement.id.desc())
    return db.session.scalars(rows.options(joinedload(Agreement.organisation), joinedload(Agreement.accepted_by))).all()


def agreement_for(case: CaseView, agreement_id: int) -> Agreement:
    """Return an agreement of this case. Raises NotFound for any other."""
    found = next((each for each in agreements_in(case) if each.id == agreement_id), None)
    if found is None:
        raise NotFound
    return found


def at_a_glance(viewer: Actor, case: CaseView) -> tuple[int, Agreement | None]:
    """Return how many quotes wait for the customer's answer, in a case or in the parts of a whole, and the agreement
    that is in force; one statement.
    """
    which = Quote.help_request_id == case.id
    if case.role == "customer":
        part = select(PartCase.planned_part_id).where(PartCase.case_id == case.id)
        parts = (
            select(PartCase.case_id)
            .join(PlannedPart, PlannedPart.id == PartCase.planned_part_id)
            .join(Case, Case.id == PartCase.case_id)
            .join(Case.request)
            .where(or_(PlannedPart.whole_id == case.id, PartCase.planned_part_id.in_(part)), seen_by(viewer))
        )
        which |= Quote.help_request_id.in_(parts)
    is_open = (Quote.state == "open") & (Quote.valid_until > clock.now())
    waiting = select(func.count()).select_from(Quote).where(which, is_open).scalar_subquery()
    newest = select(func.max(Agreement.id)).where(Agreement.help_request_id == case.id).scalar_subquery()
    row = db.session.execute(
        select(waiting, Agreement)
        .select_from(Case)
        .outerjoin(Agreement, Agreement.id == newest)
        .where(Case.id == case.id)
        .options(joinedload(Agreement.organisation), joinedload(Agreement.accepted_by))
    ).one()
    return row[0], row[1]


def _scope(viewer: Actor, case: CaseView) -> dict[int, tuple[int, str, str]]:
    """Return the cases whose quotes stand together for this viewer: id → order, title and language of what they are
    for. Only the customer sees what several organisations ask for the same.
    """
    found = {case.id: (-1, case.title, case.language)}
    if case.role != "customer":
        return found
    rows = db.session.execute(
        select(PartCase.case_id, PlannedPart.position, Service.title, Service.language, PlannedPart.id)
        .join(PlannedPart, PlannedPart.id == PartCase.planned_part_id)
        .join(Service, Service.id == PlannedPart.service_id)
        .join(Case, Case.id == PartCase.case_id)
        .join(Case.request)
        .where(PlannedPart.whole_id == (case.parent_id or case.id), seen_by(viewer))
    ).all()
    mine = next((row.id for row in rows if row.case_id == case.id), None)
    for row in rows:
        if mine is None or row.id == mine:
            found[row.case_id] = (row.position, row.title, row.language)
    return found


def _views(which: ColumnElement[bool]) -> list[QuoteView]:
    now = clock.now()
    rows = db.session.execute(
        select(Quote, Case.public_id)
        .join(Case, Case.id == Quote.help_request_id)
        .where(which)
        .order_by(Quote.id)
        .options(joinedload(Quote.organisation), joinedload(Quote.through_organisation), joinedload(Quote.made_by))
    ).all()
    if not rows:
        return []
    lines: dict[int, list[QuoteLine]] = {row[0].id: [] for row in rows}
    of_them = select(QuoteLine).where(QuoteLine.quote_id.in_(lines)).order_by(QuoteLine.quote_id, QuoteLine.position)
    for line in db.session.scalars(of_them):
        lines[line.quote_id].append(line)
    return [
        QuoteView(quote, public_id, lines[quote.id], "expired" if quote.is_expired(now) else quote.state)
        for quote, public_id in rows
    ]
