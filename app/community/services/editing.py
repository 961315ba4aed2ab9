"""Editing a question or an answer, bringing back what it said before, and opening an answer to all."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, update

from app import clock
from app.actor import Actor
from app.community import policy
from app.community.compose import Composed
from app.community.events.posts import TextRestored
from app.community.events.suggestions import AnswerClosedToOthers, AnswerOpenedToAll
from app.community.models.posts import Answer, Post, Question
from app.community.queries.versions import Version
from app.community.services.holding import hold_post
from app.community.services.writing_over import Edit, subject_of, write_over
from app.community.settings import AUTHOR_EDIT_HOURS
from app.community.tags import still_used
from app.db import changed_rows, db
from app.errors import Invalid
from app.outbox.record import record
from app.verdict import require


def edit_question(
    actor: Actor,
    question: Question,
    *,
    title: str,
    text: Composed,
    tag_names: Sequence[str],
    category_id: int,
    reason: str,
    seen_version: int,
) -> None:
    """Write over a question, keeping what it said. Raises Conflict when somebody else did so since `seen_version`.

    Versions are `text_version`s: an answer that came meanwhile is no conflict.
    """
    _require_editor(actor, question)
    write_over(
        actor,
        question,
        Edit(text, reason, seen_version, title=title, tag_names=tag_names, category_id=category_id),
    )


def edit_answer(actor: Actor, answer: Answer, *, text: Composed, reason: str, seen_version: int) -> None:
    """Write over an answer, keeping what it said. Raises Conflict when somebody else did so since `seen_version`."""
    _require_editor(actor, answer)
    write_over(actor, answer, Edit(text, reason, seen_version))


def restore(actor: Actor, post: Post, older: Version, *, text: Composed, reason: str, seen_version: int) -> None:
    """Bring back what a post said, as a new version on top: nothing is taken out of the history.

    `text` is made of the older version's words by the caller, before the first statement. Tags that are no longer used
    stay away.
    """
    _require_editor(actor, post)
    if not reason.strip():
        raise Invalid("reason_missing", _l("Say why you bring this version back."), field="reason")
    assert text.body == older.words.body, "the text that was composed is that of the version"
    write_over(
        actor,
        post,
        Edit(
            text,
            reason,
            seen_version,
            title=older.words.title or "",
            tag_names=still_used(older.words.tag_names or (), had=post.tag_names if isinstance(post, Question) else ()),
            category_id=older.words.category_id,
            restored_number=older.number,
        ),
    )
    record(TextRestored(**subject_of(post), number=older.number), by=actor, request_id=subject_of(post)["question_id"])


def open_to_all(actor: Actor, answer: Answer) -> None:
    """Make it a wiki answer: everybody who may write may edit it. Votes and credit stay its author's."""
    require(policy.can_open_to_all(actor, answer))
    now = clock.now()
    if _changed(answer, Answer.wiki_at.is_(None), wiki_at=now):
        fact = AnswerOpenedToAll(answer_id=answer.id, question_id=answer.question_id, author_id=answer.author_id)
        record(fact, by=actor, request_id=answer.question_id)


def close_to_others(actor: Actor, answer: Answer) -> None:
    """Let only its author (and moderators) edit it again; what others wrote stays."""
    require(policy.can_open_to_all(actor, answer))
    if _changed(answer, Answer.wiki_at.is_not(None), wiki_at=None):
        fact = AnswerClosedToOthers(answer_id=answer.id, question_id=answer.question_id, author_id=answer.author_id)
        record(fact, by=actor, request_id=answer.question_id)


def _changed(answer: Answer, condition: ColumnElement[bool], **values: object) -> bool:
    changed = db.session.execute(update(Answer).where(Answer.id == answer.id, condition).values(values))
    return changed_rows(changed) == 1


def _require_editor(actor: Actor, post: Post) -> None:
    hold_post(post)
    require(policy.can_edit(actor, post, now=clock.now(), author_hours=AUTHOR_EDIT_HOURS.value))
