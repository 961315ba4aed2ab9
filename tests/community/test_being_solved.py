"""What the home page says is being solved right now: what was answered or solved this week, and by whom."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.community.queries.lists import being_solved
from app.db import db
from tests.community import make


def shown():
    return [(row.title, row.helper_name, row.at) for row in being_solved()]


def test_the_latest_helper_stands_beside_what_was_answered_this_week(cast):
    question = make.question(cast.customer, title="Which tap is it?", created_at=clock.now() - timedelta(days=90))
    make.answer(question, cast.partner, created_at=clock.now() - timedelta(days=20))
    make.answer(question, cast.peer, created_at=clock.now() - timedelta(days=1))
    make.answer(question, cast.customer)  # she thanks them

    assert shown() == [("Which tap is it?", cast.peer.name, clock.now() - timedelta(days=1))]


def test_who_solved_it_comes_before_who_answered_last(cast):
    question = make.question(cast.customer, title="Which tap is it?")
    solving = make.answer(question, cast.partner, created_at=clock.now() - timedelta(days=20))
    make.answer(question, cast.peer, created_at=clock.now() - timedelta(days=10))
    make.accepted(solving)
    question.last_activity_at = clock.now()
    db.session.flush()

    assert shown() == [("Which tap is it?", cast.partner.name, clock.now())]


def test_long_ago_taken_back_unanswered_and_not_public_are_left_out(cast):
    long_ago = clock.now() - timedelta(days=8)
    make.answer(make.question(cast.customer, created_at=long_ago), cast.peer, created_at=long_ago)
    alone = make.question(cast.customer)
    make.answer(alone, cast.customer)
    taken_back = make.question(cast.customer)
    make.answer(taken_back, cast.peer).deleted_at = clock.now()
    make.answer(make.question(cast.customer, audience=f"org:{cast.waterworks.id}"), cast.agent)
    make.question(cast.customer)
    db.session.flush()

    assert shown() == []
