"""Reading what was done: one's own acts, for moderators those on a question, for who keeps tags those on a tag."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.actor import Actor
from app.community.models.acts import Act
from app.community.models.posts import Question
from app.community.models.shelves import Category, Tag
from app.db import db
from app.errors import NotFound
from app.privacy.audiences import known_to

MOST_SHOWN = 200
MOST_ON_A_SHELF = 30


def own_acts(viewer: Actor) -> Sequence[Act]:
    """Return what the viewer did in the past 30 days, to questions she may still know; the newest first."""
    return db.session.scalars(_acts(viewer).where(Act.person_id == viewer.person_id)).all()


def acts_on(viewer: Actor, question: Question) -> Sequence[Act]:
    """Return what was done to a question, the newest first. The caller made sure that the viewer may see the log."""
    return db.session.scalars(_acts(viewer).where(Act.question_id == question.id)).all()


def acts_on_shelf(viewer: Actor, shelf: Tag | Category) -> Sequence[Act]:
    """Return what was done to a tag or a category, the newest first. The caller made sure that the viewer keeps it."""
    column = Act.tag_id if isinstance(shelf, Tag) else Act.category_id
    return db.session.scalars(_acts(viewer).where(column == shelf.id).limit(MOST_ON_A_SHELF)).all()


def act_for(viewer: Actor, act_id: int) -> Act:
    """Return an act of the viewer's own, for moderators any, for who keeps tags those on tags too. Raises NotFound."""
    act = db.session.scalars(_acts(viewer).where(Act.id == act_id)).one_or_none()
    keeps = act is not None and act.question_id is None and (viewer.is_curator or viewer.is_operator)
    if act is None or not (viewer.is_moderator or act.person_id == viewer.person_id or keeps):
        raise NotFound
    return act


def others_named_in(acts: Sequence[Act]) -> dict[int, str]:
    """Return the titles of the other questions in these acts, by id; they have the readers of those in the acts."""
    ids = {other for act in acts if (other := act.details.get("other_question_id")) is not None}
    if not ids:
        return {}
    rows = db.session.execute(
        select(Question.id, Question.title).where(Question.id.in_(ids), Question.deleted_at.is_(None))
    )
    return {question_id: title for question_id, title in rows}  # noqa: C416 (rows are no pairs to mypy)


def _acts(viewer: Actor) -> Select[Act]:
    return (
        select(Act)
        .outerjoin(Question, Question.id == Act.question_id)
        .where(or_(Act.question_id.is_(None), known_to(viewer, Question.audience)))
        .options(*(joinedload(each) for each in (Act.person, Act.question, Act.tag, Act.category)))
        .order_by(Act.id.desc())
        .limit(MOST_SHOWN)
    )
