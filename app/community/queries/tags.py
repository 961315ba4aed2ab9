"""Reading tags: the list of them, what a page tells about one, and what was done to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, case, distinct, func, or_, select

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.models.shelves import QuestionTag, Tag
from app.community.queries.visibility import answer_there, is_open, visible
from app.community.tags import LONGEST_TAG, tag_name
from app.db import db, is_storable
from app.errors import NotFound
from app.organisations.capacity import capacity_word
from app.organisations.models import Organisation

ORDERS = ("popular", "name", "new")
MOST_HELPERS = 5
MOST_TO_NAME = 8
MOST_LOOKED_AT = 300


@dataclass(frozen=True)
class TagPage:
    """A page of tags; `next_id` is the tag after which the next page begins."""

    rows: Sequence[Tag]
    next_id: int | None


@dataclass(frozen=True)
class Synonym:
    """Another name of a tag."""

    id: int
    name: str


@dataclass(frozen=True)
class TopHelper:
    """Somebody who helps with a topic, and how many questions about it her answers solved."""

    solved: int
    name: str
    handle: str
    organisation_name: str | None
    organisation_kind: str | None

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)


@dataclass(frozen=True)
class About:
    """What a tag's page tells beside its questions; the numbers count what the viewer may see.

    `newest` is 0 where all questions were looked at; else `unanswered` and `helpers` are about the newest so many, so
    that the page of a tag with very many costs no more than that of another.
    """

    synonyms: Sequence[Synonym]
    questions: int
    unanswered: int
    helpers: Sequence[TopHelper]
    newest: int


def tag_page(*, text: str = "", order: str = "popular", after: int | None = None, size: int = 60) -> TagPage:
    """Return a page of the tags that public questions carry, those with this text in a name of theirs.

    Raises NotFound for an order that is none.
    """
    if order not in ORDERS:
        raise NotFound
    query = select(Tag).where(Tag.questions_count > 0)
    if key := tag_name(text):
        query = query.where(_is_called(key))
    if after is not None and (last := db.session.get(Tag, after)) is not None:
        query = query.where(_behind(last, order))
    by: dict[str, tuple[Any, ...]] = {
        "popular": (Tag.questions_count.desc(), Tag.name),
        "name": (Tag.name,),
        "new": (Tag.id.desc(),),
    }
    rows = db.session.scalars(query.order_by(*by[order]).limit(size + 1)).all()
    return TagPage(rows[:size], rows[size - 1].id if len(rows) > size else None)


def tags_to_name(typed: str) -> list[Tag]:
    """Return the tags in use that somebody who typed this may mean: those that begin so first, the most used first."""
    key = tag_name(typed[:LONGEST_TAG]) if is_storable(typed) else ""
    if not key:
        return []
    begins = Tag.name.startswith(key, autoescape=True)
    query = select(Tag).where(Tag.questions_count > 0, Tag.retired_at.is_(None), _is_called(key))
    by = (begins.desc(), Tag.questions_count.desc(), Tag.name)
    return list(db.session.scalars(query.order_by(*by).limit(MOST_TO_NAME)))


def about(viewer: Actor, tag: Tag) -> About:
    """Return what a tag's page tells. The caller loaded `tag` for its viewer."""
    told = {"tag_id": tag.id, "most": MOST_LOOKED_AT}
    counted = db.session.execute(_counts().where(visible(viewer)), told).one()
    newest = MOST_LOOKED_AT if tag.questions_count > MOST_LOOKED_AT else 0
    questions = tag.questions_count if newest else counted[0]
    return About(synonyms_of(tag), questions, counted[1], _top_helpers(viewer, told), newest)


@cache
def _counts() -> Select[int, int]:
    """Return the statement but for whose eyes it is, put together once; so is the next."""
    waits = and_(Question.answers_count == 0, is_open())
    counts = select(func.count(), func.coalesce(func.sum(case((waits, 1), else_=0)), 0))
    return counts.select_from(Question).where(Question.id.in_(_newest()))


def synonyms_of(tag: Tag) -> list[Synonym]:
    """Return the other names of a tag, by name."""
    rows = select(Tag.id, Tag.name).where(Tag.synonym_of_id == tag.id).order_by(Tag.name)
    return [Synonym(*row) for row in db.session.execute(rows)]


def synonym_of(tag: Tag, synonym_id: int) -> Tag:
    """Return one of the other names of a tag. Raises NotFound."""
    found = db.session.get(Tag, synonym_id)
    if found is None or found.synonym_of_id != tag.id:
        raise NotFound
    return found


def _newest() -> ScalarSelect[int]:
    newest = select(QuestionTag.question_id).where(QuestionTag.tag_id == bindparam("tag_id"))
    in_order = newest.order_by(QuestionTag.asked_at.desc(), QuestionTag.question_id.desc())
    return in_order.limit(bindparam("most")).scalar_subquery()


def _top_helpers(viewer: Actor, told: dict[str, int]) -> list[TopHelper]:
    return [TopHelper(*row) for row in db.session.execute(_helping().where(visible(viewer)), told)]


@cache
def _helping() -> Select[*tuple[Any, ...]]:
    solved = func.count(distinct(Question.id))
    return (
        select(solved, Person.name, Person.handle, Organisation.name, Organisation.kind)
        .select_from(Question)
        .join(Answer, Answer.question_id == Question.id)
        .join(Person, Person.id == Answer.author_id)
        .outerjoin(Organisation, Organisation.id == Answer.acting_for_organisation_id)
        .where(Question.id.in_(_newest()))
        .where(Answer.accepted_at.is_not(None), answer_there(), Answer.author_id != Question.asker_id)
        .where(Person.erased_at.is_(None), Person.merged_into_id.is_(None), Person.suspended_at.is_(None))
        .group_by(Person.id, Person.name, Person.handle, Organisation.id, Organisation.name, Organisation.kind)
        .order_by(solved.desc(), Person.id)
        .limit(MOST_HELPERS)
    )


def _is_called(key: str) -> ColumnElement[bool]:
    """Return the condition that a tag has this text in its name or in another name of it."""
    other = select(Tag.synonym_of_id).where(Tag.name.contains(key, autoescape=True), Tag.synonym_of_id.is_not(None))
    return or_(Tag.name.contains(key, autoescape=True), Tag.id.in_(other))


def _behind(last: Tag, order: str) -> ColumnElement[bool]:
    if order == "popular":
        fewer = Tag.questions_count < last.questions_count
        return or_(fewer, and_(Tag.questions_count == last.questions_count, Tag.name > last.name))
    return Tag.name > last.name if order == "name" else Tag.id < last.id
