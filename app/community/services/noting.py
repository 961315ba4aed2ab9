"""Noting what was done, so that it can be undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from app import clock
from app.actor import Actor
from app.community.models.acts import Act
from app.community.models.shelves import Category, Tag
from app.db import db, transaction

KEPT = timedelta(days=30)


def note(actor: Actor, kind: str, question_id: int, *, answer_id: int | None = None, **details: Any) -> Act:
    """Add an act to the log, in the current transaction."""
    act = Act(
        kind=kind,
        person_id=actor.person_id,
        question_id=question_id,
        answer_id=answer_id,
        done_at=clock.now(),
        details=details,
    )
    db.session.add(act)
    db.session.flush()  # the page offers to undo it by its id
    return act


def note_on_shelf(actor: Actor, kind: str, shelf: Tag | Category, **details: Any) -> Act:
    """Add an act about a tag or a category to the log, in the current transaction."""
    act = Act(kind=kind, person_id=actor.person_id, done_at=clock.now(), details=details)
    act.tag, act.category = (shelf, None) if isinstance(shelf, Tag) else (None, shelf)
    db.session.add(act)
    db.session.flush()  # the page offers to undo it by its id
    return act


def forget_old_acts() -> None:
    """Delete what was done longer than 30 days ago. A job."""
    with transaction() as session:
        session.execute(delete(Act).where(Act.done_at < clock.now() - KEPT))
