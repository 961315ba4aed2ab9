"""Writing over a post: keep what it said, put the new words in their place, announce it.

One way for every edit, whoever may make it: editing.py, restoring.py and suggesting.py ask that first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app import clock
from app.actor import Actor
from app.attachments.services import show_in
from app.community.compose import Composed
from app.community.events.posts import AnswerEdited, QuestionEdited
from app.community.models.posts import Answer, Post, Question, question_of
from app.community.models.revisions import Revision
from app.community.services.checks import checked_body, checked_category, checked_title
from app.community.services.mentioning import change_mentions
from app.community.tags import put_tags, standing_names
from app.community.wording import Words, is_same
from app.db import changed_rows, db
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.privacy.audiences import PUBLIC


class Subject(TypedDict):
    """The fields by which facts name a post."""

    question_id: int
    answer_id: int | None


@dataclass(frozen=True)
class Edit:
    """The new words of a post. An answer has no title, category and tags; a suggestion leaves the category as it is."""

    text: Composed
    reason: str
    seen_version: int
    title: str = ""
    tag_names: Sequence[str] = ()
    category_id: int | None = None
    suggestion_id: int | None = None
    suggested_by_id: int | None = None
    suggested_body: str = ""
    restored_number: int | None = None


def write_over(actor: Actor, post: Post, edit: Edit) -> None:
    """Put the edit in place of what the post says. The caller asked whether the actor may.

    Raises Conflict "edited_meanwhile" when the post changed since `seen_version`, Invalid when nothing differs.
    """
    checked_body(edit.text)
    if edit.text.source_format not in {post.source_format, "markdown"}:
        raise Invalid("source_format", _l("This text cannot be kept in that form."), field="body")
    if post.text_version != edit.seen_version:
        raise edited_meanwhile()
    if isinstance(post, Question):
        _write_over_question(actor, post, edit)
    else:
        _write_over_answer(actor, post, edit)
    _show_pictures(actor, post, edit)
    change_mentions(actor, post, question_of(post), edit.text)


def subject_of(post: Post) -> Subject:
    """Return the fields by which facts name a post."""
    return Subject(question_id=question_of(post).id, answer_id=post.id if isinstance(post, Answer) else None)


def edited_meanwhile() -> Conflict:
    """Return the conflict that the views answer with a page on which nothing is lost."""
    return Conflict(
        "edited_meanwhile",
        _l("Somebody else changed this meanwhile. Copy your text, load the page again and put the two together."),
    )


def _write_over_question(actor: Actor, question: Question, edit: Edit) -> None:
    title = checked_title(edit.title)
    category_id = checked_category(edit.category_id or question.category_id, had=question.category_id).id
    tag_names = standing_names(edit.tag_names, had=question.tag_names)
    new = Words(edit.text.body, edit.text.source_format, title, tag_names, category_id)
    _replace(
        actor,
        question,
        edit,
        new,
        title=title,
        excerpt=edit.text.excerpt,
        category_id=category_id,
        tag_names=tag_names,
        last_activity_at=clock.now(),
    )
    put_tags(question.id, tag_names, asked_at=question.created_at, is_public=question.audience == PUBLIC)
    record(QuestionEdited(question_id=question.id), by=actor, request_id=question.id)


def _write_over_answer(actor: Actor, answer: Answer, edit: Edit) -> None:
    _replace(actor, answer, edit, Words(edit.text.body, edit.text.source_format))
    touched = {"last_activity_at": clock.now(), "row_version": Question.row_version + 1}
    db.session.execute(update(Question).where(Question.id == answer.question_id).values(touched))
    record(AnswerEdited(answer_id=answer.id, question_id=answer.question_id), by=actor, request_id=answer.question_id)


def _show_pictures(actor: Actor, post: Post, edit: Edit) -> None:
    """Let readers see the pictures in the new words: those of who wrote them, and those that a suggestion brought."""
    where = subject_of(post)["question_id"]
    place = f"{'question' if isinstance(post, Question) else 'answer'}:{post.id}"
    show_in(actor, edit.text.html, help_request_id=where, place=place)
    if edit.suggested_by_id is not None:
        suggester = replace(actor, person_id=edit.suggested_by_id)
        show_in(suggester, edit.text.html, help_request_id=where, place=place, if_in=edit.suggested_body)


def _replace(actor: Actor, post: Post, edit: Edit, new: Words, **more: object) -> None:
    assert actor.person_id is not None
    if is_same(post, new):
        raise Invalid("nothing_changed", _l("You have not changed anything yet."))
    reason = " ".join(edit.reason.split())
    if post.author_id != actor.person_id and not reason:
        raise Invalid("reason_missing", _l("Say why: these are somebody else's words."), field="reason")
    older = _revision(post, actor.person_id, edit, reason)
    _write(type(post), post.id, edit, **more)
    db.session.add(older)


def _revision(post: Post, person_id: int, edit: Edit, reason: str) -> Revision:
    is_question = isinstance(post, Question)
    return Revision(
        question_id=post.id if is_question else None,
        answer_id=None if is_question else post.id,
        number=post.text_version,
        title=post.title if isinstance(post, Question) else None,
        tag_names=list(post.tag_names) if isinstance(post, Question) else None,
        category_id=post.category_id if isinstance(post, Question) else None,
        body=post.body,
        source_format=post.source_format,
        written_at=post.edited_at or post.created_at,
        replaced_at=clock.now(),
        replaced_by_id=person_id,
        reason=reason[:300],
        suggestion_id=edit.suggestion_id,
        restored_number=edit.restored_number,
    )


def _write(model: type[Question] | type[Answer], post_id: int, edit: Edit, **more: object) -> None:
    # The version is compared in the UPDATE itself: two editors may both have passed every check before it.
    changed = db.session.execute(
        update(model)
        .where(model.id == post_id, model.text_version == edit.seen_version)
        .values(
            body=edit.text.body,
            body_html=edit.text.html,
            source_format=edit.text.source_format,
            renderer_version=edit.text.renderer_version,
            edited_at=clock.now(),
            text_version=model.text_version + 1,
            row_version=model.row_version + 1,
            **more,
        )
    )
    if changed_rows(changed) != 1:
        raise edited_meanwhile()
