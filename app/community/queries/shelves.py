"""Reading categories and tags."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select

from app.actor import Actor
from app.community.models.posts import Question
from app.community.models.shelves import Category, QuestionTag, Tag
from app.community.queries.visibility import visible
from app.db import db
from app.errors import NotFound


def categories() -> Sequence[Category]:
    """Return every category, in the order operators gave them."""
    return db.session.scalars(select(Category).order_by(Category.position, Category.id)).all()


def category_called(slug: str) -> Category:
    """Return the category with this slug. Raises NotFound."""
    category = db.session.scalars(select(Category).where(Category.slug == slug)).one_or_none()
    if category is None:
        raise NotFound
    return category


def popular_tags(limit: int = 100) -> Sequence[Tag]:
    """Return the tags most used, those in use only."""
    query = select(Tag).where(Tag.questions_count > 0).order_by(Tag.questions_count.desc(), Tag.name).limit(limit)
    return db.session.scalars(query).all()


def tag_called(viewer: Actor, name: str) -> Tag:
    """Return the tag of this name. Raises NotFound when no question the viewer may see carries it."""
    tag = db.session.scalars(select(Tag).where(Tag.name == name, known_tags(viewer))).one_or_none()
    if tag is None:
        raise NotFound
    return tag


def known_tags(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on tags that holds for those a question carries which the viewer may see."""
    carried = select(QuestionTag.tag_id).join(Question, Question.id == QuestionTag.question_id).where(visible(viewer))
    return or_(Tag.questions_count > 0, Tag.id.in_(carried))
