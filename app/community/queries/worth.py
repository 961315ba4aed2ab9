"""What an answer to an open question is worth, and the open questions in that order.

The sum is plain, so that a page can say it in words (`templates/community/_unanswered.html`) and anybody can check it:

    3   for each person who said in the past week that she has it too
    1   for each person who said so before
    1   for each follower, without the asker
    1   for each vote: up less down, never below nothing
    1   for each day it has waited, seven at most

Equal sums: the newest first. Who came lately counts most because as many may come next week; waiting counts for no
more than a week because whoever asked has found another way by then. How often a question is looked at is not in it:
nobody counts that. Nothing here knows who looks, but for what she may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, or_, select

from app import clock
from app.actor import Actor
from app.community.models.affected import Affected
from app.community.models.follows import Follow
from app.community.models.posts import Question
from app.community.models.shelves import Category, Tag
from app.community.queries.lists import QuestionRow, in_shelves, select_rows
from app.community.queries.ties import LATELY
from app.community.queries.visibility import is_open, visible
from app.db import db
from app.paging import Page, PointsKey

AFFECTED_LATELY = 3
AFFECTED_BEFORE = 1
FOLLOWER = 1
VOTE = 1
DAY = 1
MOST_DAYS = 7


@dataclass(frozen=True)
class Worth:
    """Why a question stands where it stands. The votes and those affected in all are in its row."""

    points: int
    affected_lately: int
    followers: int
    waited: timedelta

    @property
    def waited_minutes(self) -> float:
        return self.waited.total_seconds() / 60


@dataclass(frozen=True)
class ValuedRow(QuestionRow):
    """A question that waits for its first answer, with what that would be worth."""

    worth: Worth


def most_valuable(
    viewer: Actor,
    *,
    category: Category | None = None,
    tag: Tag | None = None,
    after: PointsKey | None = None,
    size: int = 25,
) -> Page[ValuedRow]:
    """Return a page of the questions without an answer that take one, those first where it is worth most.

    One statement. It counts for every open question before it sorts, each count off an index.
    """
    now = clock.now()
    as_of = now if after is None else min(after.as_of, now)
    counted = _counted(viewer, as_of, category=category, tag=tag)
    points = (
        counted.c.lately * AFFECTED_LATELY
        + (counted.c.affected_count - counted.c.lately) * AFFECTED_BEFORE
        + counted.c.followers * FOLLOWER
        + counted.c.votes * VOTE
        + counted.c.days * DAY
    )
    page = select(counted.c.id, counted.c.lately, counted.c.followers, points.label("points"))
    if after is not None:
        page = page.where(or_(points < after.points, and_(points == after.points, counted.c.id < after.row_id)))
    chosen = page.order_by(points.desc(), counted.c.id.desc()).limit(size + 1).subquery()
    query = (
        select_rows()
        .add_columns(chosen.c.points, chosen.c.lately, chosen.c.followers)
        .join(chosen, chosen.c.id == Question.id)
        .order_by(chosen.c.points.desc(), Question.id.desc())
    )
    rows = [_valued(*row, as_of=as_of) for row in db.session.execute(query)]
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    return Page(rows[:size], PointsKey(as_of, last.worth.points, last.id))


def _counted(viewer: Actor, as_of: datetime, *, category: Category | None, tag: Tag | None) -> CTE:
    """Return the open questions with what counts, each by itself."""
    lately = select(func.count()).where(Affected.question_id == Question.id, Affected.said_at > as_of - LATELY)
    going_on = (Follow.question_id == Question.id, Follow.ended_at.is_(None), Follow.person_id != Question.asker_id)
    query = select(
        Question.id,
        Question.affected_count,
        # Most questions have nobody: these are not counted at all.
        case((Question.affected_count > 0, lately.scalar_subquery()), else_=0).label("lately"),
        select(func.count()).where(*going_on).scalar_subquery().label("followers"),
        case((Question.score > 0, Question.score), else_=0).label("votes"),
        _days(as_of).label("days"),
    ).where(visible(viewer), Question.answers_count == 0, Question.locked_at.is_(None), is_open())
    query = in_shelves(query, category=category, tag=tag)
    # Made once: folded into the rest, each count would be made again wherever it is named.
    return query.cte("counted").prefix_with("MATERIALIZED")


def _days(as_of: datetime) -> ColumnElement[int]:
    """Return how many whole days a question has waited, MOST_DAYS at most; the databases reckon days differently."""
    waited = [case((Question.created_at <= as_of - timedelta(days=n), 1), else_=0) for n in range(1, MOST_DAYS + 1)]
    total: ColumnElement[int] = waited[0]
    for each in waited[1:]:
        total = total + each
    return total


def _valued(*row: Any, as_of: datetime) -> ValuedRow:
    *plain, points, lately, followers = row
    asked = QuestionRow(*plain)
    return ValuedRow(**vars(asked), worth=Worth(points, lately, followers, as_of - asked.created_at))
