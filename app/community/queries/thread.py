"""Reading a question with what stands under it. Every read names its viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.models.revisions import Revision
from app.community.models.votes import Vote
from app.community.queries.ties import Ties, ties_to
from app.community.queries.visibility import visible
from app.db import db
from app.errors import NotFound
from app.organisations.capacity import capacity_word
from app.organisations.models import Organisation


@dataclass(frozen=True)
class AnswerRow:
    """One answer as the question page shows it."""

    answer: Answer
    author_name: str
    author_handle: str
    organisation_name: str | None
    organisation_kind: str | None
    organisation_slug: str | None
    own_vote: int

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)


@dataclass(frozen=True)
class Thread:
    """A question's page: the question and all that stands under it, for one viewer."""

    question: Question
    answers: list[AnswerRow]
    own_vote: int
    ties: Ties

    @property
    def accepted(self) -> AnswerRow | None:
        """The answer that solved it."""
        return next((row for row in self.answers if row.answer.id == self.question.accepted_answer_id), None)

    @property
    def first_answer(self) -> AnswerRow | None:
        """The answer that was there first."""
        return min(self.answers, key=lambda row: (row.answer.created_at, row.answer.id), default=None)


def thread_of(viewer: Actor, question: Question) -> Thread:
    """Return all that stands on a question's page. The caller loaded `question` for its viewer."""
    return Thread(question, answers_of(viewer, question), own_vote_on(viewer, question), ties_to(viewer, question))


def question_for(viewer: Actor, question_id: int) -> Question:
    """Return the question. Raises NotFound when absent or hidden: the two look the same from outside."""
    question = db.session.scalars(
        select(Question)
        .where(Question.id == question_id, visible(viewer))
        .options(joinedload(Question.asker), joinedload(Question.category), joinedload(Question.request))
    ).one_or_none()
    if question is None:
        raise NotFound
    return question


def answer_for(viewer: Actor, answer_id: int) -> Answer:
    """Return the answer with its question. Raises NotFound when absent or its question is hidden."""
    answer = db.session.scalars(
        select(Answer)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.id == answer_id, visible(viewer))
        .options(joinedload(Answer.question))
    ).one_or_none()
    if answer is None:
        raise NotFound
    return answer


def answers_of(viewer: Actor, question: Question) -> list[AnswerRow]:
    """Return the answers of a question the viewer may see: the accepted one first, then by score, then the oldest."""
    own = select(Vote.answer_id, Vote.value).where(Vote.person_id == (viewer.person_id or 0)).subquery()
    rows = db.session.execute(
        select(
            Answer,
            Person.name,
            Person.handle,
            Organisation.name,
            Organisation.kind,
            Organisation.slug,
            func.coalesce(own.c.value, 0),
        )
        .join(Person, Person.id == Answer.author_id)
        .outerjoin(Organisation, Organisation.id == Answer.acting_for_organisation_id)
        .outerjoin(own, own.c.answer_id == Answer.id)
        .where(Answer.question_id == question.id)
        .order_by(Answer.accepted_at.is_(None), Answer.score.desc(), Answer.created_at, Answer.id)
    )
    return [AnswerRow(*row) for row in rows]


def own_vote_on(viewer: Actor, question: Question) -> int:
    """Return the viewer's vote on the question itself: 1, -1, or 0."""
    if viewer.is_visitor:
        return 0
    mine = select(Vote.value).where(Vote.person_id == viewer.person_id, Vote.question_id == question.id)
    return db.session.scalar(mine) or 0


def revisions_of(subject: Question | Answer) -> Sequence[Revision]:
    """Return what a text said before, newest first. The caller loaded `subject` for its viewer."""
    key = Revision.question_id if isinstance(subject, Question) else Revision.answer_id
    query = select(Revision).where(key == subject.id).order_by(Revision.number.desc())
    return db.session.scalars(query.options(joinedload(Revision.replaced_by))).all()
