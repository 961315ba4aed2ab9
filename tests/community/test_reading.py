"""What is new to somebody: since she joined, since she looked, since she marked all as read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.actor import VISITOR
from app.community.models.readings import CaughtUp, Reading
from app.community.queries.unread import KEPT, Mark, asked_since, marks_on
from app.community.services import reading
from app.privacy.rights import erase_person, export_person
from tests.cast import acting, sign_in, submit
from tests.community import make

NEW = Mark(is_new=True, answers=0, first_answer_id=None)


@pytest.fixture
def reader(cast, clock):
    """Somebody who joined a year ago."""
    cast.peer.created_at = cast.customer.created_at = now() - timedelta(days=365)
    return acting(cast.peer)


def now():
    return clock.now()


def test_a_question_is_new_until_one_looks_and_then_its_answers_are(database, cast, reader):
    asked = make.question(cast.customer, created_at=now() - timedelta(days=1))
    before = make.answer(asked, cast.agent)
    assert marks_on(reader, [asked.id]) == {asked.id: NEW}

    reading.look(reader, asked, upto=before.id)
    assert marks_on(reader, [asked.id]) == {}

    first = make.answer(asked, cast.agent)
    make.answer(asked, cast.peer)  # her own
    make.answer(asked, cast.agent, deleted_at=now(), deletion_reason="by_author")
    second = make.answer(asked, cast.customer)
    assert marks_on(reader, [asked.id]) == {asked.id: Mark(is_new=False, answers=2, first_answer_id=first.id)}

    reading.look(reader, asked, upto=10**15)  # no further than there are answers
    reading.look(reader, asked, upto=before.id)  # another window, shown before
    assert database.scalar(select(Reading.answer_id)) == second.id
    make.answer(asked, cast.agent)
    assert marks_on(reader, [asked.id])[asked.id].answers == 1


def test_whoever_asked_sees_answers_she_has_not_seen(database, cast):
    cast.customer.created_at = now() - timedelta(days=3)
    asked = make.question(cast.customer)
    assert marks_on(acting(cast.customer), [asked.id]) == {}
    given = make.answer(asked, cast.peer)
    assert marks_on(acting(cast.customer), [asked.id]) == {asked.id: Mark(False, 1, given.id)}


def test_nothing_is_new_from_before_one_joined_or_long_ago(database, cast, reader):
    cast.agent.created_at = now() - timedelta(hours=1)
    asked = make.question(cast.customer, created_at=now() - timedelta(days=1))
    old = make.question(cast.customer, created_at=now() - KEPT - timedelta(days=1))

    assert marks_on(acting(cast.agent), [asked.id, old.id]) == {}
    assert marks_on(reader, [asked.id, old.id]) == {asked.id: NEW}
    assert marks_on(VISITOR, [asked.id]) == {}
    reading.look(reader, old, upto=0)
    make.answer(old, cast.agent, created_at=now() - timedelta(days=400))  # an import
    assert marks_on(reader, [old.id]) == {}


def test_all_is_read_at_once_and_that_is_taken_back(database, cast, reader, clock):
    asked, seen = (make.question(cast.customer, created_at=now() - timedelta(hours=2)) for _ in range(2))
    reading.look(reader, seen, upto=0)
    make.answer(seen, cast.agent)
    both = marks_on(reader, [asked.id, seen.id])
    assert len(both) == 2

    clock.shift(60)
    first = reading.catch_up(reader, upto=now())
    assert marks_on(reader, [asked.id, seen.id]) == {}
    clock.shift(60)
    late = make.question(cast.customer)
    clock.shift(60)
    again = reading.catch_up(reader, upto=now() + timedelta(days=9))  # no further than now
    reading.catch_up(acting(cast.customer), upto=again)

    assert again == now()
    assert not reading.fall_back(reader, upto=first)
    assert reading.fall_back(reader, upto=again)
    assert marks_on(reader, [asked.id, seen.id, late.id]) == {late.id: NEW}
    assert reading.fall_back(reader, upto=first)
    assert marks_on(reader, [asked.id, seen.id]) == both
    hers = database.scalars(select(CaughtUp.upto).where(CaughtUp.person_id == cast.customer.id)).one()
    assert hers == again


def test_what_one_looked_at_is_told_forgotten_and_erased(database, cast, reader, clock):
    asked = make.question(cast.customer)
    reading.look(reader, asked, upto=0)
    reading.catch_up(reader, upto=now())
    told = export_person(cast.peer.id)
    assert told["looked_at"] == [{"question_id": asked.id, "read_at": now().isoformat()}]
    assert told["marked_as_read"] == [{"upto": now().isoformat()}]

    other = acting(cast.agent)
    reading.look(other, asked, upto=0)
    erase_person(acting(cast.operator), cast.peer.id)
    assert database.scalars(select(Reading.person_id)).all() == [cast.agent.id]
    assert database.scalars(select(CaughtUp.person_id)).all() == []

    clock.shift(KEPT + timedelta(seconds=1))
    reading.forget_old_readings()
    assert database.scalars(select(Reading.person_id)).all() == []


def test_what_came_since_a_page_was_shown_is_counted(database, cast):
    shelf, topic = make.category(), make.tag("meter")
    shown = now() - timedelta(minutes=1)
    make.question(cast.customer, created_at=shown)
    make.question(cast.peer, category=shelf, tags=(topic,))
    make.question(cast.agent, audience=f"org:{cast.waterworks.id}")

    assert asked_since(VISITOR, shown) == asked_since(VISITOR, shown, category=shelf, tag=topic) == 1
    assert asked_since(acting(cast.peer), shown) == 0
    assert asked_since(acting(cast.agent), shown) == 1


# Pages


def test_lists_mark_what_is_new_and_the_page_tells_that_it_was_seen(client, database, cast, count_queries):
    cast.peer.created_at = now() - timedelta(days=2)
    asked = make.question(cast.customer, title="A water meter")
    sign_in(client, cast.peer)
    for path in ("/", "/questions", f"/c/{asked.category.slug}"):
        assert '<span class="only-read-aloud">New:</span>' in client.get(path).text, path
    page = client.get(f"/q/{asked.id}/a-water-meter").text
    assert f'action="/q/{asked.id}/seen" data-seen' in page

    assert submit(client, f"/q/{asked.id}/seen", upto="0", quietly="1").status_code == 204
    given = make.answer(asked, cast.agent)
    with count_queries() as ran:
        listed = client.get("/questions", headers={"Accept-Language": "nl"}).text
    assert f'<a href="/a/{given.id}"><b>1 nieuw antwoord</b></a>' in listed
    assert ran.count <= 9, ran
    assert submit(client, f"/q/{asked.id}/seen", upto=str(given.id)).status_code == 303
    assert "/seen" not in client.get(f"/q/{asked.id}/a-water-meter").text


def test_everything_is_marked_read_with_a_way_back(client, database, cast):
    cast.peer.created_at = now() - timedelta(days=2)
    make.question(cast.customer, created_at=now() - timedelta(hours=1))
    sign_in(client, cast.peer)
    assert "Mark all as read" in client.get("/questions").text

    moment = now().isoformat()
    done = submit(client, "/questions/read", moment=moment, next="/questions?order=active")
    page = client.get(done.location).text
    assert done.location == "/questions?order=active"
    assert 'action="/questions/unread"' in page
    assert "Mark all as read" not in page

    back = submit(client, "/questions/unread", moment=moment, next="//elsewhere.example")
    assert back.location == "/questions"
    assert "Mark all as read" in client.get("/questions").text
    for wrong in ("", "yesterday", "2026-03-02T09:30:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert submit(client, "/questions/read", moment=wrong).status_code == 422
        assert client.get("/questions/news", query_string={"after": wrong}).status_code == 404


def test_a_list_asks_what_came_since_and_says_it(client, database, cast):
    shown = (now() - timedelta(minutes=1)).isoformat()
    asked = make.question(cast.customer, tags=(make.tag("meter"),))
    assert 'data-news="/questions/news?after=' in client.get("/questions").text
    assert "data-poll" not in client.get("/questions?order=active").text

    values = {"after": shown, "tag": "meter", "category": asked.category.slug}
    told = client.get("/questions/news", query_string=values)
    assert told.json == {"answers": 1, "bar": "1 new question", "link": ""}
    same = client.get("/questions/news", query_string=values, headers={"If-None-Match": told.headers["ETag"]})
    assert same.status_code == 304
    for wrong in ({}, {"after": "x"}, {"after": shown[:19]}, {**values, "tag": "none"}):
        assert client.get("/questions/news", query_string=wrong).status_code == 404
