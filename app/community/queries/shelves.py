"""Reading categories and tags."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.community.models.posts import Question
from app.community.models.shelves import Category, QuestionTag, Tag
from app.community.queries.visibility import visible
from app.db import db
from app.errors import NotFound


class CategoryRow(NamedTuple):
    """What a category is called, as every page needs it."""

    id: int
    slug: str
    texts: dict[str, Any]
    merged_into_id: int | None


@dataclass(frozen=True)
class KeptCategory:
    """A category as who keeps it sees it, with how many questions stand there, whoever may read them."""

    category: Category
    questions: int


def categories() -> Sequence[Category]:
    """Return every category, in the order operators gave them."""
    in_order = select(Category).where(Category.merged_into_id.is_(None)).order_by(Category.position, Category.id)
    return db.session.scalars(in_order).all()


def open_categories(*, beside: int | None = None) -> Sequence[Category]:
    """Return the categories that take new questions, and the one where a question stands already."""
    return [each for each in categories() if each.closed_at is None or each.id == beside]


def even_merged_categories() -> list[CategoryRow]:
    """Return every category there ever was, in order: older versions of questions stand in them."""
    rows = select(Category.id, Category.slug, Category.texts, Category.merged_into_id)
    return [CategoryRow(*row) for row in db.session.execute(rows.order_by(Category.position, Category.id))]


def category_called(slug: str) -> Category:
    """Return the category with this slug, or the one that took over from it. Raises NotFound."""
    standing = select(func.coalesce(Category.merged_into_id, Category.id)).where(Category.slug == slug)
    category = db.session.scalars(select(Category).where(Category.id == standing.scalar_subquery())).one_or_none()
    if category is None:
        raise NotFound
    return category


def category_with(category_id: int) -> Category | None:
    """Return a category that no other took over from."""
    category = db.session.get(Category, category_id)
    return category if category is not None and category.merged_into_id is None else None


def kept_categories() -> list[KeptCategory]:
    """Return every category in its order with how many questions stand there. For who keeps them."""
    counted = select(func.count()).where(Question.category_id == Category.id).correlate(Category).scalar_subquery()
    rows = db.session.execute(
        select(Category, counted).where(Category.merged_into_id.is_(None)).order_by(Category.position, Category.id)
    )
    return [KeptCategory(*row) for row in rows]


def questions_in(category: Category) -> int:
    """Return how many questions stand in a category, whoever may read them. For who keeps it."""
    return db.session.scalar(select(func.count()).where(Question.category_id == category.id)) or 0


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
