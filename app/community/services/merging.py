"""Merging a question into another, and taking that back.

The question's row and its words stay as they were; `merged_into_id` says where it is found now. Answers and comments go
to the other question and remember where they came from, so that taking it back finds them. What came since goes with
the post it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, delete, func, select, update

from app import clock
from app.actor import Actor
from app.attachments import services as attachments
from app.community import policy
from app.community.events.rearranging import QuestionMerged, QuestionUnmerged
from app.community.models.acts import Act
from app.community.models.affected import Affected
from app.community.models.closings import Closing
from app.community.models.comments import Comment
from app.community.models.follows import Follow
from app.community.models.posts import Answer, Question
from app.community.queries.merges import joining_affected, joining_follows
from app.community.services.bringing import (
    QUIET,
    bring_along,
    choose_again,
    hand_over,
    move_drafts,
    name_target,
    recount,
    retarget,
)
from app.community.services.holding import hold_even_gone
from app.community.services.noting import note
from app.community.services.state import choose_main, settle
from app.community.tags import count_tags
from app.db import db, upsert
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.privacy.audiences import PUBLIC
from app.verdict import SENTENCES, require


def merge(actor: Actor, question: Question, into: Question) -> Act:
    """Make a question part of another. Raises Invalid with the reason `can_become_part_of` gives."""
    hold_even_gone(question.id, into.id)
    if question.merged_into_id is not None or question.deleted_at is not None:
        raise Conflict("merged_meanwhile", _l("Somebody else merged or removed this question meanwhile."))
    check(actor, question, into)
    now = clock.now()
    details = join(question, into, at=now)
    if question.audience == PUBLIC:
        count_tags(question.id, -1)
    fact = QuestionMerged(
        question_id=question.id,
        into_id=into.id,
        asker_id=question.asker_id,
        answers=len(details["answer_ids"]),
        comments=details["comments"],
    )
    record(fact, by=actor, request_id=into.id, happened_at=now)
    return note(actor, "merged", into.id, **details)


def join(question: Question, into: Question, *, at: datetime) -> dict[str, Any]:
    """Move everything of a question to another, and return what taking that back needs. Asks and announces nothing."""
    carried = list(db.session.scalars(select(Question.id).where(Question.merged_into_id == question.id)))
    answers = list(db.session.scalars(select(Answer.id).where(Answer.question_id == question.id)))
    on_texts = (Comment.question_id == question.id, Comment.answer_id.is_(None))
    comment_ids = list(db.session.scalars(select(Comment.id).where(*on_texts)))
    comments = _move_texts(question, into, answers)
    _point([question.id, *carried], into.id)
    _set(question.id, merged_at=at)
    details: dict[str, Any] = {
        "other_question_id": question.id,
        "answer_ids": answers,
        "carried_ids": carried,
        "comments": comments,
        "comment_ids": comment_ids,
        "last_activity_at": into.last_activity_at.isoformat(),
        "closing_ids": retarget(question.id, into.id),
        "follow_ids": _copy(Follow, ["person_id", "question_id", "how", "since"], joining_follows(question, into)),
        "affected_ids": _copy(
            Affected,
            ["person_id", "acting_for_organisation_id", "question_id", "said_at"],
            joining_affected(question, into),
        ),
    }
    attachments.move_all(question.id, into.id)
    move_drafts(question.id, into.id)
    if into.accepted_answer_id is None:
        choose_main(into.id)
    _set(into.id, last_activity_at=max(into.last_activity_at, question.last_activity_at))
    _finish(question, into, at=at)
    return details


def unmerge(actor: Actor, into: Question, details: dict[str, Any]) -> None:
    """Let a question that was merged stand by itself again; `details` are those of the act.

    Raises Conflict when one of the two has gone elsewhere since, or an answer or a comment that came along has.
    """
    question = db.session.get_one(Question, details["other_question_id"])
    hold_even_gone(question.id, into.id)
    require(policy.can_part(actor, into))
    answers, carried = details["answer_ids"], details["carried_ids"]
    there = db.session.scalar(select(func.count()).where(Answer.id.in_(answers), Answer.question_id == into.id))
    elsewhere = select(Comment.id).where(Comment.id.in_(details.get("comment_ids", ())), Comment.question_id != into.id)
    is_whole = there == len(answers) and db.session.scalar(elsewhere.limit(1)) is None
    if question.merged_into_id != into.id or into.deleted_at is not None or not is_whole:
        raise Conflict("changed_since", _l("This changed since then, so it cannot be undone."))
    merged_at = question.merged_at
    assert merged_at is not None, "it is merged"
    _take_texts_back(question, into, answers, carried)
    _point(carried, question.id)
    _point([question.id], None)
    _set(question.id, merged_at=None)
    _retarget_back(details["closing_ids"], question.id, into.id)
    for model, ids in ((Follow, details["follow_ids"]), (Affected, details["affected_ids"])):
        db.session.execute(
            delete(model).where(model.id.in_(ids), model.question_id == into.id), execution_options=QUIET
        )
    _take_pictures_back(question.id, carried, answers)
    if into.last_activity_at == question.last_activity_at:  # nothing happened there since
        _set(into.id, last_activity_at=datetime.fromisoformat(details["last_activity_at"]))
    for each in (question, into):
        choose_again(each.id)
    _finish(question, into, at=clock.now())
    if question.audience == PUBLIC:
        count_tags(question.id, 1)
    fact = QuestionUnmerged(question_id=question.id, into_id=into.id, asker_id=question.asker_id, merged_at=merged_at)
    record(fact, by=actor, request_id=into.id)


def check(actor: Actor, question: Question, into: Question) -> None:
    """Raise NotAllowed unless the actor may merge this question, Invalid unless it may go into that one."""
    require(policy.can_merge(actor, question))
    verdict = policy.can_become_part_of(question, into)
    if verdict.reason is not None:
        raise Invalid(verdict.reason, SENTENCES[verdict.reason], field="into")


def _move_texts(question: Question, into: Question, answers: Sequence[int]) -> int:
    """Let answers and comments stand under the other question; return how many comments there were."""
    origin = func.coalesce(Answer.merged_question_id, question.id)
    db.session.execute(
        update(Answer).where(Answer.question_id == question.id).values(question_id=into.id, merged_question_id=origin),
        execution_options=QUIET,
    )
    hand_over(answers, question.asker_id, into.asker_id)
    own = Comment.question_id == question.id
    count = db.session.scalar(select(func.count()).select_from(Comment).where(own)) or 0
    where = case((Comment.answer_id.is_(None), func.coalesce(Comment.merged_question_id, question.id)))
    db.session.execute(
        update(Comment).where(own).values(question_id=into.id, merged_question_id=where), execution_options=QUIET
    )
    bring_along(into.id)
    return count


def _take_texts_back(question: Question, into: Question, answers: Sequence[int], carried: Sequence[int]) -> None:
    for model in (Answer, Comment):
        own = (model.question_id == into.id, model.merged_question_id.in_([question.id, *carried]))
        origin = func.nullif(model.merged_question_id, question.id)
        back = update(model).where(*own).values(question_id=question.id, merged_question_id=origin)
        db.session.execute(back, execution_options=QUIET)
    hand_over(answers, into.asker_id, question.asker_id)
    bring_along(question.id)


def _point(question_ids: Sequence[int], into_id: int | None) -> None:
    if question_ids:
        pointed = update(Question).where(Question.id.in_(question_ids)).values(merged_into_id=into_id)
        db.session.execute(pointed, execution_options=QUIET)


def _set(question_id: int, **values: object) -> None:
    db.session.execute(update(Question).where(Question.id == question_id).values(values), execution_options=QUIET)


def _retarget_back(closing_ids: Sequence[int], question_id: int, into_id: int) -> None:
    still = select(Closing.id).where(Closing.id.in_(closing_ids), Closing.target_id == into_id)
    name_target(list(db.session.scalars(still.where(Closing.reopened_at.is_(None)))), question_id, from_id=into_id)


def _copy(model: type[Follow | Affected], columns: list[str], rows: Any) -> list[int]:
    made = upsert(model).from_select(columns, rows)
    made = made.on_conflict_do_nothing(index_elements=["person_id", "question_id"]).returning(model.id)
    return list(db.session.scalars(made))


def _take_pictures_back(question_id: int, carried: Sequence[int], answers: Sequence[int]) -> None:
    comments = db.session.scalars(select(Comment.id).where(Comment.question_id == question_id))
    places = [f"question:{each}" for each in (question_id, *carried)]
    places += [f"answer:{each}" for each in answers]
    places += [f"comment:{each}" for each in comments]
    attachments.move(places, question_id)


def _finish(question: Question, into: Question, *, at: datetime) -> None:
    """Count anew what lists show, and derive both states."""
    for each in (question, into):
        recount(each.id)
        settle(each.id, now=at)
    db.session.expire_all()
