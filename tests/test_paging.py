"""Promises of lists page by page: the next page begins right after the last row, and no row before it is walked."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.community.models.posts import Question
from app.paging import Key, older_than
from tests.cast import Cast
from tests.community import make

ORDER = (Question.created_at.desc(), Question.id.desc())


def _after(key: Key) -> sa.Select[int]:
    older = older_than(key, Question.created_at.expression, Question.id.expression)
    return sa.select(Question.id).where(older).order_by(*ORDER)


def test_after_a_row_come_those_of_its_moment_and_older_ones(database: Session, cast: Cast) -> None:
    now = clock.now()
    for hours in (0, 1, 1, 1, 2):
        make.question(cast.customer, created_at=now - timedelta(hours=hours))
    rows = database.execute(sa.select(Question.created_at, Question.id).order_by(*ORDER)).all()

    for place, (moment, row_id) in enumerate(rows, 1):
        assert database.scalars(_after(Key(moment, row_id))).all() == [each.id for each in rows[place:]]


def test_an_index_leads_to_the_row(database: Session) -> None:
    """SQLite walks to the page from the newest row of all where it cannot jump; other databases look otherwise."""
    if database.get_bind().dialect.name == "sqlite":
        asked = _after(Key(clock.now(), 1)).compile(database.get_bind())
        plan = database.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (1,) * str(asked).count("?")).all()
        assert "SEARCH questions USING COVERING INDEX ix_questions_newest (created_at<?)" in str(plan)
