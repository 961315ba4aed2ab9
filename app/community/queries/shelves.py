"""Reading categories and tags."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

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


def tag_called(viewer: Actor, name: str) -> Tag:
    """Return the tag of this name, or that this is another name of. Raises NotFound when no question the viewer may
    see carries it.
    """
    standing = select(func.coalesce(Tag.synonym_of_id, Tag.id)).where(Tag.name == name).scalar_subquery()
    known = aliased(Tag)
    tag = db.session.scalars(select(known).where(known.id == standing, known_tags(viewer, known))).one_or_none()
    if tag is None:
        raise NotFound
    return tag


def standing_tags(names: Collection[str]) -> dict[str, str]:
    """Return which of these names are other names of a tag: name → the tag's own."""
    if not names:
        return {}
    standing = aliased(Tag)
    rows = select(Tag.name, standing.name).join(standing, standing.id == Tag.synonym_of_id).where(Tag.name.in_(names))
    return {row[0]: row[1] for row in db.session.execute(rows)}


def known_tags(viewer: Actor, tag: type[Tag] = Tag) -> ColumnElement[bool]:
    """Return the condition on tags that holds for those a question carries which the viewer may see."""
    carried = select(QuestionTag.tag_id).join(Question, Question.id == QuestionTag.question_id).where(visible(viewer))
    return or_(tag.questions_count > 0, tag.id.in_(carried))
