"""What people look for in vain reaches the work list of who keeps knowledge."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.db import db
from app.knowledge.models.care import Gap
from app.outbox.deliver import deliver_due
from app.search import query_log
from app.search.models import Searched
from app.search.wanting import tell_what_is_wanted
from tests.cast import Cast, sign_in, submit
from tests.community import make
from tests.search.make import fill


def searched(text: str, **more: Any) -> None:
    counted = {"times": 1, "found": 0, "took_us": 100, "place": "search", "language": "nl"}
    db.session.add(Searched(**{"day": clock.now().date(), "text": text, **counted, **more}))
    db.session.flush()


def test_what_found_nothing_twice_is_wanted_and_an_article_closes_it(client: FlaskClient, cast: Cast) -> None:
    searched("warmtepomp subsidie", times=7)
    searched("warmtepomp subsidie", times=2, day=clock.now().date() - timedelta(days=3))
    searched("een keer", times=1)
    searched("wel gevonden", times=9, found=4)
    searched("lang geleden", times=9, day=clock.now().date() - timedelta(days=90))
    tell_what_is_wanted()
    tell_what_is_wanted()
    gap = db.session.scalars(select(Gap)).one()
    assert (gap.words, gap.times, gap.kind) == ("warmtepomp subsidie", 9, "searched")
    sign_in(client, cast.curator)
    assert "9 searches" in client.get("/knowledge/work").text
    assert "looked for 9 times, in vain" in client.get(f"/knowledge/new?gap={gap.id}").text

    fields = {"title": "Subsidie voor je warmtepomp", "summary": "Waar je die aanvraagt.", "body": "Vraag haar aan."}
    more = {"language": "nl", "audience": "public", "category": "0", "organisation": "0", "gap": gap.id}
    submit(client, "/knowledge/new", **fields, **more)

    assert "warmtepomp subsidie" not in client.get("/knowledge/work").text


def test_what_nobody_looks_for_any_more_is_forgotten(database: Any, cast: Cast) -> None:
    old = clock.now() - timedelta(days=40)
    for number, more in enumerate([{}, {"dismissed_at": old, "dismissed_by_id": cast.curator.id}]):
        db.session.add(Gap(kind="searched", language="nl", words=f"oud {number}", times=3, last_at=old, **more))
    db.session.flush()

    tell_what_is_wanted()

    assert db.session.scalars(select(Gap.words)).all() == ["oud 1"]


@pytest.fixture
def counted(app: Any, cast: Cast, index: Any, client: FlaskClient) -> Any:
    """What the log of searches holds when all is written, by text: (times, found, asked)."""
    for title in ("Waar laat ik een oude kast?", "De prijs van stroom", "Wat als het niet werkt?"):
        make.question(cast.customer, title=title, language="nl", body="Meer weet ik er niet van.")
    for number in range(25):
        make.question(cast.customer, title=f"Het is er niet meer, nummer {number}", language="nl", body="Nee.")
    fill()
    with app.app_context():
        query_log.query_log()._counts.clear()  # what other tests looked for

    def rows() -> dict[str, tuple[int, int, int]]:
        with app.app_context():
            query_log.query_log().write()
        db.session.rollback()
        return {row.text: (row.times, row.found, row.asked) for row in db.session.scalars(select(Searched))}

    return rows


@pytest.mark.commits
class TestThroughThePages:
    def test_what_has_only_some_of_the_words_or_is_guessed_is_found_by_nothing(
        self, client: FlaskClient, counted: Any
    ) -> None:
        pages = [
            client.get("/search", query_string={"q": text}).text
            for text in ("waar kan ik mijn oude koelkast laten", "hondenuitlaatservice prijs", "nieet", "oude kast")
        ]

        assert "some of them" in pages[0]
        assert "some of them" in pages[1]
        assert "Did you mean" in pages[2]
        assert "Waar laat ik" in pages[3]
        assert counted() == {
            "waar kan ik mijn oude koelkast laten": (1, 0, 0),
            "hondenuitlaatservice prijs": (1, 0, 0),
            "nieet": (1, 0, 0),
            "oude kast": (1, 1, 0),
        }

    def test_a_search_that_was_narrowed_says_nothing_of_its_words(self, client: FlaskClient, counted: Any) -> None:
        client.get("/search?q=oude+kast")
        client.get("/search?q=oude+kast&state=accepted")

        assert counted() == {"oude kast": (1, 1, 0)}

    @pytest.mark.parametrize(
        "text, title, asked",
        [
            ("hondenuitlaatservice prijs", "Wat kost een hondenuitlaatservice per week ongeveer?", 1),
            ("hondenuitlaatservice prijs", "Wat is de prijs van een kaartje?", 0),
            ("oude kast", "Wie haalt mijn oude kast met een wagen op?", 1),
            ("kast", "Wie haalt mijn oude kast met een wagen op?", 0),
            ("oude kast", "Wie haalt mijn kast met een wagen op?", 0),
        ],
    )
    def test_a_question_in_other_words_counts_as_asked_afterwards(
        self, client: FlaskClient, cast: Cast, counted: Any, text: str, title: str, asked: int
    ) -> None:
        shelf = make.category()
        db.session.commit()
        client.get("/search", query_string={"q": text})
        assert counted()[text][2] == 0

        sign_in(client, cast.peer)
        sent = submit(client, "/ask", title=title, body="Ik zoek er een in de buurt.", category=shelf.id)
        assert sent.status_code == 303
        while deliver_due("test"):
            pass

        assert counted()[text][2] == asked

    def test_the_page_leads_on_to_asking_with_its_words(self, client: FlaskClient, counted: Any) -> None:
        page = client.get("/search", query_string={"q": "hondenuitlaatservice prijs"}).text

        assert "No answer yet in these words." in page
        assert 'href="/ask?title=hondenuitlaatservice+prijs"' in page
