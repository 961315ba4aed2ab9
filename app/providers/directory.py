"""The directory of people: who is here, what she helps with, and how often that worked.

Every number counts what the viewer may see. Who is suspended, erased or has become another is absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    distinct,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.shelves import QuestionTag, Tag
from app.community.queries.visibility import answer_there, comment_there, visible
from app.community.tags import tag_name
from app.db import db, folded
from app.errors import NotFound
from app.organisations.capacity import capacity_word
from app.organisations.models import Membership, Organisation, is_seated
from app.organisations.queries import IN_PUBLIC
from app.providers.models import Provider, Skill

ORDERS = ("help", "newest", "name")
ROLES = ("peer", "agent", "partner")
MOST_TOPICS = 3


@dataclass(frozen=True)
class Wanted:
    """Whom somebody looks for; empty is anybody. `topic` is the name of a tag, `organisation` a slug."""

    text: str = ""
    topic: str = ""
    organisation: str = ""
    role: str = ""
    order: str = "help"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.topic or self.organisation or self.role)


@dataclass(frozen=True)
class TopicHelp:
    """A topic somebody helped with, and how many questions about it her answers solved; 0 where she says so herself."""

    name: str
    solved: int


@dataclass(frozen=True)
class Listed:
    """One person as the directory shows her. `solved` is about the topic that was asked for, where one was."""

    id: int
    name: str
    handle: str
    created_at: datetime
    solved: int
    organisation_name: str | None
    organisation_kind: str | None
    topics: Sequence[TopicHelp]
    active_at: datetime | None

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)


@dataclass(frozen=True)
class People:
    """A page of people; `next_id` is the person after whom the next page begins."""

    rows: Sequence[Listed]
    next_id: int | None


def people_for(viewer: Actor, wanted: Wanted, *, after: int | None = None, size: int = 25) -> People:
    """Return a page of people. Raises NotFound for an order or a role that is none."""
    if wanted.order not in ORDERS or wanted.role not in ("", *ROLES):
        raise NotFound
    topic_id = _topic_id(wanted.topic)
    helped = _helped(viewer, topic_id)
    solved = func.coalesce(helped.c.solved, 0)
    name_key = func.lower(Person.name)
    every = select(Person.id, Person.name, Person.handle, Person.created_at, solved.label("solved"), name_key)
    every = every.outerjoin(helped, helped.c.person_id == Person.id)
    query = every.where(is_listed(), *_conditions(wanted, topic_id, helped))
    if after is not None and (last := db.session.execute(every.where(Person.id == after)).one_or_none()):
        query = query.where(
            {
                "help": or_(solved < last.solved, and_(solved == last.solved, Person.id > last.id)),
                "newest": or_(
                    Person.created_at < last.created_at,
                    and_(Person.created_at == last.created_at, Person.id < last.id),
                ),
                "name": or_(name_key > last[5], and_(name_key == last[5], Person.id > last.id)),
            }[wanted.order]
        )
    by: dict[str, tuple[Any, ...]] = {
        "help": (solved.desc(), Person.id),
        "newest": (Person.created_at.desc(), Person.id.desc()),
        "name": (name_key, Person.id),
    }
    rows = db.session.execute(query.order_by(*by[wanted.order]).limit(size + 1)).all()
    shown = rows[:size]
    ids = [row.id for row in shown]
    seats, topics, active = _seats(ids), _topics(viewer, ids), _active(viewer, ids)
    people = []
    for row in shown:
        organisation_name, organisation_kind = seats.get(row.id, (None, None))
        listed = Listed(
            id=row.id,
            name=row.name,
            handle=row.handle,
            created_at=row.created_at,
            solved=row.solved,
            organisation_name=organisation_name,
            organisation_kind=organisation_kind,
            topics=topics.get(row.id, ()),
            active_at=active.get(row.id),
        )
        people.append(listed)
    return People(people, shown[-1].id if len(rows) > size else None)


def is_listed() -> ColumnElement[bool]:
    """Return the condition on people that holds for those whom lists may name."""
    return and_(Person.erased_at.is_(None), Person.merged_into_id.is_(None), Person.suspended_at.is_(None))


def solved_by(viewer: Actor) -> Select[*tuple[Any, ...]]:
    """Return the query for how many questions of others each person's answers solved, of those the viewer may see."""
    return (
        select(Answer.author_id.label("person_id"), func.count(distinct(Question.id)).label("solved"))
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.accepted_at.is_not(None), answer_there(), visible(viewer), Answer.author_id != Question.asker_id)
        .group_by(Answer.author_id)
    )


def _topic_id(name: str) -> int | None:
    """Return the tag of this name, 0 for one that nobody has; None where none is asked for."""
    if not name:
        return None
    found = db.session.scalar(select(func.coalesce(Tag.synonym_of_id, Tag.id)).where(Tag.name == tag_name(name)))
    return found or 0


def _helped(viewer: Actor, topic_id: int | None) -> Subquery:
    query = solved_by(viewer)
    if topic_id is not None:
        about = (QuestionTag.question_id == Question.id) & (QuestionTag.tag_id == topic_id)
        query = query.join(QuestionTag, about)
    return query.subquery()


def _conditions(wanted: Wanted, topic_id: int | None, helped: Subquery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if key := folded(wanted.text):
        named = Person.name.icontains(wanted.text.strip(), autoescape=True)
        conditions.append(or_(named, Person.handle_key.contains(key.removeprefix("@"), autoescape=True)))
    if topic_id is not None:
        conditions.append(or_(helped.c.person_id.is_not(None), _knows_about(topic_id)) if topic_id else false())
    works = exists().where(
        Membership.person_id == Person.id,
        is_seated(),
        Organisation.id == Membership.organisation_id,
        Organisation.closed_at.is_(None),
        Organisation.kind.in_(IN_PUBLIC),
    )
    if wanted.organisation:
        conditions.append(works.where(Organisation.slug == wanted.organisation))
    if wanted.role == "peer":
        conditions.append(~works)
    elif wanted.role:
        is_partner = Organisation.kind == "partner"
        conditions.append(works.where(is_partner if wanted.role == "partner" else ~is_partner))
    return conditions


def _knows_about(topic_id: int) -> ColumnElement[bool]:
    return exists().where(
        Provider.person_id == Person.id,
        Skill.provider_id == Provider.id,
        Tag.id == Skill.tag_id,
        func.coalesce(Tag.synonym_of_id, Tag.id) == topic_id,
    )


def _seats(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return where these people work, as everybody may know: the first by name."""
    rows = db.session.execute(
        select(Membership.person_id, Organisation.name, Organisation.kind)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id.in_(ids), is_seated())
        .where(Organisation.closed_at.is_(None), Organisation.kind.in_(IN_PUBLIC))
        .order_by(Organisation.name.desc())
    )
    return {person_id: (name, kind) for person_id, name, kind in rows}


def _topics(viewer: Actor, ids: Sequence[int]) -> dict[int, list[TopicHelp]]:
    """Return the topics these people helped with most; of those who helped with none, what they say they know about."""
    solved = func.count(distinct(Question.id))
    rows = db.session.execute(
        select(Answer.author_id, Tag.name, solved)
        .join(Question, Question.id == Answer.question_id)
        .join(QuestionTag, QuestionTag.question_id == Question.id)
        .join(Tag, Tag.id == QuestionTag.tag_id)
        .where(Answer.author_id.in_(ids), Answer.accepted_at.is_not(None), answer_there(), visible(viewer))
        .where(Answer.author_id != Question.asker_id)
        .group_by(Answer.author_id, Tag.id, Tag.name)
        .order_by(solved.desc(), Tag.name)
    )
    found: dict[int, list[TopicHelp]] = defaultdict(list)
    for person_id, name, times in rows:
        if len(found[person_id]) < MOST_TOPICS:
            found[person_id].append(TopicHelp(name, times))
    standing = aliased(Tag)
    known = db.session.execute(
        select(Provider.person_id, standing.name)
        .join(Skill, Skill.provider_id == Provider.id)
        .join(Tag, Tag.id == Skill.tag_id)
        .join(standing, standing.id == func.coalesce(Tag.synonym_of_id, Tag.id))
        .where(Provider.person_id.in_([each for each in ids if each not in found]))
        .distinct()
        .order_by(standing.name)
    )
    for known_by, name in known:
        assert known_by is not None, "a desk is no person"
        if len(found[known_by]) < MOST_TOPICS:
            found[known_by].append(TopicHelp(name, 0))
    return found


def _active(viewer: Actor, ids: Sequence[int]) -> dict[int, datetime]:
    """Return when these people last wrote something that the viewer may see."""
    asked = select(Question.created_at).where(Question.asker_id == Person.id, visible(viewer))
    answered = select(Answer.created_at).join(Question, Question.id == Answer.question_id)
    answered = answered.where(Answer.author_id == Person.id, answer_there(), visible(viewer))
    said = select(Comment.created_at).join(Question, Question.id == Comment.question_id)
    said = said.outerjoin(Answer, Answer.id == Comment.answer_id)
    said = said.where(Comment.author_id == Person.id, comment_there(), answer_there(), visible(viewer))
    # The newest of each, by its index: counting through all that somebody ever wrote takes longer each day.
    newest = [
        each.correlate(Person).order_by(moment.desc()).limit(1).scalar_subquery()
        for each, moment in ((asked, Question.created_at), (answered, Answer.created_at), (said, Comment.created_at))
    ]
    rows = db.session.execute(select(Person.id, *newest).where(Person.id.in_(ids)))
    wrote = {row[0]: [moment for moment in row[1:] if moment is not None] for row in rows}
    return {person_id: max(moments) for person_id, moments in wrote.items() if moments}
