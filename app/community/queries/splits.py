"""Reading what can be split off from a question, and which questions were split off from which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.queries.visibility import answer_there, comment_there
from app.db import db
from app.outbox.models import DomainEvent
from app.paging import LARGEST_ID
from app.prose.extract import excerpt, plain_text

SHOWN = 120
LONGEST_BEGINNING = 90
KEY = re.compile(r"([ac])(\d{1,19})", re.ASCII)


@dataclass(frozen=True)
class Choice:
    """An answer ("a12") or a comment ("c34") as the page offers it."""

    key: str
    name: str
    words: str
    language: str
    written_at: datetime
    answer_id: int | None

    @property
    def is_answer(self) -> bool:
        return self.key.startswith("a")


@dataclass(frozen=True)
class Chosen:
    """What somebody chose: answers, and comments that are not on one of them. Replies go with what they reply to."""

    answers: Sequence[Answer]
    comments: Sequence[Comment]

    @property
    def first(self) -> Answer | Comment | None:
        """What was written first: its author asks the new question."""
        posts: list[Answer | Comment] = [*self.answers, *self.comments]
        return min(posts, key=lambda each: (each.created_at, each.id), default=None)

    @property
    def keys(self) -> list[str]:
        return [*(f"a{each.id}" for each in self.answers), *(f"c{each.id}" for each in self.comments)]


@dataclass(frozen=True)
class Relative:
    """A question that was split off from another one, or that other one; `is_origin` says which."""

    id: int
    title: str
    is_origin: bool


def choices_in(question: Question) -> list[Choice]:
    """Return the answers of a question and the comments that reply to none, each answer before what is said of it."""
    answers = select(Answer.id, Person.name, Answer.body_html, Answer.language, Answer.created_at, Answer.id)
    answers = answers.join(Person, Person.id == Answer.author_id).where(
        Answer.question_id == question.id, answer_there()
    )
    comments = select(
        Comment.id, Person.name, Comment.body_html, Comment.language, Comment.created_at, Comment.answer_id
    )
    comments = comments.join(Person, Person.id == Comment.author_id).where(
        Comment.question_id == question.id, Comment.parent_id.is_(None), comment_there()
    )
    found = [
        Choice(f"{letter}{key}", name, excerpt(html, SHOWN), language, written_at, answer_id)
        for letter, query in (("a", answers), ("c", comments))
        for key, name, html, language, written_at, answer_id in db.session.execute(query)
    ]
    there = {each.answer_id for each in found if each.is_answer}
    shown = [each for each in found if each.answer_id is None or each.answer_id in there]
    return sorted(shown, key=lambda each: (each.answer_id or 0, not each.is_answer, each.written_at))


def beginning_of(post: Answer | Comment) -> tuple[str, str]:
    """Return the title and the words with which a question made of this post begins: its author's own."""
    words = plain_text(post.body_html) if post.source_format == "html" else post.body
    return excerpt(post.body_html, LONGEST_BEGINNING).rstrip("…. "), words


def chosen_from(question: Question, keys: Iterable[str]) -> Chosen:
    """Return what these keys name under the question; what they do not name, or what is gone, is left out."""
    named: dict[str, set[int]] = {"a": set(), "c": set()}
    for key in keys:
        match = KEY.fullmatch(key)
        if match is not None and int(match[2]) <= LARGEST_ID:
            named[match[1]].add(int(match[2]))
    answers = select(Answer).where(Answer.id.in_(named["a"]), Answer.question_id == question.id, answer_there())
    comments = (
        select(Comment)
        .where(Comment.id.in_(named["c"]), Comment.question_id == question.id, Comment.parent_id.is_(None))
        .where(comment_there(), or_(Comment.answer_id.is_(None), Comment.answer_id.not_in(named["a"])))
        .options(joinedload(Comment.author))
    )
    anew = {"populate_existing": True}  # asked twice: who splits looks again when nobody else can
    answers = answers.options(joinedload(Answer.author)).order_by(Answer.id)
    return Chosen(
        db.session.scalars(answers, execution_options=anew).all(),
        db.session.scalars(comments.order_by(Comment.id), execution_options=anew).all(),
    )


def is_shared(question: Question) -> bool:
    """Say whether a question that was split off holds comments by others than who asks it. Others cost no statement."""
    if question.split_from_id is None:
        return False
    theirs = (Comment.question_id == question.id, Comment.author_id != question.asker_id, comment_there())
    return db.session.scalar(select(Comment.id).where(*theirs).limit(1)) is not None


def relatives_of(question: Question) -> list[Relative]:
    """Return what was split off from a question, and what it was split off from: they have the same readers.

    Most questions cost no statement.
    """
    if question.split_from_id is None and not question.splits_count:
        return []
    rows = db.session.execute(
        select(Question.id, Question.title)
        .where(or_(Question.split_from_id == question.id, Question.id == (question.split_from_id or 0)))
        .where(Question.deleted_at.is_(None))
        .order_by(Question.id)
    )
    return [Relative(each, title, each == question.split_from_id) for each, title in rows]


def put_back_to(question: Question) -> Question | None:
    """Return the question to which what stood on a deleted one was put back, when a split was undone; else None."""
    if question.split_from_id is None or question.deletion_reason != "other":
        return None
    undone = select(DomainEvent.payload).where(
        DomainEvent.kind == "question_unsplit", DomainEvent.help_request_id == question.split_from_id
    )
    if all(payload["question_id"] != question.id for payload in db.session.scalars(undone)):
        return None
    origin = select(Question).where(Question.id == question.split_from_id, Question.deleted_at.is_(None))
    return db.session.scalar(origin)
