"""Make the acceptances of imported questions what the source says, with their facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, case, func, insert, select, update
from sqlalchemy.orm import aliased

from app.community.events.judging import AnswerAccepted, AnswerUnaccepted
from app.community.models.posts import Answer, Question
from app.db import db
from app.importers.models import ImportedText
from app.importers.survey import AcceptedInSource
from app.importers.work import QUIET, Work, table_of
from app.outbox.models import DomainEvent
from app.requests.models import CLOSED_STATES, HelpRequest


@dataclass(frozen=True)
class Thread:
    """The question under which an answer is found here. `merged_question_id` is the source's own, where that was merged
    into this one; what the source says of acceptance changes nothing then.
    """

    id: int
    asker_id: int
    language: str
    accepted_answer_id: int | None
    merged_question_id: int | None = None


@dataclass(frozen=True)
class Acceptance:
    """An answer that the source says was accepted, and when if it knows."""

    question: Thread
    answer_id: int
    author_id: int
    at: datetime


def change_acceptances(work: Work, accepted: Mapping[str, AcceptedInSource], question_keys: Sequence[str]) -> None:
    """Make the acceptances of questions that were here already what the source says now."""
    if not question_keys:
        return
    threads = threads_of(work.source, set(question_keys))
    wanted = {key: accepted[key] for key in threads if key in accepted}
    known = known_answers(work.source, [answer_key for answer_key, _ in wanted.values()])
    columns = select(Answer.id, Answer.question_id, Answer.author_id, Answer.created_at)
    rows = db.session.execute(columns.where(Answer.id.in_([answer_id for answer_id, _ in known.values()])))
    answers = {row.id: row for row in rows}
    accepting = []
    for key, thread in threads.items():
        if thread.merged_question_id is not None:
            continue
        answer_key, accepted_on = wanted.get(key, ("", None))
        answer_id = known[answer_key][0] if answer_key in known else None
        if answer_id is not None and answers[answer_id].question_id != thread.id:
            answer_id = None  # it was split off here
        if thread.accepted_answer_id in {None, answer_id}:
            is_new = answer_id is not None and thread.accepted_answer_id is None
        else:
            _unaccept(work, thread)
            is_new = answer_id is not None
        if is_new and answer_id is not None:
            answer = answers[answer_id]
            at = work.accepted_at(accepted_on, answer.created_at)
            accepting.append(Acceptance(thread, answer_id, answer.author_id, at))
    accept_all(work, accepting)


def accept_all(work: Work, accepting: Sequence[Acceptance]) -> None:
    """Mark answers as accepted, with their facts."""
    if not accepting:
        return
    questions, answers, requests = table_of(Question).c, table_of(Answer).c, table_of(HelpRequest).c
    question: BindParameter[int] = bindparam("question", type_=questions.id.type)
    answer: BindParameter[int] = bindparam("answer", type_=answers.id.type)
    at: BindParameter[datetime] = bindparam("at", type_=answers.accepted_at.type)
    statements = (
        update(table_of(Question))
        .where(questions.id == question)
        .values(
            accepted_answer_id=answer,
            accepted_at=at,
            last_activity_at=case((questions.last_activity_at < at, at), else_=questions.last_activity_at),
        ),
        update(table_of(Answer)).where(answers.id == answer).values(accepted_at=at),
        update(table_of(HelpRequest))
        .where(requests.id == question, *(requests.state != closed for closed in sorted(CLOSED_STATES)))
        .values(state="solved", state_since=at),
    )
    values = [{"question": one.question.id, "answer": one.answer_id, "at": one.at} for one in accepting]
    for statement in statements:
        db.session.execute(statement, values)
    facts = [
        work.fact(
            AnswerAccepted(
                answer_id=one.answer_id,
                question_id=one.question.id,
                author_id=one.author_id,
                asker_id=one.question.asker_id,
            ),
            by=one.question.asker_id,
            request_id=one.question.id,
            at=one.at,
        )
        for one in accepting
    ]
    db.session.execute(insert(table_of(DomainEvent)), facts)
    work.counts["accepted"] += len(facts)


def _unaccept(work: Work, thread: Thread) -> None:
    assert thread.accepted_answer_id is not None
    statements = (
        update(Question).where(Question.id == thread.id).values(accepted_answer_id=None, accepted_at=None),
        update(Answer).where(Answer.id == thread.accepted_answer_id).values(accepted_at=None),
        update(HelpRequest)
        .where(HelpRequest.id == thread.id, HelpRequest.state.not_in(CLOSED_STATES))
        .values(state="answered", state_since=work.now),
    )
    for statement in statements:
        db.session.execute(statement, execution_options=QUIET)
    unaccepted = AnswerUnaccepted(answer_id=thread.accepted_answer_id, question_id=thread.id)
    fact = work.fact(unaccepted, by=thread.asker_id, request_id=thread.id, at=work.now)
    db.session.execute(insert(table_of(DomainEvent)), [fact])


def threads_of(source: str, keys: Iterable[str]) -> dict[str, Thread]:
    home = aliased(Question)
    rows = db.session.execute(
        select(
            HelpRequest.source_key,
            home.id,
            HelpRequest.asker_id,
            HelpRequest.language,
            home.accepted_answer_id,
            func.nullif(HelpRequest.id, home.id),
        )
        .join(Question, Question.id == HelpRequest.id)
        .join(home, home.id == func.coalesce(Question.merged_into_id, Question.id))
        .where(HelpRequest.source == source, HelpRequest.source_key.in_(list(keys)))
    )
    return {str(key): Thread(*found) for key, *found in rows}


def known_answers(source: str, keys: Sequence[str]) -> dict[str, tuple[int, str | None]]:
    rows = db.session.execute(
        select(Answer.source_key, Answer.id, ImportedText.digest)
        .outerjoin(ImportedText, (ImportedText.object_id == Answer.id) & (ImportedText.kind == "answer"))
        .where(Answer.source == source, Answer.source_key.in_(keys))
    )
    return {str(source_key): (answer_id, digest) for source_key, answer_id, digest in rows}
