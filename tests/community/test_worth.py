"""Unanswered by value: a plain sum, the same on every page, over what can be answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.actor import VISITOR
from app.community.queries.worth import most_valuable
from app.paging import PointsKey
from tests.cast import acting
from tests.community import make


def points_of(rows) -> dict[int, int]:
    return {row.id: row.worth.points for row in rows}


def ago(**time: int):
    return clock.now() - timedelta(**time)


def test_the_value_is_the_sum_that_the_page_tells(database, cast):
    asked = make.question(cast.customer, created_at=ago(days=3, hours=1), score=2)
    make.affected(asked, cast.peer)
    make.affected(asked, cast.agent, said_at=ago(days=8))
    for person in (cast.customer, cast.peer):  # the asker's own does not count
        make.follow(person.id, question_id=asked.id)
    make.follow(cast.agent.id, question_id=asked.id, ended_at=clock.now())
    disliked = make.question(cast.customer, score=-5)
    old = make.question(cast.customer, created_at=ago(days=400))

    rows = most_valuable(VISITOR).rows

    assert points_of(rows) == {asked.id: 3 + 1 + 1 + 2 + 3, old.id: 7, disliked.id: 0}
    assert [row.id for row in rows] == [asked.id, old.id, disliked.id]
    assert (rows[0].worth.affected_lately, rows[0].worth.followers) == (1, 1)
    assert rows[0].affected_count == 2


def test_only_what_one_may_see_and_answer_is_there(database, cast):
    shelf, topic = make.category(), make.tag()
    waiting = make.question(cast.customer, category=shelf)
    tagged = make.question(cast.customer, tags=(topic,))
    inside = make.question(cast.agent, audience=f"org:{cast.waterworks.id}")
    make.answer(make.question(cast.customer), cast.peer)
    make.closed(make.question(cast.customer), cast.moderator)
    make.closed(make.question(cast.customer), None, reason="archived")
    make.question(cast.customer, locked_at=clock.now())
    make.deleted(make.question(cast.customer), cast.customer)

    assert {row.id for row in most_valuable(VISITOR).rows} == {waiting.id, tagged.id}
    assert inside.id in points_of(most_valuable(acting(cast.agent)).rows)
    assert [row.id for row in most_valuable(VISITOR, category=shelf).rows] == [waiting.id]
    assert [row.id for row in most_valuable(VISITOR, tag=topic).rows] == [tagged.id]


def test_pages_fit_although_time_goes_by_and_each_is_one_statement(database, cast, clock, count_queries):
    shelf = make.category()
    made = {make.question(cast.customer, category=shelf, score=n % 3).id for n in range(9)}
    seen, key = [], None
    for _page in range(3):
        with count_queries() as ran:
            page = most_valuable(VISITOR, after=key, size=4)
        assert ran.count == 1, ran
        seen += [row.id for row in page.rows]
        key = PointsKey.parse(str(page.next_key))
        clock.shift(timedelta(days=2))

    assert key is None
    assert len(seen) == 9
    assert set(seen) == made


@pytest.mark.parametrize("text", ["", "1~2", "1~2~x", "1~2~-3", "x~1~2", "1~2~" + "9" * 30, "1~2~٣"])
def test_what_is_no_key_is_none(text):
    assert PointsKey.parse(text) is None


def test_the_page_says_why(client, cast, database):
    asked = make.question(cast.customer, created_at=ago(days=3))
    make.affected(asked, cast.peer)

    english = client.get("/questions?order=valuable").text
    dutch = client.get("/questions?order=valuable&after=1~1~1", headers={"Accept-Language": "nl"})

    assert "1 person has this too, 1 in the past week · waiting for 3 days · 6 points" in english
    assert "3 for everybody who said in the past week" in english
    assert "Meest waardevolle eerst" in dutch.text
    assert client.get("/mine?order=valuable").status_code in {302, 303}
