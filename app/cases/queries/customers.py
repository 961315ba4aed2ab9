"""One customer, whole: what she has going on over all organisations and channels, as far as her grants let one see.

What is withheld is named by its kind, whether there is any of it or not. That somebody looks is written down first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.cases.keeping import Standing, by
from app.cases.models.cases import Case
from app.cases.models.promises import Promise
from app.cases.queries.lists import CaseRow, rows
from app.community.models.posts import Question
from app.db import db, folded
from app.errors import NotFound
from app.organisations.models import Organisation
from app.privacy.audiences import PUBLIC
from app.privacy.kinds import HISTORY_KINDS
from app.privacy.looking import record_look_up
from app.privacy.models import Grant
from app.privacy.queries import grants_to, in_force
from app.requests.models import HelpRequest

MOST = 50


@dataclass(frozen=True)
class PromiseRow:
    """A promise made to the customer, by whom and by when; `is_own` where the viewer's organisation made it."""

    words: str
    organisation: str
    due_at: datetime
    state: str
    is_own: bool


@dataclass(frozen=True)
class GrantRow:
    """What the customer lets an organisation see."""

    organisation: str
    kinds: tuple[str, ...]
    until: datetime | None


@dataclass(frozen=True)
class CustomerView:
    """A customer as one organisation may know her. `allowed` are the kinds of history she lets it see."""

    name: str
    handle: str
    languages: tuple[str, ...]
    organisation: str
    allowed: frozenset[str]
    withheld: tuple[str, ...]
    cases: tuple[CaseRow, ...]
    elsewhere: tuple[CaseRow, ...]
    promises: tuple[PromiseRow, ...]
    grants: tuple[GrantRow, ...]
    questions: Sequence[Question]


def customer_for(viewer: Actor, handle_or_id: str) -> CustomerView:
    """Return a customer whole, for the organisation the viewer acts for. Raises NotFound where she has nothing to do
    with it: she neither has a case there nor lets it see anything.
    """
    seat = viewer.seat
    if seat is None or seat.organisation_kind == "customer" or not seat.covers("cases"):
        raise NotFound
    person = _person(handle_or_id)
    if person is None or person.id == viewer.person_id or not _is_dealt_with(seat.organisation_id, person.id):
        raise NotFound
    grants = grants_to([seat.organisation_id], person_id=person.id, purpose="see_history")
    allowed = frozenset(kind for grant in grants for kind in grant.kinds if kind in HISTORY_KINDS)
    withheld = tuple(kind for kind in HISTORY_KINDS if kind not in allowed)
    record_look_up(
        viewer, person_id=person.id, purpose="see_history", help_request_id=None, kinds=allowed, withheld=withheld
    )
    hers = HelpRequest.asker_id == person.id
    is_own = Case.holder_organisation_id == seat.organisation_id
    return CustomerView(
        name=person.name,
        handle=person.handle,
        languages=tuple(person.languages),
        organisation=seat.organisation_name,
        allowed=allowed,
        withheld=withheld,
        cases=_cases(hers, is_own),
        elsewhere=_cases(hers, ~is_own) if "requests" in allowed else (),
        promises=_promises(person.id, None if "promises" in allowed else seat.organisation_id, seat.organisation_id),
        grants=_grants(person.id) if "grants" in allowed else (),
        questions=_questions(person.id) if "activity" in allowed else (),
    )


def _person(handle_or_id: str) -> Person | None:
    is_number = handle_or_id.isascii() and handle_or_id.isdigit() and len(handle_or_id) < 19
    which = Person.id == int(handle_or_id) if is_number else Person.handle_key == folded(handle_or_id)
    return db.session.scalars(select(Person).where(which, Person.erased_at.is_(None))).one_or_none()


def _is_dealt_with(organisation_id: int, person_id: int) -> bool:
    """Say whether a person has a case at an organisation, or lets it see anything of hers now."""
    has_case = (
        exists()
        .where(Case.id == HelpRequest.id, HelpRequest.asker_id == person_id)
        .where(Case.holder_organisation_id == organisation_id)
    )
    lets_it = exists().where(
        Grant.person_id == person_id, Grant.organisation_id == organisation_id, in_force(clock.now())
    )
    return bool(db.session.scalar(select(or_(has_case, lets_it))))


def _cases(*which: ColumnElement[bool]) -> tuple[CaseRow, ...]:
    query = rows().where(*which).order_by(Case.last_activity_at.desc(), Case.id.desc()).limit(MOST)
    return tuple(CaseRow(*row) for row in db.session.execute(query))


def _promises(person_id: int, only_by_id: int | None, own_id: int) -> tuple[PromiseRow, ...]:
    """Return what was promised and is not settled, by everybody, or by one organisation alone."""
    query = select(Promise).where(
        Promise.to_person_id == person_id, Promise.state.in_(("open", "broken")), Promise.done_at.is_(None)
    )
    if only_by_id is not None:
        query = query.where(Promise.by_organisation_id == only_by_id)
    found = db.session.scalars(query.order_by(Promise.due_at).limit(MOST).options(joinedload(Promise.by_organisation)))
    now = clock.now()
    return tuple(
        PromiseRow(
            words=row.words,
            organisation=row.by_organisation.name,
            due_at=row.due_at,
            state=by(Standing(row.state, row.due_at, broken_at=row.broken_at), now).state,  # type: ignore[arg-type]
            is_own=row.by_organisation_id == own_id,
        )
        for row in found
    )


def _grants(person_id: int) -> tuple[GrantRow, ...]:
    query = select(Organisation.name, Grant.kinds, Grant.until).join(Grant.organisation)
    query = query.where(Grant.person_id == person_id, in_force(clock.now())).order_by(Organisation.name, Grant.id)
    return tuple(GrantRow(name, tuple(kinds), until) for name, kinds, until in db.session.execute(query.limit(MOST)))


def _questions(person_id: int) -> Sequence[Question]:
    query = select(Question).where(
        Question.asker_id == person_id, Question.audience == PUBLIC, Question.deleted_at.is_(None)
    )
    return db.session.scalars(query.order_by(Question.id.desc()).limit(10)).all()
