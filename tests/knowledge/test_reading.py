"""The list of articles and the page of one, as readers see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from app import clock
from app.actor import VISITOR
from app.knowledge.models.articles import Article, ArticleAddress
from app.knowledge.queries import about
from tests.cast import Cast
from tests.community import make as community
from tests.knowledge import make
from tests.search.make import fill

BODY = "## First\n\nTurn it off.\n\n## Then\n\nTurn it on."


def test_an_article_shows_its_contents_with_anchors(client: FlaskClient, cast: Cast) -> None:
    article = make.article(cast.peer, body=BODY)

    page = client.get(f"/knowledge/{article.slug}").text

    assert '<h2 id="s-first">First</h2>' in page
    assert '<a href="#s-then" lang="en">Then</a>' in page


def test_an_address_it_had_before_leads_to_it(client: FlaskClient, cast: Cast, database: Any) -> None:
    article = make.article(cast.peer)
    database.add(ArticleAddress(slug="old-name", article_id=article.id, given_up_at=clock.now()))
    database.flush()

    answer = client.get("/knowledge/old-name?theme=dark")

    assert answer.status_code == 301
    assert answer.location == f"/knowledge/{article.slug}?theme=dark"


def test_numbers_that_no_version_can_have_are_not_there_or_not_given(client: FlaskClient, cast: Cast) -> None:
    path = f"/knowledge/{make.article(cast.peer).slug}"

    for number in ("9" * 19, "9" * 22, "-1", "0", "x"):
        assert client.get(f"{path}/compare?old={number}&new=1").status_code == 404
        assert client.get(f"{path}/history?below={number}").status_code == 200
    assert client.get(f"{path}/compare?old=1&new=1").status_code == 200


def test_the_list_has_what_is_published_in_the_readers_language(client: FlaskClient, cast: Cast) -> None:
    make.article(cast.peer, title="Een kraan maken", language="nl")
    make.article(cast.peer, title="Mending a tap")
    make.article(cast.peer, title="Put away", state="archived")
    make.article(cast.peer, title="Not ready", state="draft")

    page = client.get("/knowledge?lang=nl").text

    assert "Een kraan maken" in page
    assert not any(title in page for title in ("Mending a tap", "Put away", "Not ready"))
    assert "Mending a tap" in client.get("/knowledge?language=all").text


def test_pages_of_the_list_follow_each_other(client: FlaskClient, cast: Cast) -> None:
    for number in range(27):
        make.article(cast.peer, title=f"Article {number:02}", now=clock.now() - timedelta(days=number))

    first = client.get("/knowledge?lang=en").text
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")

    assert "Article 00" in first
    assert "Article 25" not in first
    assert "Article 26" in client.get(older).text


def test_the_pages_take_few_statements(client: FlaskClient, cast: Cast, count_queries: Callable[[], Any]) -> None:
    for number in range(20):
        article = make.article(cast.peer, title=f"Article {number:02}", tags=("taps",))

    for path in ("/knowledge", f"/knowledge/{article.slug}"):
        with count_queries() as ran:
            assert client.get(path).status_code == 200
        assert ran.count <= 12, ran


def test_who_is_about_to_ask_is_offered_the_articles_that_fit(client: FlaskClient, cast: Cast, index: Any) -> None:
    make.article(cast.peer, title="Mending a dripping kitchen tap", summary="When water drips all night.")
    make.article(cast.peer, title="Choosing a kitchen", summary="Wood or steel.")
    make.article(cast.peer, title="Mending a dripping kitchen tap, the old way", is_suggested=False)
    fill()
    asked = "/ask/similar?q=Why+is+my+kitchen+tap+dripping+at+night"

    page, typing = client.get(asked).text, client.get(asked, headers={"X-Fragment": "1"}).text

    for told in (page, typing):
        assert "Mending a dripping kitchen tap</a>" in told
        assert "Choosing a kitchen" not in told
        assert "the old way" not in told
    assert "90 % sure" in typing


def test_what_is_related_shares_a_topic_or_a_shelf_and_no_shelf_is_none(app: Any, database: Any, cast: Cast) -> None:
    shelf = community.category("Taps", slug="taps")
    bare = make.article(cast.peer)
    shelved, tagged = make.article(cast.peer, category=shelf), make.article(cast.peer, tags=("taps",))
    both = make.article(cast.peer, category=shelf, tags=("taps",))

    def related(article: Article) -> list[int]:
        return [row.id for row in about.related_to(VISITOR, article)]

    assert related(bare) == []
    assert related(shelved) == [both.id]
    assert related(tagged) == [both.id]
    assert sorted(related(both)) == [shelved.id, tagged.id]
