"""Saved searches of which somebody wants to hear: what is new, once, and only what she may see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.clock import now
from app.community.compose import compose
from app.community.models.saved_filters import SavedFilter
from app.community.services import asking
from app.db import db
from app.notifications import alerts
from app.notifications.found import see_found
from app.notifications.models import FoundArticle, NoticeItem, SearchAlert
from app.notifications.tokens import unsubscribe_token
from app.search import services
from tests.cast import Cast, acting, sign_in, submit
from tests.community import make as community
from tests.knowledge import make as knowledge


@pytest.fixture
def saved(client: FlaskClient, cast: Cast, index: Any, clock: Any) -> SavedFilter:
    """The customer saved a search and wants to hear of what it finds; a question that it finds is there already."""
    community.question(cast.peer, title="An old boiler")
    made = community.saved_filter(cast.customer, "Boilers", place="search", asked={"q": "boiler"})
    db.session.commit()
    sign_in(client, cast.customer)
    submit(client, f"/filters/{made.id}/alert", on=1)
    clock.shift(60)
    return made


def asked(by: Any, title: str, **more: Any) -> int:
    """Let somebody ask, and the index know it."""
    shelf = community.category("Heating")
    made = asking.ask_question(acting(by), title=title, text=compose(title, prior="en"), category_id=shelf.id, **more)
    db.session.commit()
    services.mark_stale("question", [made.id])
    db.session.commit()
    services.index_stale()
    return made.id


def told() -> list[tuple[str, str]]:
    db.session.expire_all()
    return [(each.kind, each.reason) for each in db.session.scalars(sa.select(NoticeItem).order_by(NoticeItem.id))]


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


class TestArticles:
    """New articles that a saved search finds stand at the bell, once."""

    @pytest.fixture
    def boiler(self, cast: Cast, saved: Any, clock: Any) -> Any:
        """An article that the search finds, published after it was saved."""
        made = knowledge.article(cast.peer, title="Bleeding a boiler", published_at=now())
        look(made, clock)
        return made

    def test_she_is_told_once_and_until_she_has_seen_it(
        self, client: FlaskClient, boiler: Any, clock: Any, count_queries: Any
    ) -> None:
        look(boiler, clock)
        with count_queries() as ran:
            page = client.get("/notifications").text
        upto = db.session.scalar(sa.select(sa.func.max(FoundArticle.id)))

        assert page.count("Bleeding a boiler") == 1
        assert "You saved the search “Boilers”." in page
        assert ran.count <= 12, ran
        assert bell(client) == 1
        submit(client, "/notifications/articles/read", upto=0, found_upto=upto)
        assert bell(client) == 0
        seen_at = db.session.scalars(sa.select(FoundArticle.seen_at)).one()
        submit(client, "/notifications/unread", moment=seen_at.isoformat())
        assert bell(client) == 1
        submit(client, "/notifications/read", upto=0, found_upto=upto)
        assert bell(client) == 0

    def test_opening_it_is_seeing_it(self, client: FlaskClient, cast: Cast, boiler: Any) -> None:
        at_its_page = f"/notifications/articles/{boiler.id}/read"
        assert at_its_page in client.get(f"/knowledge/{boiler.slug}").text
        sign_in(client, cast.peer)
        assert at_its_page not in client.get(f"/knowledge/{boiler.slug}").text
        submit(client, at_its_page, quietly=1)
        sign_in(client, cast.customer)
        assert bell(client) == 1

        assert submit(client, at_its_page, quietly=1).status_code == 204

        assert bell(client) == 0

    def test_nobody_else_sees_or_ends_her_news(self, client: FlaskClient, cast: Cast, boiler: Any, clock: Any) -> None:
        upto = db.session.scalar(sa.select(sa.func.max(FoundArticle.id)))
        seen_at = now()
        see_found(acting(cast.customer), upto=upto, at=seen_at)
        db.session.commit()
        sign_in(client, cast.peer)
        assert bell(client) == 0
        assert "Bleeding a boiler" not in client.get("/notifications").text
        submit(client, "/notifications/unread", moment=seen_at.isoformat())
        sign_in(client, cast.customer)
        assert bell(client) == 0
        submit(client, "/notifications/unread", moment=seen_at.isoformat())
        sign_in(client, cast.peer)
        submit(client, "/notifications/articles/read", upto=0, found_upto=upto)
        sign_in(client, cast.customer)
        assert bell(client) == 1

    def test_she_is_not_told_of_what_she_may_not_read_wrote_herself_or_was_there(
        self, client: FlaskClient, cast: Cast, saved: Any, clock: Any
    ) -> None:
        hidden = {"audience": f"org:{cast.waterworks.id}"}
        look(knowledge.article(cast.agent, title="A secret boiler", published_at=now(), **hidden), clock)
        look(knowledge.article(cast.customer, title="My own boiler", published_at=now()), clock)
        look(knowledge.article(cast.peer, title="An old boiler", published_at=now() - timedelta(days=2)), clock)
        look(knowledge.article(cast.peer, title="A tap", published_at=now()), clock)

        assert db.session.scalars(sa.select(FoundArticle.id)).all() == []
        assert bell(client) == 0

    def test_what_is_hidden_afterwards_is_not_counted(self, client: FlaskClient, cast: Cast, boiler: Any) -> None:
        boiler.audience = f"org:{cast.waterworks.id}"
        db.session.commit()

        assert bell(client) == 0
        assert "Bleeding a boiler" not in client.get("/notifications").text

    def test_another_language_is_no_news(self, client: FlaskClient, cast: Cast, boiler: Any, clock: Any) -> None:
        told = {"translation_of_id": boiler.id, "translated_number": 1, "translation_state": "current"}
        more = {"language": "nl", "published_at": now(), **told}

        look(knowledge.article(cast.peer, title="Een boiler ontluchten", **more), clock)

        assert bell(client) == 1

    def test_a_search_for_services_tells_of_no_questions(
        self, client: FlaskClient, cast: Cast, saved: Any, clock: Any
    ) -> None:
        saved.asked = {"q": "boiler", "kind": "service"}
        db.session.commit()

        asked(cast.peer, "The boiler hums")
        look(knowledge.article(cast.peer, title="Bleeding a boiler", published_at=now()), clock)

        assert told() == []
        assert bell(client) == 0


def look(article: Any, clock: Any) -> None:
    """Let the index know an article, and look at the saved searches when their time has come."""
    services.mark_stale("article", [article.id])
    db.session.commit()
    services.index_stale()
    clock.shift(3600)
    alerts.look_at_searches()
    db.session.expire_all()


def bell(client: FlaskClient) -> int:
    number: int = client.get("/notifications/news").json["unread"]
    return number
