"""The directory of people: who is here, what she helps with, and how often that worked.

How often somebody helped is stored (`counting`), and counts what everybody may see. Who is suspended, erased or has
become another is absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Tag
from app.community.queries.visibility import answer_there, comment_there, visible
from app.community.tags import tag_name
from app.db import db, folded
from app.errors import NotFound
from app.organisations.capacity import capacity_word
from app.organisations.models import Membership, Organisation, is_seated
from app.organisations.queries import IN_PUBLIC
from app.paging import Key, older_than
from app.providers.models import HelpCount, Provider, Skill, TopicHelpCount

ORDERS = ("help", "newest", "name")
ROLES = ("peer", "agent", "partner")
MOST_TOPICS = 3

_NAME_KEY = func.lower(Person.name)


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
    helped = _helped(topic_id)
    last = None if after is None else db.session.execute(_people(helped).where(Person.id == after)).one_or_none()
    conditions = [is_listed(), *_conditions(wanted, topic_id, helped)]
    walks = _by_help(helped, last) if wanted.order == "help" else [_walk(_people(helped), wanted.order, last)]
    rows: list[Any] = []
    for walk in walks:
        if len(rows) <= size:
            rows += db.session.execute(walk.where(*conditions).limit(size + 1 - len(rows)))
    shown = rows[:size]
    ids = [row.id for row in shown]
    seats, topics, active = _seats(ids), _topics(ids), _active(viewer, ids)
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


def _people(helped: FromClause) -> Select[Any]:
    """Return everybody, with how many questions she solved."""
    solved = func.coalesce(helped.c.solved, 0).label("solved")
    every = select(Person.id, Person.name, Person.handle, Person.created_at, solved, _NAME_KEY.label("name_key"))
    return every.outerjoin(helped, helped.c.person_id == Person.id)


def _by_help(helped: FromClause, last: Row[Any] | None) -> list[Select[Any]]:
    """Return those who helped, most first, then everybody else: each a walk along an index that may end early."""
    solved, person_id = helped.c.solved, helped.c.person_id
    helpers = select(Person.id, Person.name, Person.handle, Person.created_at, solved).join(
        helped, person_id == Person.id
    )
    others = _people(helped).where(person_id.is_(None)).order_by(Person.id)
    if last is not None and not last.solved:
        return [others.where(Person.id > last.id)]
    if last is not None:
        helpers = helpers.where(tuple_(solved, person_id) < tuple_(last.solved, last.id))
    return [helpers.order_by(solved.desc(), person_id.desc()), others]


def _walk(people: Select[Any], order: str, last: Row[Any] | None) -> Select[Any]:
    """Return people in an order of their own, after the last one of the page before."""
    if order == "newest":
        if last is not None:
            people = people.where(
                older_than(Key(last.created_at, last.id), Person.created_at.expression, Person.id.expression)
            )
        return people.order_by(Person.created_at.desc(), Person.id.desc())
    if last is not None:
        people = people.where(tuple_(_NAME_KEY, Person.id) > tuple_(last.name_key, last.id))
    return people.order_by(_NAME_KEY, Person.id)


def is_listed() -> ColumnElement[bool]:
    """Return the condition on people that holds for those whom lists may name."""
    return and_(Person.erased_at.is_(None), Person.merged_into_id.is_(None), Person.suspended_at.is_(None))


def _topic_id(name: str) -> int | None:
    """Return the tag of this name, 0 for one that nobody has; None where none is asked for."""
    if not name:
        return None
    found = db.session.scalar(select(func.coalesce(Tag.synonym_of_id, Tag.id)).where(Tag.name == tag_name(name)))
    return found or 0


def _helped(topic_id: int | None) -> FromClause:
    """Return how often each person helped: with a topic, or at all."""
    if topic_id is None:
        return HelpCount.__table__
    return select(TopicHelpCount).where(TopicHelpCount.tag_id == topic_id).subquery()


def _conditions(wanted: Wanted, topic_id: int | None, helped: FromClause) -> list[ColumnElement[bool]]:
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


def _topics(ids: Sequence[int]) -> dict[int, list[TopicHelp]]:
    """Return the topics these people helped with most; of those who helped with none, what they say they know about."""
    rows = db.session.execute(
        select(TopicHelpCount.person_id, Tag.name, TopicHelpCount.solved)
        .join(Tag, Tag.id == TopicHelpCount.tag_id)
        .where(TopicHelpCount.person_id.in_(ids))
        .order_by(TopicHelpCount.solved.desc(), Tag.name)
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
