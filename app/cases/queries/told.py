"""What those who helped told the customer of a case, and what of her may not be told on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.cases.models.cases import Case
from app.cases.models.holding import CaseMove
from app.cases.models.messages import Message
from app.cases.queries.case_view import CaseView
from app.cases.queries.details import given_in
from app.cases.states import OPEN_STATES
from app.db import db
from app.requests.models import HelpRequest

MOST_MESSAGES = 20


@dataclass(frozen=True)
class Told:
    """One message of somebody who helped, and for which organisation she wrote it."""

    body: str
    body_html: str
    source_format: str
    language: str
    author_id: int
    author_name: str
    organisation_id: int | None


@dataclass(frozen=True)
class ToldInCase:
    """What was told in a case, the oldest first; the names of all who took part, and the details that were typed."""

    messages: Sequence[Told]
    names: tuple[str, ...]
    details: tuple[str, ...]


def told_in(case: CaseView) -> ToldInCase:
    """Return what those who helped wrote to the customer, the last MOST_MESSAGES; never notes, never her own words.

    For who works on the case: `names` and `details` are there to be taken out, and for nothing else.
    """
    merged = select(Case.id).where(or_(Case.id == case.id, Case.merged_into_id == case.id))
    written = (
        select(
            Message.body,
            Message.body_html,
            Message.source_format,
            Message.language,
            Message.author_id,
            Person.name,
            Message.acting_for_organisation_id,
        )
        .join(Person, Person.id == Message.author_id)
        .where(Message.case_id.in_(merged), Message.kind == "message", Message.author_id != case.asker_id)
        .where(Message.acting_for_organisation_id.is_not(None), Message.representing_person_id.is_(None))
        .order_by(Message.id.desc())
        .limit(MOST_MESSAGES)
    )
    messages = [Told(*row) for row in db.session.execute(written)][::-1]
    return ToldInCase(messages, _names_in(case, [each.author_name for each in messages]), given_in(case))


@dataclass(frozen=True)
class ToldOn:
    """What those who helped in a case led to, for the program itself: their words as HTML with who wrote them, the
    organisation that holds it, and whether it was solved and not opened again since.
    """

    texts: Sequence[tuple[str, int]]
    holder_organisation_id: int
    is_solved: bool


def told_on(case_id: int) -> ToldOn | None:
    """Return it for the program itself; None where there is no such case."""
    held = select(Case.holder_organisation_id, HelpRequest.asker_id).join(Case.request).where(Case.id == case_id)
    row = db.session.execute(held).one_or_none()
    if row is None:
        return None
    texts = select(Message.body_html, Message.author_id).where(
        Message.case_id == case_id,
        Message.kind == "message",
        Message.author_id != row.asker_id,
        Message.acting_for_organisation_id.is_not(None),
    )
    # That it was closed or merged does not say whether it was solved: the last move but those does.
    last = select(CaseMove.to_state).where(CaseMove.case_id == case_id, CaseMove.to_state.in_((*OPEN_STATES, "solved")))
    stands = db.session.scalar(last.order_by(CaseMove.id.desc()).limit(1))
    found = [(html, author_id) for html, author_id in db.session.execute(texts.order_by(Message.id))]
    return ToldOn(found, row.holder_organisation_id, stands == "solved")


def _names_in(case: CaseView, authors: Sequence[str]) -> tuple[str, ...]:
    """Return what everybody is called who wrote in a case, or for whom somebody did."""
    represented, entered = aliased(Person), aliased(Person)
    query = (
        select(Person.name, represented.name)
        .select_from(Message)
        .join(Person, Person.id == Message.author_id)
        .outerjoin(represented, represented.id == Message.representing_person_id)
        .where(Message.case_id == case.id)
        .distinct()
    )
    who_entered = select(entered.name, HelpRequest.id).join(HelpRequest, HelpRequest.entered_by_id == entered.id)
    found = [name for row in db.session.execute(query) for name in row if name]
    found += [row[0] for row in db.session.execute(who_entered.where(HelpRequest.id == case.id))]
    return tuple(dict.fromkeys([case.asker.name, *authors, *found]))
