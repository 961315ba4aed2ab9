"""What is told in two languages: found in one, shown in the reader's own, once; while asking as well."""

from __future__ import annotations

import pytest

from app.actor import VISITOR
from app.db import db
from app.search import families, queries, query_log, services, synonyms
from tests.cast import acting
from tests.community import make as community
from tests.knowledge import make
from tests.search.make import fill

EN = {"title": "When the radiator stays cold", "summary": "Let the air out of it.", "body": "Turn the little valve."}
NL = {"title": "Als de verwarming koud blijft", "summary": "Laat de lucht eruit.", "body": "Draai het ventiel open."}


@pytest.fixture
def told_twice(cast, index):
    """An English article with its Dutch translation, and a question beside them."""
    original = make.article(cast.peer, language="en", **EN)
    told = {"translation_of_id": original.id, "translated_number": 1, "translation_state": "current"}
    translation = make.article(cast.peer, language="nl", **NL, **told)
    community.question(cast.customer, title="Is my radiator old?")
    fill()
    return original, translation


def opened(client, address, language, **headers):
    return client.get(address, headers={"Accept-Language": language, **headers}).text


class TestSearch:
    @pytest.mark.parametrize("typed, reader, shown, hidden", [("radiator cold", "nl", 1, 0), ("ventiel", "en", 0, 1)])
    def test_what_is_found_in_one_language_is_shown_in_the_readers(
        self, client, told_twice, typed, reader, shown, hidden
    ):
        page = opened(client, f"/search?q={typed}", reader)

        assert f"/knowledge/{told_twice[shown].slug}" in page
        assert f"/knowledge/{told_twice[hidden].slug}" not in page
        assert {"nl": "Gevonden in het Engels", "en": "Found in Dutch"}[reader] in page

    def test_what_both_languages_say_is_shown_once(self, client, cast, told_twice):
        for article in told_twice:
            article.body = "Valve XK-4471"
        services.mark_stale("article", [each.id for each in told_twice])
        db.session.commit()
        services.index_stale()

        page = opened(client, "/search?q=XK-4471", "nl")

        assert page.count('class="question-row"') == 1
        assert f"/knowledge/{told_twice[1].slug}" in page
        assert "1 resultaat" in page
        assert "Gevonden in" not in page

    def test_what_stood_on_an_earlier_page_is_not_shown_again(self, app, told_twice, cast):
        for article in told_twice:
            article.body = "Valve XK-4471"
        beside = [community.question(cast.customer, title=f"Where is XK-4471? Number {n}").id for n in range(3)]
        services.mark_stale("article", [each.id for each in told_twice])
        services.mark_stale("question", beside)
        db.session.commit()
        services.index_stale()

        shown = []
        for page in range(1, 7):
            asked = queries.Asked("XK-4471", page=page)
            found = queries.search_for(VISITOR, asked, size=1, kinds=queries.ALL_KINDS)
            assert found.total == 4
            assert found.facets["kind"] == {"article": 1, "question": 3}
            assert found.has_more is (page < 4)
            shown += [(each.kind, "".join(text for text, _ in each.title)) for each in found.results]

        assert sorted(kind for kind, _title in shown) == ["article", "question", "question", "question"]
        assert len(set(shown)) == len(shown)

    def test_what_a_longer_list_counts_is_what_its_pages_show(self, app, cast, index):
        for number in range(12):
            article = make.article(cast.peer, language="en", title=f"Valve XK-4471, number {number}")
            if number % 2:
                again = {"translation_of_id": article.id, "translated_number": 1, "translation_state": "current"}
                make.article(cast.peer, language="nl", title=f"Ventiel XK-4471, nummer {number}", **again)
        fill()

        pages = []
        for page in range(1, 6):
            asked = queries.Asked("XK-4471", page=page)
            pages.append(queries.search_for(VISITOR, asked, size=4, kinds=queries.ALL_KINDS))

        assert {(page.total, page.is_complete, page.facets["kind"]["article"]) for page in pages} == {(12, True, 12)}
        assert [len(page.results) for page in pages] == [4, 4, 4, 0, 0]
        assert len({each.shown.family_id for page in pages for each in page.results}) == 12
        assert not any(each.shown.found_in for page in pages for each in page.results)
        in_dutch = queries.Asked("XK-4471", language="nl")
        assert queries.search_for(VISITOR, in_dutch, size=4, kinds=queries.ALL_KINDS).total == 6
        assert pages[0].facets["lang"] == {"en": 12, "nl": 6}

    def test_more_articles_than_are_gathered_are_told_as_at_least(self, app, told_twice, monkeypatch):
        monkeypatch.setattr(families, "MOST_HITS", 1)
        for article in told_twice:
            article.body = "Valve XK-4471"
        fill()

        page = queries.search_for(VISITOR, queries.Asked("XK-4471"), size=1, kinds=queries.ALL_KINDS)

        assert (page.total, page.is_complete) == (1, False)

    def test_who_asks_for_a_language_gets_it_and_a_draft_translates_nothing(self, client, told_twice):
        original, translation = told_twice
        assert f"/knowledge/{original.slug}" in opened(client, "/search?q=radiator+cold&language=en", "nl")
        translation.state, translation.live_number = "draft", None
        db.session.commit()

        page = opened(client, "/search?q=radiator+cold", "nl")

        assert f"/knowledge/{original.slug}" in page
        assert translation.slug not in page


class TestWhileAsking:
    @pytest.mark.parametrize(
        "typed",
        [
            "my radiator stays cold",
            "my raidator stays cold",
            "the heater stays cold here",
            "radiator cold in the evening",
        ],
    )
    def test_articles_are_found_as_search_finds(self, client, cast, told_twice, typed, count_queries, monkeypatch):
        synonyms.add(acting(cast.curator), language="en", text="radiator, heater", is_two_way=True)
        fill()
        monkeypatch.setattr(query_log, "WRITTEN_EVERY_S", 1e9)  # what was counted is written for many pages at once
        with count_queries() as ran:
            panel = opened(client, f"/ask/similar?q={typed}", "en", **{"X-Fragment": "1"})

        assert f"/knowledge/{told_twice[0].slug}" in panel
        assert "Validated" in panel
        assert ran.count <= 12, ran

    def test_in_the_readers_language_and_only_what_fits(self, client, cast, told_twice):
        make.article(cast.peer, title="A cold beer", summary="How to pour it.", body="Slowly.")
        unsure = make.article(cast.peer, title="The radiator stays cold and blue", is_suggested=False)
        fill()

        dutch = opened(client, "/ask/similar?q=the radiator stays cold", "nl", **{"X-Fragment": "1"})
        english = opened(client, "/ask/similar?q=the radiator stays cold since the engineer came", "en")

        assert f"/knowledge/{told_twice[1].slug}" in dutch
        assert f"/knowledge/{told_twice[0].slug}" in english
        assert f"/knowledge/{told_twice[0].slug}" not in dutch
        for page in (dutch, english):
            assert "beer" not in page
            assert unsure.slug not in page
