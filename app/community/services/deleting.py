"""Deleting and putting back. The row stays; queries/visibility.py hides it, and its address says why it is gone."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select, update

from app import clock
from app.actor import Actor
from app.attachments.services import bring_back, bring_back_all, withdraw, withdraw_all
from app.community import policy
from app.community.events.posts import AnswerDeleted, AnswerRestored, Deletion, QuestionDeleted, QuestionRestored
from app.community.models.acts import Act
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.queries.splits import is_shared
from app.community.queries.visibility import comment_there
from app.community.services import petitioning, reporting
from app.community.services.holding import hold, hold_even_gone, hold_with
from app.community.services.noting import note
from app.community.services.state import choose_main, settle
from app.community.tags import count_tags
from app.db import changed_rows, db
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.privacy.audiences import PUBLIC
from app.verdict import require


def delete_question(actor: Actor, question: Question, *, reason: Deletion) -> Act:
    """Take a question away. Raises NotAllowed with the reason can_delete_question gives."""
    hold(question)
    require(policy.can_delete_question(actor, question, is_shared=is_shared(question)))
    _check_reason(actor, question.asker_id, reason)
    # Said once more in the UPDATE: somebody may be answering at this moment.
    unanswered = () if actor.is_moderator else (Question.answers_count == 0,)
    _mark(actor, question, reason, *unanswered, row_version=Question.row_version + 1)
    if question.audience == PUBLIC:
        count_tags(question.id, -1)
    withdraw_all(question.id)
    record(
        QuestionDeleted(question_id=question.id, asker_id=question.asker_id, reason=reason),
        by=actor,
        request_id=question.id,
    )
    petitioning.grant(actor, question.id, "delete")
    reporting.removed(actor, question)
    return note(actor, "deleted_question", question.id, reason=reason)


def delete_answer(actor: Actor, answer: Answer, *, reason: Deletion) -> Act:
    """Take an answer away; when it was the only one that solved the question, that is open again."""
    question = hold_with(answer)
    require(policy.can_delete_answer(actor, answer))
    _check_reason(actor, answer.author_id, reason)
    _mark(actor, answer, reason)
    withdraw(f"answer:{answer.id}", *_comments_on(answer))
    db.session.execute(
        update(Question)
        .where(Question.id == question.id)
        .values(answers_count=Question.answers_count - 1, row_version=Question.row_version + 1)
    )
    # `accepted_at` stays on the answer, so that putting it back can make it the main one again.
    if question.accepted_answer_id == answer.id:
        choose_main(question.id)
    settle(question.id, now=clock.now())
    record(
        AnswerDeleted(answer_id=answer.id, question_id=question.id, author_id=answer.author_id, reason=reason),
        by=actor,
        request_id=question.id,
    )
    petitioning.grant(actor, question.id, "delete", answer_id=answer.id)
    reporting.removed(actor, answer)
    return note(actor, "deleted_answer", question.id, answer_id=answer.id, reason=reason)


def restore_question(actor: Actor, question: Question) -> None:
    """Put a deleted question back as it was. Raises NotAllowed with the reason can_restore gives."""
    hold_even_gone(question.id)
    require(policy.can_restore(actor, question))
    deleted_at = db.session.scalar(select(Question.deleted_at).where(Question.id == question.id))
    _unmark(question, row_version=Question.row_version + 1)
    if deleted_at is not None:
        bring_back_all(question.id, since=deleted_at)
    if question.audience == PUBLIC:
        count_tags(question.id, 1)
    record(QuestionRestored(question_id=question.id, asker_id=question.asker_id), by=actor, request_id=question.id)


def restore_answer(actor: Actor, answer: Answer) -> None:
    """Put a deleted answer back; it is the one that solved the question again if it was, unless another is by now."""
    hold_with(answer, even_gone=True)
    require(policy.can_restore(actor, answer))
    require_there(answer.question_id)
    _unmark(answer)
    bring_back(f"answer:{answer.id}", *_comments_on(answer))
    db.session.execute(
        update(Question)
        .where(Question.id == answer.question_id)
        .values(answers_count=Question.answers_count + 1, row_version=Question.row_version + 1)
    )
    if answer.accepted_at is not None and answer.question.accepted_answer_id is None:
        choose_main(answer.question_id)
    settle(answer.question_id, now=clock.now())
    record(
        AnswerRestored(answer_id=answer.id, question_id=answer.question_id, author_id=answer.author_id),
        by=actor,
        request_id=answer.question_id,
    )


def require_there(question_id: int, answer_id: int | None = None) -> None:
    """Raise Conflict when the question, or the answer, on which something stands is deleted itself."""
    held = [select(Question.deleted_at).where(Question.id == question_id).with_for_update()]
    if answer_id is not None:
        held.append(select(Answer.deleted_at).where(Answer.id == answer_id).with_for_update())
    if any(db.session.scalars(each).one() is not None for each in held):
        raise Conflict("gone_meanwhile", _l("What this stands on was removed meanwhile, so it cannot come back."))


def _comments_on(answer: Answer) -> list[str]:
    """Return where the pictures stand that are seen with an answer: its comments, but for those that were deleted."""
    there = select(Comment.id).where(Comment.answer_id == answer.id, comment_there())
    return [f"comment:{each}" for each in db.session.scalars(there)]


def _check_reason(actor: Actor, author_id: int, reason: Deletion) -> None:
    """Raise Invalid unless the reason fits who deletes: "by_author" is the author's, the others are a moderator's."""
    is_own = author_id == actor.person_id
    if (reason == "by_author") != is_own:
        raise Invalid("deletion_reason", _l("Choose a reason from the list."), field="reason")


def _mark(actor: Actor, subject: Question | Answer, reason: str, *still: ColumnElement[bool], **more: Any) -> None:
    model: type[Question] | type[Answer] = type(subject)
    marked = db.session.execute(
        update(model)
        .where(model.id == subject.id, model.deleted_at.is_(None), *still)
        .values(deleted_at=clock.now(), deleted_by_id=actor.person_id, deletion_reason=reason, **more)
    )
    if changed_rows(marked) != 1:
        raise Conflict("deleted_meanwhile", _l("This changed meanwhile, so nothing was removed. Load the page again."))


def _unmark(subject: Question | Answer, **more: Any) -> None:
    model: type[Question] | type[Answer] = type(subject)
    back = db.session.execute(
        update(model)
        .where(model.id == subject.id, model.deleted_at.is_not(None))
        .values(deleted_at=None, deleted_by_id=None, deletion_reason=None, **more)
    )
    if changed_rows(back) != 1:
        raise Conflict("restored_meanwhile", _l("This is back already."))
