"""Reading what was done: one's own acts, and for moderators those on a question."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.actor import Actor
from app.community.models.acts import Act
from app.community.models.posts import Question
from app.db import db
from app.errors import NotFound
from app.privacy.audiences import known_to

MOST_SHOWN = 200


def own_acts(viewer: Actor) -> Sequence[Act]:
    """Return what the viewer did in the past 30 days, to questions she may still know; the newest first."""
    return db.session.scalars(_acts(viewer).where(Act.person_id == viewer.person_id)).all()


def acts_on(viewer: Actor, question: Question) -> Sequence[Act]:
    """Return what was done to a question, the newest first. The caller made sure that the viewer may see the log."""
    return db.session.scalars(_acts(viewer).where(Act.question_id == question.id)).all()


def act_for(viewer: Actor, act_id: int) -> Act:
    """Return an act of the viewer's own, or for moderators any. Raises NotFound."""
    act = db.session.scalars(_acts(viewer).where(Act.id == act_id)).one_or_none()
    if act is None or not (viewer.is_moderator or act.person_id == viewer.person_id):
        raise NotFound
    return act


def _acts(viewer: Actor) -> Select[Act]:
    return (
        select(Act)
        .join(Question, Question.id == Act.question_id)
        .where(known_to(viewer, Question.audience))
        .options(joinedload(Act.person), joinedload(Act.question))
        .order_by(Act.id.desc())
        .limit(MOST_SHOWN)
    )
