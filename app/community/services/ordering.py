"""Keeping questions in order: lock, pin, move to another category."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from app import clock
from app.actor import Actor
from app.community import policy
from app.community.events.closing import QuestionLocked, QuestionMoved, QuestionPinned
from app.community.models.acts import Act
from app.community.models.posts import Question
from app.community.models.shelves import Category
from app.community.queries.shelves import category_with
from app.community.queries.visibility import there
from app.community.services.noting import note
from app.community.settings import MOST_PINNED
from app.db import changed_rows, db
from app.errors import Conflict, Invalid
from app.outbox.record import record
from app.verdict import require


def lock(actor: Actor, question: Question, *, is_locked: bool) -> Act:
    """Let nothing be added to a question, or let it again. Raises Conflict when it is so already."""
    put_lock(actor, question, is_locked=is_locked)
    return note(actor, "locked" if is_locked else "unlocked", question.id)


def pin(actor: Actor, question: Question, *, is_pinned: bool) -> Act:
    """Show a question first in its category, or no longer. Raises Conflict when it is so already, or too many are."""
    put_pin(actor, question, is_pinned=is_pinned)
    return note(actor, "pinned" if is_pinned else "unpinned", question.id)


def move(actor: Actor, question: Question, *, category_id: int) -> Act:
    """Put a question on another shelf; a pin stays behind. Raises Invalid for a category that is none, or the same."""
    before = question.category_id
    put_on_shelf(actor, question, category_id=category_id)
    return note(actor, "moved", question.id, from_category_id=before, to_category_id=category_id)


def put_lock(actor: Actor, question: Question, *, is_locked: bool) -> None:
    """Do what `lock` does, without a note: undoing leaves none."""
    require(policy.can_moderate(actor))
    _switch(question, is_locked, "locked_at")
    record(QuestionLocked(question_id=question.id, is_locked=is_locked), by=actor, request_id=question.id)


def put_pin(actor: Actor, question: Question, *, is_pinned: bool) -> None:
    """Do what `pin` does, without a note."""
    require(policy.can_moderate(actor))
    if is_pinned:
        # The category's row is held, so that of two who pin at once the second counts the first.
        db.session.execute(select(Category.id).where(Category.id == question.category_id).with_for_update())
        pinned = select(func.count()).select_from(Question).where(Question.pinned_at.is_not(None), there())
        on_shelf = db.session.scalar(pinned.where(Question.category_id == question.category_id)) or 0
        if on_shelf >= MOST_PINNED.value:
            raise Conflict("pinned_enough", _l("There is no room for another pin: take one away first."))
    _switch(question, is_pinned, "pinned_at")
    record(QuestionPinned(question_id=question.id, is_pinned=is_pinned), by=actor, request_id=question.id)


def put_on_shelf(actor: Actor, question: Question, *, category_id: int) -> None:
    """Do what `move` does, without a note."""
    require(policy.can_tidy(actor))
    before = question.category_id
    if category_id == before or category_with(category_id) is None:
        raise Invalid("unknown_category", _l("Choose another category from the list."), field="category")
    moved = db.session.execute(
        update(Question)
        .where(Question.id == question.id, Question.category_id == before)
        .values(category_id=category_id, pinned_at=None, row_version=Question.row_version + 1)
    )
    if changed_rows(moved) != 1:
        raise Conflict("changed_since", _l("This changed since then, so it cannot be undone."))
    record(
        QuestionMoved(question_id=question.id, from_category_id=before, to_category_id=category_id),
        by=actor,
        request_id=question.id,
    )


def _switch(question: Question, is_on: bool, name: str) -> None:
    column = getattr(Question, name)
    changed = db.session.execute(
        update(Question)
        .where(Question.id == question.id, column.is_(None) if is_on else column.is_not(None))
        .values({name: clock.now() if is_on else None})
    )
    if changed_rows(changed) != 1:
        raise Conflict("changed_since", _l("This is so already."))
