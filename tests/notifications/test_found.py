"""New articles that a saved search finds stand at the bell, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.clock import now
from app.community.models.saved_filters import SavedFilter
from app.db import db
from app.knowledge.models.articles import Article
from app.notifications import alerts
from app.notifications.found import see_found
from app.notifications.models import FoundArticle
from app.search import services
from tests.cast import Cast, acting, sign_in, submit
from tests.knowledge import make as knowledge
from tests.notifications.searches import asked, bell, look, told


@pytest.fixture
def boiler(cast: Cast, saved: Any, clock: Any) -> Any:
    """An article that the search finds, published after it was saved."""
    made = knowledge.article(cast.peer, title="Bleeding a boiler", published_at=now())
    look(made, clock)
    return made


def test_she_is_told_once_and_until_she_has_seen_it(
    client: FlaskClient, boiler: Any, clock: Any, count_queries: Any
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


def test_opening_it_is_seeing_it(client: FlaskClient, cast: Cast, boiler: Any) -> None:
    at_its_page = f"/notifications/articles/{boiler.id}/read"
    assert at_its_page in client.get(f"/knowledge/{boiler.slug}").text
    sign_in(client, cast.peer)
    assert at_its_page not in client.get(f"/knowledge/{boiler.slug}").text
    submit(client, at_its_page, quietly=1)
    sign_in(client, cast.customer)
    assert bell(client) == 1

    assert submit(client, at_its_page, quietly=1).status_code == 204

    assert bell(client) == 0


def test_nobody_else_sees_or_ends_her_news(client: FlaskClient, cast: Cast, boiler: Any, clock: Any) -> None:
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
    client: FlaskClient, cast: Cast, saved: Any, clock: Any
) -> None:
    hidden = {"audience": f"org:{cast.waterworks.id}"}
    look(knowledge.article(cast.agent, title="A secret boiler", published_at=now(), **hidden), clock)
    look(knowledge.article(cast.customer, title="My own boiler", published_at=now()), clock)
    look(knowledge.article(cast.peer, title="An old boiler", published_at=now() - timedelta(days=2)), clock)
    look(knowledge.article(cast.peer, title="A tap", published_at=now()), clock)

    assert db.session.scalars(sa.select(FoundArticle.id)).all() == []
    assert bell(client) == 0


def test_what_is_hidden_afterwards_is_not_counted(client: FlaskClient, cast: Cast, boiler: Any) -> None:
    boiler.audience = f"org:{cast.waterworks.id}"
    db.session.commit()

    assert bell(client) == 0
    assert "Bleeding a boiler" not in client.get("/notifications").text


def test_another_language_is_no_news(client: FlaskClient, cast: Cast, boiler: Any, clock: Any) -> None:
    told = {"translation_of_id": boiler.id, "translated_number": 1, "translation_state": "current"}
    more = {"language": "nl", "published_at": now(), **told}

    look(knowledge.article(cast.peer, title="Een boiler ontluchten", **more), clock)

    assert bell(client) == 1


@pytest.mark.parametrize("kind, questions, articles", [("question", 1, 0), ("article", 0, 1), ("service", 0, 0)])
def test_a_search_for_one_kind_tells_of_no_other(
    client: FlaskClient, cast: Cast, saved: SavedFilter, clock: Any, kind: str, questions: int, articles: int
) -> None:
    submit(client, f"/filters/{saved.id}/delete")
    submit(client, f"/filters/new?place=search&q=boiler&kind={kind}", called="Only these")
    only = db.session.scalars(sa.select(SavedFilter.id).where(SavedFilter.name == "Only these")).one()
    submit(client, f"/filters/{only}/alert", on=1)
    clock.shift(60)

    asked(cast.peer, "The boiler hums")
    look(knowledge.article(cast.peer, title="Bleeding a boiler", published_at=now()), clock)

    assert len(told()) == questions
    assert bell(client) == questions + articles


class TestLanguages:
    """An article in several languages is one, told in the reader's."""

    @pytest.fixture
    def published(self, cast: Cast, saved: Any, clock: Any) -> Any:
        """Publish an article in a language so many days ago, as a translation where there is one already."""
        first: list[int] = []

        def publish(language: str, days: int) -> None:
            title = {"en": "Bleeding a boiler", "nl": "De boiler ontluchten", "de": "Der boiler"}[language]
            more: dict[str, Any] = {"translated_number": 1, "translation_state": "current"}
            made = knowledge.article(
                cast.peer,
                title=title,
                language=language,
                published_at=now() - timedelta(days=days),
                **({"translation_of_id": first[0], **more} if first else {}),
            )
            first.append(made.id)
            services.mark_stale("article", [made.id])
            db.session.commit()
            services.index_stale()

        return publish

    @pytest.mark.parametrize(
        "reader, old, new, title",
        [
            ("nl", [], ["en", "nl"], "De boiler ontluchten"),
            ("en", [], ["nl", "en"], "Bleeding a boiler"),
            ("nl", ["nl"], ["en"], ""),
            ("nl", ["en"], ["nl"], "De boiler ontluchten"),
            ("nl", ["de"], ["en"], ""),
            ("nl", [], ["en"], "Bleeding a boiler"),
        ],
    )
    def test_it_is_news_when_she_can_read_it_now(
        self, client: FlaskClient, cast: Cast, published: Any, clock: Any, reader: str, old: Any, new: Any, title: str
    ) -> None:
        cast.customer.interface_language = reader
        for each in old:
            published(each, days=2)
        for each in new:
            published(each, days=0)
        clock.shift(3600)

        alerts.look_at_searches()

        found = db.session.scalars(sa.select(Article.title).join(FoundArticle, FoundArticle.article_id == Article.id))
        assert found.all() == ([title] if title else [])

    def test_who_asks_for_a_language_hears_of_what_is_new_in_it(
        self, cast: Cast, saved: Any, published: Any, clock: Any
    ) -> None:
        cast.customer.interface_language = "nl"
        saved.asked = {"q": "boiler", "language": "en"}
        published("nl", days=2)
        published("en", days=0)
        clock.shift(3600)

        alerts.look_at_searches()

        found = sa.select(Article.language).join(FoundArticle, FoundArticle.article_id == Article.id)
        assert db.session.scalars(found).all() == ["en"]


@pytest.mark.parametrize(
    "address, name", [("read", "found_upto"), ("read", "tasks_upto"), ("articles/read", "found_upto")]
)
def test_a_place_that_is_no_number_marks_nothing_and_says_so(
    client: FlaskClient, boiler: Any, address: str, name: str
) -> None:
    answer = submit(client, f"/notifications/{address}", **{"upto": 0, name: "x"})

    assert answer.status_code == 422
    assert "It is not clear what was to be marked as read." in answer.text
    assert bell(client) == 1
