"""Services by which people judge answers: vote, confirm, take back. What those say who tried one: evidence.py."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from app import clock
from app.actor import Actor
from app.community import policy
from app.community.events.judging import AnswerAccepted, AnswerUnaccepted, VoteCast
from app.community.models.posts import Answer, Question
from app.community.models.votes import Vote
from app.community.queries.visibility import answer_there
from app.community.services.holding import hold, hold_post
from app.community.services.state import settle
from app.db import changed_rows, db
from app.errors import Invalid
from app.outbox.record import record
from app.verdict import Verdict, require


def vote(actor: Actor, subject: Question | Answer, value: int) -> int:
    """Cast, change or take back (0) a vote; return what the person's vote was before.

    The score moves by the difference, in the database, and one vote after the other, so that none is ever lost.
    """
    if value not in {-1, 0, 1}:
        raise Invalid("vote_value")
    hold_post(subject)
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
    """Confirm an answer that solved it; several may be. The first one stays the main one of the question.

    Confirming a confirmed one again changes nothing.
    """
    question = hold_post(answer)
    require(policy.can_confirm(actor, question, answer))
    assert actor.asker_id is not None
    now = clock.now()
    fresh = update(Answer).where(Answer.id == answer.id, Answer.accepted_at.is_(None)).values(accepted_at=now)
    if changed_rows(db.session.execute(fresh)) == 0:
        return
    if question.accepted_answer_id is None:
        _settle(question.id, answer_id=answer.id, accepted_at=now)
    else:
        _touch(question.id)
    record(
        AnswerAccepted(
            answer_id=answer.id, question_id=question.id, author_id=answer.author_id, asker_id=actor.asker_id
        ),
        by=actor,
        request_id=question.id,
    )


def unaccept(actor: Actor, question: Question, answer_id: int | None = None) -> None:
    """Take a confirmation back: of this answer, else of the main one. Raises NotAllowed when none is given.

    When the main one goes, the oldest of the other confirmations takes its place.
    """
    hold(question)
    main_id = question.accepted_answer_id
    taken_id = main_id if answer_id is None else answer_id
    given = None if taken_id is None else db.session.get(Answer, taken_id)
    require(policy.can_accept(actor, question) if given is None else policy.can_unaccept(actor, question, given))
    confirmed = (Answer.question_id == question.id, Answer.accepted_at.is_not(None), answer_there())
    taken = update(Answer).where(*confirmed, Answer.id == taken_id).values(accepted_at=None, accepted_by_id=None)
    if changed_rows(db.session.execute(taken)) == 0:
        require(Verdict("not_accepted"))
    if taken_id == main_id:
        others = select(Answer.id, Answer.accepted_at).where(*confirmed).order_by(Answer.accepted_at, Answer.id)
        heir = db.session.execute(others.limit(1)).one_or_none()
        if heir is None:
            _settle(question.id, answer_id=None, accepted_at=None)
        else:
            _settle(question.id, answer_id=heir.id, accepted_at=heir.accepted_at)
    else:
        _touch(question.id)
    assert taken_id is not None, "a row was changed"
    record(AnswerUnaccepted(answer_id=taken_id, question_id=question.id), by=actor, request_id=question.id)


def _store_vote(actor: Actor, subject: Question | Answer, value: int) -> int:
    """Return what it was. The question is held: nobody takes her vote back between reading and writing it."""
    column = "question_id" if isinstance(subject, Question) else "answer_id"
    mine = (Vote.person_id == actor.person_id, getattr(Vote, column) == subject.id)
    previous = db.session.scalar(select(Vote.value).where(*mine)) or 0
    if value == previous:
        return previous
    if value == 0:
        db.session.execute(delete(Vote).where(*mine))
    elif previous == 0:
        row = {
            "person_id": actor.person_id,
            "acting_for_organisation_id": actor.acting_for_organisation_id,
            column: subject.id,
            "value": value,
            "cast_at": clock.now(),
        }
        db.session.execute(insert(Vote).values(row))
    else:
        db.session.execute(update(Vote).where(*mine).values(value=value, cast_at=clock.now()))
    return previous


def _settle(question_id: int, *, answer_id: int | None, accepted_at: datetime | None) -> None:
    """Set the main confirmed answer. The request's state keeps its date while it stays the same."""
    main = {"accepted_answer_id": answer_id, "accepted_at": accepted_at}
    db.session.execute(update(Question).where(Question.id == question_id).values(main))
    _touch(question_id)
    settle(question_id, now=clock.now())


def _touch(question_id: int) -> None:
    values = {"last_activity_at": clock.now(), "row_version": Question.row_version + 1}
    db.session.execute(update(Question).where(Question.id == question_id).values(values))
