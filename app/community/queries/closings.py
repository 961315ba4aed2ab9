"""Reading what is closed, what repeats what, and what moderators are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.closings import Closing, Petition
from app.community.models.posts import Question
from app.community.queries.visibility import visible
from app.db import db
from app.errors import NotFound
from app.privacy.audiences import known_to
from app.requests.models import CLOSED_STATES, HelpRequest

MOST_DUPLICATES = 50
MOST_PETITIONS = 100


@dataclass(frozen=True)
class Named:
    """A question as a link names it."""

    id: int
    title: str


@dataclass(frozen=True)
class ClosingView:
    """Why a question is closed, for whoever reads it. `target` is None where the viewer may not read that one."""

    reason: str
    note: str
    note_language: str
    closed_at: datetime
    closer_name: str | None
    target: Named | None
    is_reopening_asked: bool
    row: Closing


@dataclass(frozen=True)
class Ends:
    """Both ends of "the same question": why this one is closed, and which others were closed in its favour."""

    closing: ClosingView | None = None
    duplicates: list[Named] = field(default_factory=list)


@dataclass(frozen=True)
class DuplicatedRow:
    """A question that others repeat, and how many do."""

    id: int
    title: str
    language: str
    state: str
    times: int


def closing_of(question: Question) -> Closing | None:
    """Return why a question is closed; None when it is open."""
    return db.session.scalars(
        select(Closing).where(Closing.question_id == question.id, Closing.reopened_at.is_(None))
    ).one_or_none()


def target_of(question_id: int) -> int | None:
    """Return the question that this one was closed in favour of."""
    return db.session.scalar(
        select(Closing.target_id).where(Closing.question_id == question_id, Closing.reopened_at.is_(None))
    )


def ends_of(viewer: Actor, question: Question) -> Ends:
    """Return both ends at once. Most questions have neither, and cost no statement."""
    if question.request.state not in CLOSED_STATES and not question.duplicates_count:
        return Ends()
    other = aliased(Question)
    rows = db.session.execute(
        select(Closing, Person.name, other.id, other.title)
        .outerjoin(Person, Person.id == Closing.closed_by_id)
        .outerjoin(
            other,
            (other.id == func.coalesce(func.nullif(Closing.target_id, question.id), Closing.question_id))
            & known_to(viewer, other.audience)
            & other.deleted_at.is_(None)
            & other.merged_into_id.is_(None),
        )
        .where(or_(Closing.question_id == question.id, Closing.target_id == question.id))
        .where(Closing.reopened_at.is_(None))
        .order_by(Closing.question_id != question.id, Closing.id)  # its own comes first, however many name it
        .limit(MOST_DUPLICATES)
    ).all()
    own = next((row for row in rows if row[0].question_id == question.id), None)
    duplicates = [Named(row[2], row[3]) for row in rows if row[0].target_id == question.id and row[2] is not None]
    if own is None:
        return Ends(duplicates=duplicates)
    closing, closer, other_id, title = own
    return Ends(
        ClosingView(
            reason=closing.reason,
            note=closing.note,
            note_language=closing.note_language,
            closed_at=closing.closed_at,
            closer_name=closer,
            target=None if closing.target_id is None or other_id is None else Named(other_id, title),
            is_reopening_asked=open_petition(question.id, "reopen") is not None,
            row=closing,
        ),
        duplicates,
    )


def most_duplicated(viewer: Actor) -> list[DuplicatedRow]:
    """Return the questions most others were closed in favour of, or merged into, the most first."""
    closed = (
        select(Closing.target_id)
        .join(Question, Question.id == Closing.question_id)
        .where(Closing.target_id.is_not(None), Closing.reopened_at.is_(None), visible(viewer))
    )
    # What is merged has the same readers as what it is merged into, and that is asked below.
    merged = select(Question.merged_into_id).where(Question.merged_into_id.is_not(None))
    repeated = closed.union_all(merged).subquery()
    counted = select(repeated.c.target_id, func.count().label("times")).group_by(repeated.c.target_id).subquery()
    rows = db.session.execute(
        select(Question.id, Question.title, HelpRequest.language, HelpRequest.state, counted.c.times)
        .join(counted, counted.c.target_id == Question.id)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .where(visible(viewer))
        .order_by(counted.c.times.desc(), Question.id)
        .limit(MOST_DUPLICATES)
    )
    return [DuplicatedRow(*row) for row in rows]


def open_petition(question_id: int, kind: str, *, answer_id: int | None = None) -> int | None:
    """Return the id of what moderators are asked about this and have not answered."""
    waiting = select(Petition.id).where(
        Petition.question_id == question_id, Petition.kind == kind, Petition.settled_at.is_(None)
    )
    return db.session.scalar(waiting.where(_of_answer(answer_id)).limit(1))


def waiting_petitions(viewer: Actor) -> Sequence[Petition]:
    """Return what moderators are asked, the oldest first. The caller made sure that the viewer is one."""
    return db.session.scalars(
        select(Petition)
        .join(Question, Question.id == Petition.question_id)
        .where(Petition.settled_at.is_(None), visible(viewer))
        .order_by(Petition.id)
        .limit(MOST_PETITIONS)
        .options(joinedload(Petition.question), joinedload(Petition.person))
    ).all()


def petition_for(viewer: Actor, petition_id: int) -> Petition:
    """Return a petition about a question the viewer may see. Raises NotFound."""
    petition = db.session.scalars(
        select(Petition)
        .join(Question, Question.id == Petition.question_id)
        .where(Petition.id == petition_id, visible(viewer))
    ).one_or_none()
    if petition is None:
        raise NotFound
    return petition


def _of_answer(answer_id: int | None) -> ColumnElement[bool]:
    return Petition.answer_id.is_(None) if answer_id is None else Petition.answer_id == answer_id
