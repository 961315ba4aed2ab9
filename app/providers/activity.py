"""What a person did here, as her page tells it: how much of what, which topics she helped with, what she said.

Every number and every line is about what the viewer may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, distinct, func, select

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.comments import Comment
from app.community.models.follows import Follow
from app.community.models.posts import Answer, Question
from app.community.models.shelves import QuestionTag, Tag
from app.community.queries.visibility import answer_there, comment_there, visible
from app.db import db
from app.paging import Key, Page, older_than
from app.prose.extract import excerpt
from app.requests.models import HelpRequest

MOST_TOPICS = 8
EXCERPT_LENGTH = 200


@dataclass(frozen=True)
class Counts:
    """How much somebody did. `solved` are questions of others to which an answer of hers was confirmed; `is_followed`
    says whether the viewer follows her.
    """

    answers: int
    solved: int
    questions: int
    comments: int
    followers: int
    is_followed: bool


@dataclass(frozen=True)
class TopicRecord:
    """Of how many questions of others about a topic that somebody answered, her answer solved how many."""

    name: str
    answered: int
    solved: int


@dataclass(frozen=True)
class Said:
    """A comment, with the question it stands under."""

    id: int
    words: str
    language: str
    created_at: datetime
    title: str
    title_language: str


def counts_of(viewer: Actor, person: Person) -> Counts:
    """Count what somebody did and who follows her, in one statement."""
    solving = and_(Answer.accepted_at.is_not(None), Question.asker_id != person.id)
    helped = (
        select(
            func.count(Answer.id).label("answers"), func.count(distinct(case((solving, Question.id)))).label("solved")
        )
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.author_id == person.id, answer_there(), visible(viewer))
        .subquery()
    )
    asked = select(func.count()).select_from(Question).where(Question.asker_id == person.id, visible(viewer))
    said = (
        select(func.count(Comment.id))
        .join(Question, Question.id == Comment.question_id)
        .outerjoin(Answer, Answer.id == Comment.answer_id)
        .where(_said_by(viewer, person))
    )
    follows = (Follow.followed_person_id == person.id, Follow.ended_at.is_(None))
    followers = select(func.count()).select_from(Follow).where(*follows)
    own = select(Follow.id).where(*follows, Follow.person_id == (viewer.person_id or 0))
    row = db.session.execute(
        select(
            helped.c.answers,
            helped.c.solved,
            asked.scalar_subquery(),
            said.scalar_subquery(),
            followers.scalar_subquery(),
            own.exists(),
        )
    ).one()
    return Counts(row[0], row[1], row[2], row[3], row[4], row[5])


def record_of(viewer: Actor, person: Person) -> Sequence[TopicRecord]:
    """Return the topics somebody answered questions of others about, those she solved most first."""
    answered = func.count(distinct(Question.id))
    solved = func.count(distinct(case((Answer.accepted_at.is_not(None), Question.id))))
    rows = db.session.execute(
        select(Tag.name, answered, solved)
        .join(QuestionTag, QuestionTag.tag_id == Tag.id)
        .join(Question, Question.id == QuestionTag.question_id)
        .join(Answer, Answer.question_id == Question.id)
        .where(Answer.author_id == person.id, Question.asker_id != person.id, answer_there(), visible(viewer))
        .group_by(Tag.id, Tag.name)
        .order_by(solved.desc(), answered.desc(), Tag.name)
        .limit(MOST_TOPICS)
    )
    return [TopicRecord(*row) for row in rows]


def said_by(viewer: Actor, person: Person, *, after: Key | None = None, size: int = 25) -> Page[Said]:
    """Return a page of somebody's comments, the newest first."""
    query = (
        select(Comment, Question.title, HelpRequest.language)
        .join(Question, Question.id == Comment.question_id)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .outerjoin(Answer, Answer.id == Comment.answer_id)
        .where(_said_by(viewer, person))
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(size + 1)
    )
    if after is not None:
        query = query.where(older_than(after, Comment.created_at, Comment.id))  # type: ignore[arg-type]
    rows = [
        Said(each.id, excerpt(each.body_html, EXCERPT_LENGTH), each.language, each.created_at, title, language)
        for each, title, language in db.session.execute(query)
    ]
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    return Page(rows[:size], Key(last.created_at, last.id))


def _said_by(viewer: Actor, person: Person) -> ColumnElement[bool]:
    return and_(Comment.author_id == person.id, comment_there(), answer_there(), visible(viewer))
