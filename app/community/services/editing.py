"""Writing over a question or an answer, keeping what it said."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from app import clock
from app.actor import Actor
from app.attachments.services import show_in
from app.community import policy
from app.community.compose import Composed
from app.community.events import AnswerEdited, QuestionEdited
from app.community.models.posts import Answer, Question
from app.community.models.revisions import Revision
from app.community.models.shelves import Category
from app.community.services.checks import checked_body, checked_title
from app.community.settings import AUTHOR_EDIT_HOURS
from app.community.tags import put_tags
from app.db import changed_rows, db
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.privacy.audiences import PUBLIC
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
    """Write over a question, keeping what it said. Raises Conflict when somebody else did so since `seen_version`."""
    now = clock.now()
    require(policy.can_edit_question(actor, question, now=now, author_hours=AUTHOR_EDIT_HOURS.value))
    title = checked_title(title)
    checked_body(text)
    if db.session.get(Category, category_id) is None:
        raise Invalid("unknown_category", _l("Choose a category from the list."), field="category")
    _keep_revision(actor, question, reason=reason)
    _write_over(
        Question,
        question,
        text,
        seen_version=seen_version,
        title=title,
        excerpt=text.excerpt,
        category_id=category_id,
        tag_names=list(tag_names),
        last_activity_at=now,
    )
    show_in(actor, text.html, help_request_id=question.id, place=f"question:{question.id}")
    put_tags(question.id, tag_names, asked_at=question.created_at, is_public=question.audience == PUBLIC)
    record(QuestionEdited(question_id=question.id), by=actor, request_id=question.id)


def edit_answer(actor: Actor, answer: Answer, *, text: Composed, reason: str, seen_version: int) -> None:
    """Write over an answer, keeping what it said. Raises Conflict when somebody else did so since `seen_version`."""
    now = clock.now()
    require(policy.can_edit_answer(actor, answer, now=now, author_hours=AUTHOR_EDIT_HOURS.value))
    checked_body(text)
    _keep_revision(actor, answer, reason=reason)
    _write_over(Answer, answer, text, seen_version=seen_version)
    show_in(actor, text.html, help_request_id=answer.question_id, place=f"answer:{answer.id}")
    touched = {"last_activity_at": now, "row_version": Question.row_version + 1}
    db.session.execute(update(Question).where(Question.id == answer.question_id).values(touched))
    record(AnswerEdited(answer_id=answer.id, question_id=answer.question_id), by=actor, request_id=answer.question_id)


def _keep_revision(actor: Actor, subject: Question | Answer, *, reason: str) -> None:
    assert actor.person_id is not None
    is_question = isinstance(subject, Question)
    key = Revision.question_id if is_question else Revision.answer_id
    number = db.session.scalar(select(func.count()).where(key == subject.id)) or 0
    db.session.add(
        Revision(
            question_id=subject.id if is_question else None,
            answer_id=None if is_question else subject.id,
            number=number + 1,
            title=subject.title if isinstance(subject, Question) else None,
            tag_names=list(subject.tag_names) if isinstance(subject, Question) else None,
            body=subject.body,
            source_format=subject.source_format,
            written_at=subject.edited_at or subject.created_at,
            replaced_at=clock.now(),
            replaced_by_id=actor.person_id,
            reason=" ".join(reason.split())[:300],
        )
    )


def _write_over(
    model: type[Question] | type[Answer],
    subject: Question | Answer,
    text: Composed,
    *,
    seen_version: int,
    **more: object,
) -> None:
    # The version is compared in the UPDATE itself: two editors may both have passed every check before it.
    changed = db.session.execute(
        update(model)
        .where(model.id == subject.id, model.row_version == seen_version)
        .values(
            body=text.body,
            body_html=text.html,
            source_format=text.source_format,
            renderer_version=text.renderer_version,
            edited_at=clock.now(),
            row_version=model.row_version + 1,
            **more,
        )
    )
    if changed_rows(changed) != 1:
        raise Conflict(
            "edited_meanwhile",
            _l("Somebody else changed this meanwhile. Copy your text, load the page again and put the two together."),
        )
