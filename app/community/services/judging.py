"""Services by which people judge answers: vote, accept, take back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from app import clock
from app.actor import Actor
from app.community import policy
from app.community.events import AnswerAccepted, AnswerUnaccepted, VoteCast
from app.community.models.posts import Answer, Question
from app.community.models.votes import Vote
from app.db import db, upsert
from app.errors import Invalid
from app.outbox.record import record
from app.requests.models import HelpRequest
from app.verdict import Verdict, require


def vote(actor: Actor, subject: Question | Answer, value: int) -> int:
    """Cast, change or take back (0) a vote; return what the person's vote was before.

    The score moves by the difference, in the database, so that concurrent votes are never lost.
    """
    if value not in {-1, 0, 1}:
        raise Invalid("vote_value")
    author_id = subject.asker_id if isinstance(subject, Question) else subject.author_id
    require(policy.can_vote(actor, author_id=author_id))
    assert actor.person_id is not None
    previous = _store_vote(actor, subject, value)
    if previous == value:
        return previous
    model: type[Question] | type[Answer] = type(subject)
    question_id = subject.id if isinstance(subject, Question) else subject.question_id
    db.session.execute(update(model).where(model.id == subject.id).values(score=model.score + (value - previous)))
    if isinstance(subject, Answer):
        db.session.execute(
            update(Question).where(Question.id == question_id).values(row_version=Question.row_version + 1)
        )
    record(
        VoteCast(
            question_id=question_id,
            answer_id=subject.id if isinstance(subject, Answer) else None,
            person_id=actor.person_id,
            author_id=author_id,
            value=value,
            previous=previous,
        ),
        by=actor,
        request_id=question_id,
    )
    return previous


def accept(actor: Actor, question: Question, answer: Answer) -> None:
    """Mark the answer that solved it, in place of an earlier one. Accepting the accepted one again changes nothing."""
    require(policy.can_accept(actor, question))
    assert actor.person_id is not None
    accepted_id = _locked_acceptance(question.id)
    if accepted_id == answer.id:
        return
    now = clock.now()
    if accepted_id is not None:
        _clear(actor, question.id, accepted_id)
    db.session.execute(update(Answer).where(Answer.id == answer.id).values(accepted_at=now))
    _settle(question.id, answer_id=answer.id, now=now, state="solved")
    record(
        AnswerAccepted(
            answer_id=answer.id, question_id=question.id, author_id=answer.author_id, asker_id=actor.person_id
        ),
        by=actor,
        request_id=question.id,
    )


def unaccept(actor: Actor, question: Question) -> None:
    """Take the acceptance back. Raises NotAllowed when none is given."""
    require(policy.can_accept(actor, question))
    accepted_id = _locked_acceptance(question.id)
    if accepted_id is None:
        require(Verdict("not_accepted"))
        return
    _clear(actor, question.id, accepted_id)
    _settle(question.id, answer_id=None, now=clock.now(), state="answered")


def _store_vote(actor: Actor, subject: Question | Answer, value: int) -> int:
    column = "question_id" if isinstance(subject, Question) else "answer_id"
    mine = (Vote.person_id == actor.person_id, getattr(Vote, column) == subject.id)
    row = {
        "person_id": actor.person_id,
        "acting_for_organisation_id": actor.acting_for_organisation_id,
        column: subject.id,
        "value": value,
        "cast_at": clock.now(),
    }
    if value != 0:
        # First the insert: of two first votes at once one becomes the row, the other waits and then changes it.
        # RETURNING says whether it was made; psycopg counts no rows for an INSERT.
        fresh = upsert(Vote).values(row).on_conflict_do_nothing(index_elements=["person_id", column])
        if db.session.execute(fresh.returning(Vote.id)).one_or_none() is not None:
            return 0
    previous = db.session.scalar(select(Vote.value).where(*mine).with_for_update()) or 0
    if value == 0:
        db.session.execute(delete(Vote).where(*mine))
    elif previous != value:
        db.session.execute(update(Vote).where(*mine).values(value=value, cast_at=clock.now()))
    return previous


def _locked_acceptance(question_id: int) -> int | None:
    return db.session.scalar(select(Question.accepted_answer_id).where(Question.id == question_id).with_for_update())


def _clear(actor: Actor, question_id: int, answer_id: int) -> None:
    db.session.execute(update(Answer).where(Answer.id == answer_id).values(accepted_at=None))
    record(AnswerUnaccepted(answer_id=answer_id, question_id=question_id), by=actor, request_id=question_id)


def _settle(question_id: int, *, answer_id: int | None, now: datetime, state: str) -> None:
    values = {
        "accepted_answer_id": answer_id,
        "accepted_at": None if answer_id is None else now,
        "last_activity_at": now,
        "row_version": Question.row_version + 1,
    }
    db.session.execute(update(Question).where(Question.id == question_id).values(values))
    db.session.execute(update(HelpRequest).where(HelpRequest.id == question_id).values(state=state, state_since=now))
