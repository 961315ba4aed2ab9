"""Reading a question with what stands under it. Every read names its viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.models.revisions import Revision
from app.community.models.votes import Vote
from app.community.queries.answers import AnswerRow, answers_of
from app.community.queries.ties import Ties, ties_to
from app.community.queries.visibility import visible
from app.db import db
from app.errors import DomainError, Gone, NotFound
from app.privacy.audiences import known_to

# What an address says of something that was deleted, by its reason.
GONE = {
    "by_author": _l("Whoever wrote this took it away."),
    "spam": _l("A moderator removed this: it was advertising or sent without sense."),
    "abuse": _l("A moderator removed this: it hurt or threatened somebody."),
    "private": _l("A moderator removed this: it held somebody's personal details."),
    "off_topic": _l("A moderator removed this: it does not belong in this community."),
    "other": _l("A moderator removed this."),
}


@dataclass(frozen=True)
class Thread:
    """A question's page: the question and all that stands under it, for one viewer."""

    question: Question
    answers: list[AnswerRow]
    own_vote: int
    ties: Ties
    order: str = "best"

    @property
    def accepted(self) -> AnswerRow | None:
        """The answer that solved it; the main one, where several did."""
        return next((row for row in self.answers if row.answer.id == self.question.accepted_answer_id), None)

    @property
    def confirmed_count(self) -> int:
        """How many answers the asker says solved it."""
        return sum(row.is_confirmed for row in self.answers)

    @property
    def first_answer(self) -> AnswerRow | None:
        """The answer that was there first."""
        return min(self.answers, key=lambda row: (row.answer.created_at, row.answer.id), default=None)


def thread_of(viewer: Actor, question: Question, *, order: str = "best") -> Thread:
    """Return all that stands on a question's page. The caller loaded `question` for its viewer."""
    return Thread(
        question=question,
        answers=answers_of(viewer, question, order=order),
        own_vote=own_vote_on(viewer, question),
        ties=ties_to(viewer, question),
        order=order,
    )


def question_for(viewer: Actor, question_id: int) -> Question:
    """Return the question. Raises NotFound when absent or hidden: the two look the same from outside; Gone with the
    reason when it was deleted and the viewer could have known it.
    """
    question = db.session.scalars(
        select(Question)
        .where(Question.id == question_id, visible(viewer))
        .options(joinedload(Question.asker), joinedload(Question.category), joinedload(Question.request))
    ).one_or_none()
    if question is None:
        raise _gone_or_absent(viewer, question_id)
    return question


def answer_for(viewer: Actor, answer_id: int) -> Answer:
    """Return the answer with its question. Raises NotFound when absent or its question is hidden."""
    answer = db.session.scalars(
        select(Answer)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.id == answer_id, known_to(viewer, Question.audience))
        .options(joinedload(Answer.question))
    ).one_or_none()
    if answer is None:
        raise NotFound
    if answer.question.deleted_at is not None:
        raise gone(answer.question)
    if answer.deleted_at is not None:
        raise gone(answer)
    return answer


def even_deleted_question(viewer: Actor, question_id: int) -> Question:
    """Return the question, also when it was deleted. Raises NotFound when absent or not for the viewer."""
    question = db.session.scalars(
        select(Question)
        .where(Question.id == question_id, known_to(viewer, Question.audience))
        .options(joinedload(Question.category), joinedload(Question.request))
    ).one_or_none()
    if question is None:
        raise NotFound
    return question


def _gone_or_absent(viewer: Actor, question_id: int) -> DomainError:
    """Return why a question cannot be shown. Only called where it cannot, so the usual page costs no statement more."""
    try:
        return gone(even_deleted_question(viewer, question_id))
    except NotFound as absent:
        return absent


def gone(subject: Question | Answer) -> Gone:
    """Return the error that says why this is no longer there."""
    return Gone(f"deleted_{subject.deletion_reason}", GONE[subject.deletion_reason or "other"])


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
