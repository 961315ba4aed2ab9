"""Reading who follows what: what one follows oneself, and whom something new concerns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.follows import Follow
from app.community.models.posts import Question
from app.community.models.shelves import Category, Tag
from app.community.queries.shelves import known_tags
from app.community.queries.visibility import visible
from app.db import db
from app.paging import Key, Page, older_than
from app.privacy.readers import may_read

Followed = Question | Tag | Category | Person

COLUMNS: Mapping[type[Any], InstrumentedAttribute[int | None]] = {
    Question: Follow.question_id,
    Tag: Follow.tag_id,
    Category: Follow.category_id,
    Person: Follow.followed_person_id,
}


@dataclass(frozen=True)
class Follower:
    """Somebody whom something new concerns, and why: exactly one of the four subjects is given."""

    person_id: int
    question_id: int | None
    tag_id: int | None
    category_id: int | None
    followed_person_id: int | None
    how: str


@dataclass(frozen=True)
class FollowedPerson:
    """A person whom one follows."""

    name: str
    handle: str


@dataclass(frozen=True)
class FollowedQuestion:
    """A question that one follows, and how that came about."""

    id: int
    how: str
    since: datetime
    follow_id: int


@dataclass(frozen=True)
class Following:
    """Whether the viewer follows something, and how many do."""

    on: bool
    count: int


def following_of(viewer: Actor, subject: Followed) -> Following:
    """Say whether the viewer follows this, and how many people do: one statement."""
    own = func.coalesce(func.max(case((Follow.person_id == (viewer.person_id or 0), 1), else_=0)), 0)
    row = db.session.execute(select(own, func.count()).where(COLUMNS[type(subject)] == subject.id, _going_on())).one()
    return Following(bool(row[0]), row[1])


def who_follows(
    audience: str,
    *,
    question_id: int | None = None,
    tag_ids: Collection[int] = (),
    category_id: int | None = None,
    person_id: int | None = None,
) -> list[Follower]:
    """Return the follows of any of these by people who may read something with this audience.

    A person who follows two of them is there twice. Whoever is to hear of a new answer: `question_id` and, as
    `person_id`, who wrote it; of a new question: its tags, its category and its asker.
    """
    asked: list[ColumnElement[bool]] = []
    if question_id is not None:
        asked.append(Follow.question_id == question_id)
    if tag_ids:
        asked.append(Follow.tag_id.in_(sorted(tag_ids)))
    if category_id is not None:
        asked.append(Follow.category_id == category_id)
    if person_id is not None:
        asked.append(Follow.followed_person_id == person_id)
    if not asked:
        return []
    query = (
        select(
            Follow.person_id,
            Follow.question_id,
            Follow.tag_id,
            Follow.category_id,
            Follow.followed_person_id,
            Follow.how,
        )
        .join(Person, Person.id == Follow.person_id)
        .where(or_(*asked), _going_on(), may_read(audience))
        .order_by(Follow.person_id, Follow.id)
    )
    return [Follower(*row) for row in db.session.execute(query)]


def followed_questions(viewer: Actor, *, after: Key | None = None, size: int = 25) -> Page[FollowedQuestion]:
    """Return a page of the questions the viewer follows and may still see, the latest follow first."""
    query = (
        select(Question.id, Follow.how, Follow.since, Follow.id)
        .join(Question, Question.id == Follow.question_id)
        .where(Follow.person_id == viewer.person_id, _going_on(), visible(viewer))
        .order_by(Follow.since.desc(), Follow.id.desc())
        .limit(size + 1)
    )
    if after is not None:
        query = query.where(older_than(after, Follow.since, Follow.id))  # type: ignore[arg-type]
    rows = db.session.execute(query).all()
    found = [FollowedQuestion(*row) for row in rows]
    if len(found) <= size:
        return Page(found, None)
    last = found[size - 1]
    return Page(found[:size], Key(last.since, last.follow_id))


def followed_tags(viewer: Actor) -> Sequence[Tag]:
    """Return the tags the viewer follows, by name; those she may know of."""
    query = select(Tag).join(Follow, Follow.tag_id == Tag.id).where(Follow.person_id == viewer.person_id, _going_on())
    return db.session.scalars(query.where(known_tags(viewer)).order_by(Tag.name)).all()


def followed_categories(viewer: Actor) -> Sequence[Category]:
    """Return the categories the viewer follows."""
    query = select(Category).join(Follow, Follow.category_id == Category.id)
    query = query.where(Follow.person_id == viewer.person_id, _going_on())
    return db.session.scalars(query.order_by(Category.position, Category.id)).all()


def followed_people(viewer: Actor) -> list[FollowedPerson]:
    """Return the people the viewer follows, by name."""
    followed = aliased(Person)
    rows = db.session.execute(
        select(followed.name, followed.handle)
        .join(Follow, Follow.followed_person_id == followed.id)
        .where(Follow.person_id == viewer.person_id, _going_on())
        .where(followed.erased_at.is_(None), followed.merged_into_id.is_(None))
        .order_by(followed.name, followed.id)
    )
    return [FollowedPerson(*row) for row in rows]


def _going_on() -> ColumnElement[bool]:
    return Follow.ended_at.is_(None)
