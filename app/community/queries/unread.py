"""What is new to somebody in a list of questions: which she never looked at, and where answers came since she did.

One statement for all rows of a page; none for visitors. Nothing from before the day she joined is new to her, nothing
from before she marked all as read, and nothing older than KEPT: what she looked at is forgotten after that.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, case, func, or_, select

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.models.readings import CaughtUp, Reading
from app.community.models.shelves import Category, Tag
from app.community.queries.lists import in_shelves
from app.community.queries.visibility import answer_there, visible
from app.db import db

KEPT = timedelta(days=60)
MOST_COUNTED = 100


@dataclass(frozen=True)
class Mark:
    """What is new about one question: all of it, or this many answers, the first of which is named."""

    is_new: bool
    answers: int
    first_answer_id: int | None


def marks_on(viewer: Actor, question_ids: Collection[int]) -> dict[int, Mark]:
    """Return what is new to the viewer about these questions, by id; those without news are left out."""
    if viewer.person_id is None or not question_ids:
        return {}
    told = {"me": viewer.person_id, "kept_since": clock.now() - KEPT, "ids": list(question_ids)}
    found = {row[0]: Mark(bool(row[1]), row[2], row[3]) for row in db.session.execute(_marks(), told)}
    return {each: mark for each, mark in found.items() if mark.is_new or mark.answers}


@cache
def _marks() -> Select[Any]:
    """Return the statement, put together once: it runs for every list."""
    me: BindParameter[int] = bindparam("me")
    new = (
        Answer.question_id == Question.id,
        Answer.id > func.coalesce(Reading.answer_id, 0),
        Answer.author_id != me,
        answer_there(),
        _is_recent(Answer.created_at),
    )
    count, first = (
        select(what).where(*new).correlate(Question, Reading).scalar_subquery()
        for what in (func.count(), func.min(Answer.id))
    )
    # Whoever asked knows the question without looking at it.
    knows = or_(Reading.person_id.is_not(None), Question.asker_id == me)
    return (
        select(
            Question.id,
            case((and_(~knows, _is_recent(Question.created_at)), 1), else_=0),
            case((and_(knows, Question.answers_count > 0), count), else_=0),
            case((and_(knows, Question.answers_count > 0), first), else_=None),
        )
        .outerjoin(Reading, and_(Reading.question_id == Question.id, Reading.person_id == me))
        .where(Question.id.in_(bindparam("ids", expanding=True)))
    )


def asked_since(viewer: Actor, moment: datetime, *, category: Category | None = None, tag: Tag | None = None) -> int:
    """Return how many questions of a list others asked after this moment; MOST_COUNTED stands for more."""
    since = select(Question.id).where(visible(viewer), Question.created_at > moment)
    since = in_shelves(since, category=category, tag=tag)
    if viewer.person_id is not None:
        since = since.where(Question.asker_id != viewer.person_id)
    return db.session.scalar(select(func.count()).select_from(since.limit(MOST_COUNTED).subquery())) or 0


def _is_recent(moment: ColumnElement[Any] | Any) -> ColumnElement[bool]:
    joined = select(Person.created_at).where(Person.id == bindparam("me")).scalar_subquery()
    caught_up = select(CaughtUp.upto).where(CaughtUp.person_id == bindparam("me")).scalar_subquery()
    return and_(moment > joined, moment > func.coalesce(caught_up, joined), moment > bindparam("kept_since"))
