"""What machines ask for, read by real parsers."""

from __future__ import annotations

from urllib.parse import urlencode
from xml.etree import ElementTree

import feedparser
import pytest

from app.feeds.syndication import clean, whole_addresses
from app.privacy.audiences import organisation_audience
from tests.community import make
from tests.feeds.pages import page_of
from tests.knowledge import make as knowledge
from tests.search.make import fill
from tests.support.indexes import lose_index

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def question(app, database, cast):
    tags = [make.tag("node.js")]
    asked = make.question(cast.customer, title="Read <my> meter & more", body="It shows two numbers.\x0b", tags=tags)
    make.answer(asked, cast.peer, body=f"Ask @{cast.agent.handle}, she knows.")
    return asked


def parsed(client, path: str):
    answer = client.get(path)
    assert answer.status_code == 200, path
    found = feedparser.parse(answer.data, response_headers={"content-type": answer.content_type})
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.parametrize("form, version", [("atom", "atom10"), ("rss", "rss20")])
def test_every_list_and_question_is_a_feed_a_parser_accepts(client, question, form, version):
    shelf = question.category.slug
    for path in (
        f"/feeds/questions.{form}",
        f"/feeds/questions.{form}?order=active",
        f"/feeds/c/{shelf}.{form}",
        f"/feeds/tags/node.js.{form}",
    ):
        found = parsed(client, path)
        assert found.version == version
        assert [entry.title for entry in found.entries] == ["Read <my> meter & more"]
        assert found.entries[0].link.endswith(f"/q/{question.id}/read-my-meter-more")
        assert "<p>It shows two numbers." in found.entries[0].summary
        assert found.entries[0].author == "Carla Customer" or found.entries[0].author

    assert len(parsed(client, f"/feeds/q/{question.id}.{form}").entries) == 1


@pytest.mark.parametrize("form, version", [("atom", "atom10"), ("rss", "rss20")])
def test_what_somebody_asked_and_answered_are_feeds(client, cast, question, form, version):
    make.answer(make.question(cast.agent, audience=organisation_audience(cast.waterworks.id)), cast.peer)
    answered = parsed(client, f"/feeds/people/{cast.peer.handle}.{form}")
    asked = parsed(client, f"/feeds/people/{cast.customer.handle}.{form}?show=questions")

    assert (answered.version, answered.feed.title) == (version, "Answered by Pete Peer · Samen")
    assert [each.title for each in answered.entries] == [each.title for each in asked.entries] == [question.title]
    assert parsed(client, f"/feeds/people/{cast.peer.handle}.{form}?show=questions").entries == []
    assert client.get(f"/feeds/people/{cast.peer.handle}.{form}?show=comments").status_code == 404
    moved = client.get(f"/feeds/people/{cast.peer.handle.upper()}.{form}?show=questions")
    assert moved.location.endswith(f"/feeds/people/{cast.peer.handle}.{form}?show=questions")
    page = client.get(f"/people/{cast.peer.handle}").text
    assert f'href="/feeds/people/{cast.peer.handle}.atom?show=answers"' in page


def test_an_unanswered_list_leaves_the_answered_out(client, question):
    assert parsed(client, "/feeds/questions.atom?order=unanswered").entries == []


def test_a_feed_that_has_not_changed_is_not_sent_again(client, question):
    first = client.get("/feeds/questions.rss")

    again = client.get("/feeds/questions.rss", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


def test_a_feed_changes_as_soon_as_somebody_asks(client, question, cast):
    before = client.get("/feeds/questions.atom").headers["ETag"]
    make.question(cast.peer, title="Another question altogether")

    answer = client.get("/feeds/questions.atom", headers={"If-None-Match": before})

    assert answer.status_code == 200
    assert "Another question altogether" in answer.text


def test_hidden_questions_are_in_no_feed_and_on_no_map(client, cast, database):
    hidden = make.question(cast.agent, title="Only for the waterworks", audience=f"org:{cast.waterworks.id}")

    for path in ("/feeds/questions.atom", "/sitemaps/questions-0.xml"):
        assert "waterworks" not in client.get(path).text
    assert client.get(f"/feeds/q/{hidden.id}.atom").status_code == 404


def test_the_feed_of_a_search_has_articles_too_and_only_the_kind_that_was_asked_for(client, cast, index):
    make.question(cast.customer, title="Who bleeds a radiator?")
    knowledge.article(cast.peer, title="Bleeding a radiator")
    knowledge.article(cast.agent, title="A secret radiator", audience=f"org:{cast.waterworks.id}")
    fill()

    def titles(**asked):
        found = parsed(client, f"/feeds/search.atom?{urlencode({'q': 'radiator', **asked})}")
        return sorted(each.title for each in found.entries)

    assert titles() == ["Bleeding a radiator", "Who bleeds a radiator?"]
    assert titles(kind="article") == ["Bleeding a radiator"]
    assert titles(kind="question") == ["Who bleeds a radiator?"]
    assert titles(kind="service") == []


@pytest.mark.parametrize("typed", ["zeppelin xylophone radiator", "radiator xylophone", "radiatr"])
def test_the_feed_of_a_search_leaves_out_what_has_only_some_words_or_is_a_guess(client, cast, index, typed):
    make.question(cast.customer, title="The radiator in the museum is gone")
    knowledge.article(cast.peer, title="Bleeding a radiator")
    fill()

    assert parsed(client, f"/feeds/search.atom?{urlencode({'q': typed})}").entries == []


def test_the_feed_of_a_search_has_an_article_once_in_the_readers_language(client, cast, index):
    told = {"translated_number": 1, "translation_state": "current"}
    original = knowledge.article(cast.peer, title="Bleeding a radiator")
    knowledge.article(cast.peer, title="De radiator ontluchten", language="nl", translation_of_id=original.id, **told)
    fill()

    def titles(**asked):
        found = parsed(client, f"/feeds/search.atom?{urlencode({'q': 'radiator', **asked})}")
        return [each.title for each in found.entries]

    assert titles(lang="en") == ["Bleeding a radiator"]
    assert titles(lang="nl") == ["De radiator ontluchten"]
    assert titles(lang="nl", language="en") == ["Bleeding a radiator"]


def test_the_feed_of_a_search_is_called_as_the_search_is(client, cast, index):
    asked = urlencode({"q": "radiator is:onbeantwoord", "kind": "question", "state": "unanswered", "lang": "nl"})

    title = parsed(client, f"/feeds/search.atom?{asked}").feed.title

    assert title == "Zoeken: “radiator is:onbeantwoord” · Vragen · Nog niet beantwoord · Samen"


def test_while_search_is_repaired_its_feeds_say_to_come_again(client, cast, index, tmp_path):
    make.question(cast.customer, title="Who bleeds a radiator?")
    fill()
    lose_index(tmp_path)

    answer = client.get("/feeds/search.atom?q=radiator")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/questions.xml",
        "/feeds/questions.atom?order=best",
        "/feeds/c/none.rss",
        "/feeds/tags/none.rss",
        "/feeds/q/9.atom",
    ],
)
def test_a_feed_of_nothing_is_a_missing_page(client, database, path):
    assert client.get(path).status_code == 404


def test_a_page_names_its_feed(client, question):
    for page in ("/", "/questions", f"/c/{question.category.slug}", "/tags/node.js", f"/q/{question.id}"):
        text = page_of(client, page)
        feed = text.partition('type="application/atom+xml"')[2].partition('href="')[2].partition('"')[0]
        assert client.get(feed.replace("&amp;", "&")).mimetype == "application/atom+xml", page


def test_the_site_map_leads_to_every_public_page(client, question):
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)
    parts = [each.text for each in index.iter(f"{SITEMAP}loc")]
    pages = []
    for part in parts:
        answer = client.get("/" + part.split("/", 3)[3])
        assert answer.mimetype == "application/xml"
        pages += [each.text for each in ElementTree.fromstring(answer.data).iter(f"{SITEMAP}loc")]

    assert any(page.endswith(f"/q/{question.id}/read-my-meter-more") for page in pages)
    for page in pages:
        assert client.get("/" + page.split("/", 3)[3]).status_code == 200, page
    assert [each.text for each in index.iter(f"{SITEMAP}lastmod")]


def test_a_page_of_the_site_map_beyond_the_last_is_empty(client, database):
    for page in (7, 2**62):
        assert client.get(f"/sitemaps/questions-{page}.xml").text.count("<url>") == 0


def test_robots_are_sent_to_the_site_map_and_away_from_search(client, database):
    text = client.get("/robots.txt").text

    assert "Disallow: /search\n" in text
    assert text.rstrip().endswith("/sitemap.xml")


def test_security_txt_says_whom_to_write_and_has_not_expired(client, database, clock):
    fields = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())

    assert fields["Contact"].startswith("mailto:")
    assert "T00:00:00+00:00" in fields["Expires"]
    assert set(fields["Preferred-Languages"].split(", ")) == {"en", "nl"}


def test_canonical_address_and_languages_leave_out_what_makes_no_other_page(client, question):
    text = client.get("/questions?theme=dark&order=active&lang=nl&utm=x").text

    assert '/questions?order=active&amp;lang=nl"' in text.partition('rel="canonical"')[2][:120]
    assert 'hreflang="en" href="http' in text
    assert '<meta property="og:title" content="' in text
    assert "utm=x" not in text.partition("</head>")[0]


def test_what_is_of_no_use_to_others_says_so(client, question):
    for path in ("/search?q=meter", "/sign-in", "/nowhere"):
        assert '<meta name="robots" content="noindex">' in client.get(path).text


def test_addresses_in_a_text_are_made_whole_and_others_left_alone():
    html = '<a href="/people/a">a</a> <img src="/files/1.png"> <a href="https://b.example/">b</a> <a href="//c/">c</a>'

    assert whole_addresses(html, "https://samen.example") == (
        '<a href="https://samen.example/people/a">a</a> <img src="https://samen.example/files/1.png"> '
        '<a href="https://b.example/">b</a> <a href="//c/">c</a>'
    )


def test_what_xml_cannot_hold_is_left_out():
    assert clean("a\x0b\x00b￾c\U0001f600") == "abc\U0001f600"


def test_the_offline_page_and_its_script_hold_nothing_personal(client, database):
    script = client.get("/service-worker.js")

    assert script.mimetype == "text/javascript"
    assert "Geen verbinding" in client.get("/offline?lang=nl").text
    assert client.get("/manifest.webmanifest").json["name"] == "Samen"
    assert client.get("/favicon.ico").status_code == 302
