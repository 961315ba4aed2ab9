"""Saved filters: what is one, whose they are, and where they stand."""

from __future__ import annotations

import html
from datetime import timedelta
from urllib.parse import parse_qsl

import feedparser
import pytest
from sqlalchemy import select

from app.community.models.saved_filters import SavedFilter
from app.community.queries.filters import asked_of, filter_for, filters_of
from app.community.services import filters
from app.errors import Conflict, Invalid, NotFound
from app.privacy.rights import erase_person, export_person
from tests.cast import acting, csrf_token, sign_in, submit
from tests.community import make
from tests.knowledge import make as knowledge
from tests.search.make import fill
from tests.support.at_once import in_the_middle


@pytest.mark.parametrize(
    "place, given, asked",
    [
        ("questions", {"order": "newest", "after": "1~2", "lang": "nl"}, {}),
        ("questions", {"order": "valuable"}, {"order": "valuable"}),
        ("category", {"slug": "water", "order": "active"}, {"slug": "water", "order": "active"}),
        ("tag", {"name": "bill"}, {"name": "bill"}),
        ("search", {"q": "  two   words ", "state": "", "page": "3"}, {"q": "two words"}),
        ("search", {"q": "x", "sort": "newest", "tag": "t"}, {"q": "x", "sort": "newest", "tag": "t"}),
        ("search", {"q": "x", "kind": "service"}, {"q": "x", "kind": "service"}),
        ("search", {"kind": "article"}, {"kind": "article"}),
        ("search", {"q": "x", "kind": "none", "state": "none", "sort": "relevance"}, {"q": "x"}),
    ],
)
def test_of_an_address_what_narrows_the_page_is_kept(place, given, asked):
    assert asked_of(place, given) == asked


@pytest.mark.parametrize(
    "place, given",
    [
        ("", {}),
        ("admin", {"q": "x"}),
        ("questions", {"order": "best"}),
        ("category", {"order": "active"}),
        ("search", {"sort": "newest"}),
        ("search", {"kind": "none"}),
        ("search", {"q": "x" * 201}),
        ("search", {"q": "\x00"}),
    ],
)
def test_what_is_no_filter_is_refused(place, given):
    with pytest.raises(Invalid):
        asked_of(place, given)


def test_names_are_short_few_and_each_once(database, cast):
    actor = acting(cast.peer)
    saved = filters.save_filter(actor, "questions", {}, name="  My   list ")
    assert saved.name == "My list"
    for wrong in ("my LIST", " ", "x" * 61):
        with pytest.raises(Invalid) as refused:
            filters.save_filter(actor, "questions", {}, name=wrong)
        assert refused.value.field == "called"
    filters.rename_filter(saved, name="MY list")  # her own name is not in the way
    filters.save_filter(acting(cast.agent), "questions", {}, name="My list")

    for number in range(filters.MOST - 1):
        filters.save_filter(actor, "questions", {}, name=f"List {number}")
    with pytest.raises(Invalid, match="too_many_filters"):
        filters.save_filter(actor, "questions", {}, name="One more")


def test_one_stands_on_the_home_page_and_comes_back_there_if_it_can(database, cast):
    actor = acting(cast.peer)
    first = filters.save_filter(actor, "questions", {}, name="First", is_home=True)
    theirs = filters.save_filter(acting(cast.agent), "questions", {}, name="Theirs", is_home=True)
    second = filters.save_filter(actor, "questions", {"order": "active"}, name="Second", is_home=True)
    on_home = select(SavedFilter.id).where(SavedFilter.is_home).order_by(SavedFilter.id)
    assert list(database.scalars(on_home)) == [theirs.id, second.id]

    filters.delete_filter(second)
    assert [each.id for each in filters_of(actor)] == [first.id]
    filters.bring_back(second)
    database.refresh(second)
    assert second.is_home
    filters.delete_filter(second)
    filters.put_home(first, is_home=True)
    filters.bring_back(second)
    assert not second.is_home

    filters.delete_filter(second)
    filters.save_filter(actor, "questions", {}, name="second")
    with pytest.raises(Conflict):
        filters.bring_back(second)


def test_others_have_none_of_it_and_it_goes_with_her(database, cast, clock):
    saved = make.saved_filter(cast.peer, "Mine")
    make.saved_filter(cast.peer, "Gone", deleted_at=saved.made_at)
    with pytest.raises(NotFound):
        filter_for(acting(cast.agent), saved.id)
    told = export_person(cast.peer.id)["filters"]
    assert [each["name"] for each in told] == ["Mine", "Gone"]

    clock.shift(filters.KEPT + timedelta(seconds=1))
    filters.forget_deleted_filters()
    assert [each.name for each in database.scalars(select(SavedFilter))] == ["Mine"]
    erase_person(acting(cast.operator), cast.peer.id)
    assert database.scalars(select(SavedFilter)).all() == []


# Pages


def test_a_list_is_saved_put_on_the_home_page_and_deleted_with_a_way_back(client, database, cast, count_queries):
    shelf = make.category("Water")
    make.question(cast.customer, title="In the category", category=shelf)
    make.question(cast.customer, title="Elsewhere")
    assert "Save this filter" not in client.get("/questions").text
    sign_in(client, cast.peer)
    listed = client.get(f"/c/{shelf.slug}?order=active").text
    assert f'href="/filters/new?place=category&amp;slug={shelf.slug}&amp;order=active"' in listed

    path = f"/filters/new?place=category&slug={shelf.slug}&order=active"
    assert 'value="Water · Active"' in client.get(path).text
    assert submit(client, path, called="").status_code == 422
    assert submit(client, path, called="Tap water", is_home="y").location == "/filters"
    with count_queries() as ran:
        home = client.get("/").text
    assert ran.count <= 12, ran
    assert '<h2 id="active-title">Tap water</h2>' in home
    assert "In the category" in home
    assert "Elsewhere" in client.get("/?show=active").text
    listed = client.get(f"/c/{shelf.slug}?order=active").text
    assert 'aria-current="true">Tap water</a>' in listed
    assert "Save this filter" not in listed

    (saved,) = filters_of(acting(cast.peer))
    assert "Tap water" in client.get("/filters", headers={"Accept-Language": "nl"}).text
    assert submit(client, f"/filters/{saved.id}", called="Kraanwater").status_code == 303
    assert submit(client, f"/filters/{saved.id}/home", on="1").status_code == 303
    assert submit(client, f"/filters/{saved.id}/delete").status_code == 303
    page = client.get("/filters").text
    assert "No filters yet" in page
    assert f'action="/filters/{saved.id}/restore"' in page
    submit(client, f"/filters/{saved.id}/restore")
    assert "Kraanwater" in client.get("/").text

    shelf.slug = "renamed"  # what is gone does not take the home page along
    assert "Elsewhere" in client.get("/").text


def test_a_search_is_saved_shown_at_home_and_followed_as_a_feed(client, database, cast, index):
    make.question(cast.customer, title="The zebrafinch sings")
    hidden = make.question(cast.agent, title="A zebrafinch inside", audience=f"org:{cast.waterworks.id}")
    fill()
    sign_in(client, cast.peer)
    path = "/filters/new?place=search&q=zebrafinch+is:open&sort=newest"
    assert "Save this filter" in client.get("/search?q=zebrafinch").text
    assert "Save this filter" not in client.get("/search").text
    assert submit(client, path, called="Birds", is_home="y").status_code == 303

    assert "sings" in client.get("/").text
    page = client.get("/filters").text
    feed = page.split('href="/feeds/search.atom')[1].split('"')[0].replace("&amp;", "&")
    for form in ("atom", "rss"):
        read = feedparser.parse(client.get(f"/feeds/search.{form}{feed}").data)
        assert not read.bozo
        assert [each.title for each in read.entries] == ["The zebrafinch sings"]
    assert hidden.title not in client.get(f"/feeds/search.atom{feed}").text
    for wrong in ("/feeds/search.atom", "/feeds/search.atom?sort=newest", "/feeds/search.txt?q=x"):
        assert client.get(wrong).status_code == 404


EVERYTHING_CHOSEN = {
    "q": "wifi",
    "kind": "article",
    "state": "answered",
    "category": "water",
    "tag": "bill",
    "language": "nl",
    "sort": "votes",
}


def test_a_saved_search_keeps_all_that_was_chosen_beside_the_words(client, database, cast, index):
    make.category("Water", slug="water")
    sign_in(client, cast.peer)
    page = client.get("/search", query_string={**EVERYTHING_CHOSEN, "page": "1"}).text
    link = html.unescape(page.split('href="/filters/new?')[1].split('"')[0])

    assert dict(parse_qsl(link)) == {"place": "search", **EVERYTHING_CHOSEN}
    assert "“wifi” · Articles · Water" in client.get(f"/filters/new?{link}").text
    submit(client, f"/filters/new?{link}", called="All of it")
    assert filters_of(acting(cast.peer))[0].asked == EVERYTHING_CHOSEN
    feed = html.unescape(client.get("/filters").text.split('href="/feeds/search.atom?')[1].split('"')[0])
    assert dict(parse_qsl(feed)) == EVERYTHING_CHOSEN
    assert "Save this filter" not in client.get("/search", query_string=EVERYTHING_CHOSEN).text


@pytest.mark.parametrize("other", [{"kind": "article"}, {"state": "closed"}, {"language": "nl"}, {"sort": "votes"}])
def test_a_search_is_another_one_when_anything_else_is_chosen(client, database, cast, index, other):
    make.saved_filter(cast.peer, "Wifi", place="search", asked={"q": "wifi"})
    sign_in(client, cast.peer)
    assert "Save this filter" not in client.get("/search?q=wifi").text

    page = client.get("/search", query_string={"q": "wifi", **other}).text

    assert "Save this filter" in page
    assert 'aria-current="true">Wifi</a>' not in page


def test_an_address_is_saved_as_its_page_reads_it(client, database, cast, index):
    sign_in(client, cast.peer)

    page = client.get("/search?q=wifi&state=open&language=NL&sort=relevance&kind=none").text

    link = html.unescape(page.split('href="/filters/new?')[1].split('"')[0])
    assert dict(parse_qsl(link)) == {"place": "search", "q": "wifi", "state": "unanswered", "language": "nl"}


def test_a_saved_search_at_home_shows_all_kinds_and_says_when_it_has_only_some_words(client, database, cast, index):
    make.question(cast.customer, title="The zebrafinch sings")
    knowledge.article(cast.agent, title="Keeping a zebrafinch")
    fill()
    saved = make.saved_filter(cast.peer, "Birds", place="search", asked={"q": "zebrafinch"}, is_home=True)
    sign_in(client, cast.peer)

    home = client.get("/").text

    assert "sings" in home
    assert "Keeping a" in home
    assert "Nothing has all of these words." not in home
    saved.asked = {"q": "zebrafinch xylophone"}
    database.commit()
    assert "Nothing has all of these words." in client.get("/").text
    saved.asked = {"kind": "article"}
    database.commit()
    home = client.get("/").text
    assert "Keeping a" in home
    assert "sings" not in home


def test_of_what_is_no_news_neither_feed_nor_news_is_offered(client, database, cast, index):
    saved = make.saved_filter(cast.peer, "Services", place="search", asked={"q": "boiler", "kind": "service"})
    sign_in(client, cast.peer)

    page = client.get("/filters").text

    assert "Services" in page
    assert "/feeds/search.atom" not in page
    assert "Tell me what is new" not in page
    assert "/feeds/search.atom" not in client.get("/search?q=boiler&kind=service").text
    assert submit(client, f"/filters/{saved.id}/alert", on=1).status_code == 404


@pytest.mark.commits
@pytest.mark.only_postgresql
def test_of_two_that_are_saved_under_one_name_at_once_one_is_kept(app, database, cast):
    path, windows = "/filters/new?place=questions&order=unanswered", [app.test_client(), app.test_client()]

    def saving(window):
        sign_in(window, cast.peer)
        form = {"called": "To do", "csrf_token": csrf_token(window)}

        def save():
            with app.app_context():
                return window.post(path, data=form)

        return save

    saved = [saving(window) for window in windows]
    database.commit()

    answers = in_the_middle("INSERT INTO saved_filters", *saved)

    assert [each.status_code for each in answers] == [303, 409]
    assert "Somebody did the same at this moment." in answers[1].text
    assert [each.name for each in filters_of(acting(cast.peer))] == ["To do"]
