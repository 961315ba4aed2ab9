"""Splitting: answers and comments about something else become a question of their own, and taking that back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import aliased

from app import clock
from app.actor import Actor
from app.attachments import services as attachments
from app.community import policy
from app.community.compose import Composed
from app.community.events.rearranging import QuestionSplit, QuestionUnsplit
from app.community.models.acts import Act
from app.community.models.closings import Closing
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.revisions import Revision
from app.community.queries.splits import Chosen, beginning_of, chosen_from
from app.community.queries.visibility import comment_there
from app.community.services.bringing import (
    QUIET,
    bring_along,
    choose_again,
    hand_over,
    move_drafts,
    recount,
    retarget,
)
from app.community.services.checks import checked_body, checked_category, checked_title
from app.community.services.following import follow_by_itself
from app.community.services.holding import hold, hold_even_gone
from app.community.services.noting import note
from app.community.services.state import settle
from app.community.tags import count_tags, put_tags, standing_names
from app.db import db
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.privacy.audiences import PUBLIC
from app.requests.models import HelpRequest
from app.verdict import require


def split(
    actor: Actor,
    question: Question,
    chosen: Chosen,
    *,
    title: str,
    text: Composed,
    category_id: int,
    tag_names: Sequence[str] = (),
) -> Act:
    """Make a question of these posts, asked by whoever wrote the first of them, for the same readers.

    Raises Invalid when nothing is chosen, or for an unknown category.
    """
    hold(question)
    require(policy.can_split(actor, question))
    if (now := chosen_from(question, chosen.keys)).keys != chosen.keys:
        raise Conflict("changed_meanwhile", _l("This changed meanwhile. Load the page again."))
    chosen = now
    title = checked_title(title)
    checked_body(text)
    category = checked_category(category_id)
    tag_names = standing_names(tag_names)
    first = chosen.first
    if first is None:
        raise Invalid("nothing_chosen", _l("Choose at least one answer or comment."), field="posts")
    made = _ask(actor, question, first, title=title, text=text, category_id=category.id, tag_names=tag_names)
    comments = _with_replies(chosen.comments)
    details: dict[str, Any] = {
        "other_question_id": made.id,
        "text_version": made.text_version,
        "answers": [[each.id, each.merged_question_id] for each in chosen.answers],
        "comments": [[each.id, each.answer_id, each.merged_question_id] for each in comments],
    }
    answers = [each.id for each in chosen.answers]
    for model, posts in ((Answer, answers), (Comment, [each.id for each in comments])):
        values: dict[str, Any] = {"question_id": made.id, "merged_question_id": None}
        if model is Comment:
            values["answer_id"] = None
        db.session.execute(update(model).where(model.id.in_(posts)).values(values), execution_options=QUIET)
    hand_over(answers, question.asker_id, made.asker_id)
    _follow(made, chosen.answers, comments)
    _finish(question, made)
    _take_pictures(made.id, answers)
    counts = {"answers": len(answers), "comments": len(comments)}
    fact = QuestionSplit(question_id=made.id, from_id=question.id, asker_id=made.asker_id, **counts)
    record(fact, by=actor, request_id=made.id)
    return note(actor, "split", question.id, **details)


def unsplit(actor: Actor, question: Question, details: dict[str, Any]) -> None:
    """Put what was split off back where it stood; the question that was made of it is removed.

    Raises Conflict when something was added there since, or something has gone elsewhere.
    """
    made = db.session.get_one(Question, details["other_question_id"])
    hold_even_gone(question.id, made.id)
    require(policy.can_part(actor, question, made))
    answers: dict[int, int | None] = dict(details["answers"])
    if made.text_version != details.get("text_version", 1):
        raise _changed_since()
    _check_unchanged(question, made, answers, [each[0] for each in details["comments"]])
    _check_places(question, made, answers, details["comments"])
    for answer_id, origin in answers.items():
        back = update(Answer).where(Answer.id == answer_id)
        db.session.execute(back.values(question_id=question.id, merged_question_id=origin), execution_options=QUIET)
    for comment_id, on, origin in details["comments"]:
        where = {"question_id": question.id, "answer_id": on, "merged_question_id": origin}
        db.session.execute(update(Comment).where(Comment.id == comment_id).values(where), execution_options=QUIET)
    # A reply that came since stands where what it replies to stands.
    strays = select(Comment).where(Comment.question_id == made.id, Comment.parent_id.is_not(None))
    for reply in db.session.scalars(strays).all():
        parent = db.session.get_one(Comment, reply.parent_id, populate_existing=True)
        reply.question_id, reply.answer_id = parent.question_id, parent.answer_id
        reply.merged_question_id = parent.merged_question_id
    db.session.flush()  # the counts below read the rows
    hand_over(list(answers), made.asker_id, question.asker_id)
    gone = {"deleted_at": clock.now(), "deleted_by_id": actor.person_id, "deletion_reason": "other"}
    db.session.execute(update(Question).where(Question.id == made.id).values(gone), execution_options=QUIET)
    if made.audience == PUBLIC:
        count_tags(made.id, -1)
    retarget(made.id, question.id)
    move_drafts(made.id, question.id)
    _finish(question, made)
    _take_pictures(question.id, list(answers))
    attachments.withdraw_all(made.id)
    record(
        QuestionUnsplit(question_id=made.id, from_id=question.id, asker_id=made.asker_id),
        by=actor,
        request_id=question.id,
    )


def _ask(
    actor: Actor,
    question: Question,
    first: Answer | Comment,
    *,
    title: str,
    text: Composed,
    category_id: int,
    tag_names: Sequence[str],
) -> Question:
    """Make the new question: as if the author of the first post had asked it when she wrote that."""
    shared = HelpRequest(
        kind="question",
        asker_id=first.author_id,
        acting_for_organisation_id=first.acting_for_organisation_id,
        through_organisation_id=first.through_organisation_id,
        channel="web",
        language=text.language,
        language_how=text.language_how,
        audience=question.audience,
        state="open",
        state_since=clock.now(),
        created_at=first.created_at,
    )
    made = Question(
        request=shared,
        title=title,
        category_id=category_id,
        asker_id=first.author_id,
        audience=question.audience,
        tag_names=list(tag_names),
        created_at=first.created_at,
        last_activity_at=clock.now(),
        split_from_id=question.id,
        excerpt=text.excerpt,
        body=text.body,
        body_html=text.html,
        source_format=text.source_format,
        renderer_version=text.renderer_version,
    )
    db.session.add(made)
    db.session.flush()  # what is chosen points to it
    # The author of the first post did not write this text: of her pictures it shows what that post shows already.
    place = f"question:{made.id}"
    attachments.show_in(actor, text.html, help_request_id=made.id, place=place)
    seen_in = f"{'answer' if isinstance(first, Answer) else 'comment'}:{first.id}"
    attachments.show_again(text.html, help_request_id=made.id, place=place, seen_in=seen_in)
    put_tags(made.id, tag_names, asked_at=made.created_at, is_public=made.audience == PUBLIC)
    follow_by_itself(first.author_id, made.id, "asked")
    _keep_own_words(actor, made, first)
    return made


def _keep_own_words(actor: Actor, made: Question, first: Answer | Comment) -> None:
    """Let the question have said at first what its asker wrote, and what was made of that be the edit of who split."""
    title, words = beginning_of(first)
    is_hers = (made.title, made.body.strip()) == (title, words.strip())
    if actor.person_id in {None, first.author_id} or is_hers:
        return
    assert actor.person_id is not None
    made.text_version, made.edited_at = 2, clock.now()
    db.session.add(
        Revision(
            question_id=made.id,
            number=1,
            title=title or made.title,
            body=words,
            tag_names=list(made.tag_names),
            category_id=made.category_id,
            source_format="markdown" if first.source_format == "html" else first.source_format,
            written_at=first.created_at,
            replaced_at=made.edited_at,
            replaced_by_id=actor.person_id,
        )
    )
    db.session.flush()  # what is chosen is moved by statements of its own


def _with_replies(comments: Sequence[Comment]) -> list[Comment]:
    """Return these comments and the replies to them, also deleted ones: they keep their place."""
    ids = [each.id for each in comments]
    replies = db.session.scalars(select(Comment).where(Comment.parent_id.in_(ids)).order_by(Comment.id)).all()
    return [*comments, *replies]


def _follow(made: Question, answers: Iterable[Answer], comments: Iterable[Comment]) -> None:
    for answer in answers:
        follow_by_itself(answer.author_id, made.id, "answered")
    for comment in comments:
        follow_by_itself(comment.author_id, made.id, "commented")


def _check_unchanged(question: Question, made: Question, answers: Iterable[int], comments: Iterable[int]) -> None:
    """Raise Conflict unless what was split off is all that stands there, but for what was said of it since."""
    there = set(db.session.scalars(select(Answer.id).where(Answer.question_id == made.id)))
    reply = aliased(Comment)
    replied_to = select(reply.id).where(reply.parent_id == Comment.id, reply.deleted_at.is_(None)).exists()
    first = select(Comment.id).where(Comment.question_id == made.id, Comment.answer_id.is_(None))
    said = set(db.session.scalars(first.where(Comment.parent_id.is_(None), or_(comment_there(), replied_to))))
    gone = (question, made)
    is_there = all(each.deleted_at is None and each.merged_into_id is None for each in gone)
    is_same = not made.merged_count and not made.splits_count
    if not is_there or not is_same or there != set(answers) or not said <= set(comments):
        raise _changed_since()


def _check_places(
    question: Question, made: Question, answers: dict[int, int | None], comments: Sequence[Sequence[int | None]]
) -> None:
    """Raise Conflict unless each comment still stands there, and what these posts were on is here, or returns."""
    ids = [each[0] for each in comments]
    still = select(func.count()).where(Comment.id.in_(ids), Comment.question_id == made.id, Comment.answer_id.is_(None))
    on = {each[1] for each in comments if each[1] is not None} - answers.keys()
    here = select(func.count()).where(Answer.id.in_(on), Answer.question_id == question.id)
    origins = {each for each in (*answers.values(), *(each[2] for each in comments)) if each is not None}
    merged = select(func.count()).where(Question.id.in_(origins), Question.merged_into_id == question.id)
    repeats = select(func.count()).where(
        Closing.question_id == question.id, Closing.target_id == made.id, Closing.reopened_at.is_(None)
    )
    expected = ((still, len(ids)), (here, len(on)), (merged, len(origins)), (repeats, 0))
    if any(db.session.scalar(counted) != number for counted, number in expected):
        raise _changed_since()


def _changed_since() -> Conflict:
    return Conflict("changed_since", _l("This changed since then, so it cannot be undone."))


def _take_pictures(question_id: int, answers: Sequence[int]) -> None:
    comments = db.session.scalars(select(Comment.id).where(Comment.question_id == question_id))
    attachments.move([f"answer:{each}" for each in answers] + [f"comment:{each}" for each in comments], question_id)


def _finish(question: Question, made: Question) -> None:
    for each in (question, made):
        bring_along(each.id)
        choose_again(each.id)
        recount(each.id)
        settle(each.id, now=clock.now())
    db.session.expire_all()
