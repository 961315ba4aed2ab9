"""Saved searches of which somebody wants to hear: what is new, once, and only what she may see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.clock import now
from app.community.models.saved_filters import SavedFilter
from app.db import db
from app.notifications import alerts
from app.notifications.models import FoundArticle, NoticeItem, SearchAlert
from app.notifications.tokens import unsubscribe_token
from app.search import news as search_news
from app.search import synonyms
from app.search.queries import Asked
from tests.cast import Cast, acting, submit
from tests.community import make as community
from tests.knowledge import make as knowledge
from tests.notifications.searches import asked, bell, look, told
from tests.search.make import fill


def test_what_is_new_is_told_once_with_its_reason(client: FlaskClient, cast: Cast, saved: Any, clock: Any) -> None:
    asked(cast.peer, "The boiler hums")
    asked(cast.customer, "My own boiler hums")
    asked(cast.peer, "The tap drips")
    clock.shift(3600)

    alerts.look_at_searches()
    first = told()
    alerts.look_at_searches()
    clock.shift(3600)
    alerts.look_at_searches()

    assert first == [("question", "saved_search")]
    assert told() == first
    page = client.get("/notifications").text
    assert "The boiler hums" in page
    assert "You saved the search “Boilers”." in page
    assert db.session.scalars(sa.select(NoticeItem.person_id)).all() == [cast.customer.id]


def test_nobody_hears_of_what_is_hidden_from_her_nor_more_often_than_agreed(cast: Cast, saved: Any, clock: Any) -> None:
    asked(cast.agent, "The boiler of the waterworks", audience=f"org:{cast.waterworks.id}")
    alerts.look_at_searches()
    asked(cast.peer, "A second boiler")
    alerts.look_at_searches()
    assert told() == []
    clock.shift(1900)

    alerts.look_at_searches()

    assert told() == [("question", "saved_search")]


def test_a_look_that_is_cut_short_is_repeated_whole(
    cast: Cast, saved: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(cast.peer, "The boiler hums")
    asked(cast.outsider, "The boiler sings")
    clock.shift(3600)
    really, times = alerts.tell, []

    def killed_at_the_second(*news: Any) -> int:
        times.append(news)
        if len(times) == 2:
            raise KeyboardInterrupt
        return really(*news)

    monkeypatch.setattr(alerts, "tell", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        alerts.look_at_searches()
    assert told() == []

    alerts.look_at_searches()

    assert told() == [("question", "saved_search")] * 2


def test_the_list_says_what_one_hears_of_and_ends_it_in_one_click(
    client: FlaskClient, cast: Cast, saved: Any, clock: Any, count_queries: Any
) -> None:
    for number in range(15):
        community.saved_filter(cast.customer, f"Search {number}", place="search", asked={"q": "tap"})
    found = asked(cast.peer, "The boiler hums")
    clock.shift(3600)
    alerts.look_at_searches()
    with count_queries() as ran:
        page = client.get("/filters").text
    link = f"/unsubscribe/{unsubscribe_token(cast.customer.id, found)}"

    assert "Stop telling me what is new in: Boilers" in page
    assert page.count("Tell me what is new in:") == 15
    assert ran.count <= 12, ran
    assert "Nothing more from this saved search" in client.get(link).text
    assert "You hear no more of what that search finds." in client.post(link, data={"choice": "search"}).text
    assert db.session.scalars(sa.select(SearchAlert)).all() == []


def test_a_list_is_no_search_and_a_forgotten_filter_takes_its_alert_along(
    client: FlaskClient, cast: Cast, saved: SavedFilter, clock: Any
) -> None:
    a_list = community.saved_filter(cast.customer, "Active", place="questions", asked={"order": "active"})
    db.session.commit()
    assert submit(client, f"/filters/{a_list.id}/alert", on=1).status_code == 404
    submit(client, f"/filters/{saved.id}/delete")
    asked(cast.peer, "The boiler hums")
    clock.shift(3600)
    alerts.look_at_searches()
    assert told() == []

    db.session.execute(sa.delete(SavedFilter).where(SavedFilter.id == saved.id))

    assert db.session.scalars(sa.select(SearchAlert)).all() == []


@pytest.mark.parametrize("typed", ["zeppelin xylophone boiler", "boiler xylophone", "boilr"])
def test_what_has_only_some_of_the_words_or_is_a_guess_is_not_told(
    cast: Cast, saved: SavedFilter, clock: Any, typed: str
) -> None:
    saved.asked = {"q": typed}
    db.session.commit()
    asked(cast.peer, "The boiler in the museum is gone")
    look(knowledge.article(cast.peer, title="Bleeding a boiler", published_at=now()), clock)

    assert told() == []
    assert db.session.scalars(sa.select(FoundArticle.id)).all() == []


def test_synonyms_compounds_and_all_words_of_a_long_text_are_told(cast: Cast, saved: SavedFilter, clock: Any) -> None:
    text = "the boiler in our old cellar hums every single night since last winter"
    synonyms.add(acting(cast.curator), language="en", text="heater, furnace", is_two_way=True)
    db.session.commit()
    synonyms.forget()
    for typed in ("heater", "addressbook", text):
        community.saved_filter(cast.customer, typed[:20], place="search", asked={"q": typed})
    db.session.commit()
    for each in db.session.scalars(sa.select(SavedFilter)):
        alerts.tell_of(acting(cast.customer), each)
    db.session.commit()
    clock.shift(60)
    asked(cast.peer, "A furnace that smells")
    asked(cast.peer, "My address book, and what is in a book at an address")
    asked(cast.peer, f"Help: {text}")
    asked(cast.peer, "A cellar in winter")
    clock.shift(3600)

    alerts.look_at_searches()

    assert told() == [("question", "saved_search")] * 3


def test_nothing_is_lost_however_much_is_new_of_either_kind(
    client: FlaskClient, cast: Cast, saved: SavedFilter, clock: Any
) -> None:
    article = knowledge.article(cast.peer, title="Bleeding a boiler", published_at=now())
    for number in range(55):
        knowledge.article(cast.peer, title=f"Boiler of type {number}", published_at=now())
    clock.shift(60)
    for number in range(21):
        asked(cast.peer, f"Boiler number {number}")
    fill()

    for _ in range(5):
        clock.shift(3600)
        alerts.look_at_searches()

    assert len(told()) == 21
    noted = set(db.session.scalars(sa.select(FoundArticle.article_id)))
    assert len(noted) == 56
    assert article.id in noted
    assert bell(client) == 77


def test_a_search_with_more_than_an_engine_shows_is_looked_at_by_halves_of_its_days(
    cast: Cast, saved: SavedFilter, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_news, "MOST_HITS", 2)
    ids = []
    for _ in range(4):
        ids += [asked(cast.peer, f"The boiler {number}") for number in range(2)]
        clock.shift(86_400)
    first, last = (now() - timedelta(days=9)).date(), now().date()

    found = search_news.all_within(acting(cast.customer), Asked("boiler"), kind="question", first=first, last=last)

    assert set(ids) <= set(found)


@pytest.mark.parametrize("end", ["alert", "delete"])
def test_what_a_search_told_and_is_unseen_leaves_the_bell_with_it(
    client: FlaskClient, cast: Cast, saved: SavedFilter, clock: Any, end: str
) -> None:
    asked(cast.peer, "The boiler hums")
    look(knowledge.article(cast.peer, title="Bleeding a boiler", published_at=now()), clock)
    assert bell(client) == 2

    submit(client, f"/filters/{saved.id}/{end}", on=0)

    assert bell(client) == 0
    page = client.get("/notifications").text
    assert "boiler hums" not in page
    assert "Bleeding a boiler" not in page


def test_what_one_search_told_is_told_by_another_when_it_is_gone(
    client: FlaskClient, cast: Cast, saved: SavedFilter, clock: Any
) -> None:
    other = community.saved_filter(cast.customer, "Humming", place="search", asked={"q": "hums boiler"})
    db.session.commit()
    submit(client, f"/filters/{other.id}/alert", on=1)
    clock.shift(60)
    asked(cast.peer, "The boiler hums")
    look(knowledge.article(cast.peer, title="A boiler that hums", published_at=now()), clock)
    submit(client, f"/filters/{saved.id}/delete")
    clock.shift(3600)

    alerts.look_at_searches()

    assert bell(client) == 2
    assert "You saved the search “Humming”." in client.get("/notifications").text


def test_a_deleted_search_that_is_brought_back_brings_its_news_along(
    client: FlaskClient, cast: Cast, saved: SavedFilter, clock: Any
) -> None:
    asked(cast.peer, "The boiler hums")
    look(knowledge.article(cast.peer, title="Bleeding a boiler", published_at=now()), clock)
    submit(client, f"/filters/{saved.id}/delete")

    submit(client, f"/filters/{saved.id}/restore")

    assert bell(client) == 2
