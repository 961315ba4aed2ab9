"""The pages of search over HTTP: each with its litany, and the asking that ends without a post."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import db
from app.outbox.models import DomainEvent
from app.search import query_log
from app.search.models import Deflection
from app.sitesettings.declare import forget_kept
from app.web.throttle import LIMITS, Limit
from tests.cast import sign_in, submit
from tests.community import make
from tests.knowledge import make as articles
from tests.search.hostile import HOSTILE
from tests.search.make import STATEMENTS, fill
from tests.support.indexes import lose_index


@pytest.fixture
def questions(cast, index):
    """A solved question and an open one, in English and Dutch, in the index."""
    solved = make.question(
        cast.customer, title="How do I read my water meter?", tags=(make.tag("meter"),), category=make.category("Water")
    )
    make.accepted(make.answer(solved, cast.peer, body="Read the upper number of the two."))
    waiting = make.question(cast.agent, title="Waar zit de watermeter?", language="nl")
    fill()
    return solved, waiting


def path_of(question):
    return f"/q/{question.id}/"


class TestSearch:
    def test_it_shows_what_was_found_marked_in_both_languages(self, client, questions):
        for language in ("en", "nl"):
            page = client.get("/search?q=meter", headers={"Accept-Language": language})

            assert page.status_code == 200
            assert "water <mark>meter</mark>?" in page.text
            assert path_of(questions[0]) in page.text

    def test_filters_are_in_the_address_and_in_the_form(self, client, questions):
        page = client.get("/search?q=water&state=accepted&language=en&tag=meter&sort=newest")

        assert path_of(questions[0]) in page.text
        assert path_of(questions[1]) not in page.text
        assert '<option value="accepted" selected>' in page.text
        assert '<input type="hidden" name="tag" value="meter">' in page.text

    def test_a_slip_is_met_with_a_question(self, client, questions):
        page = client.get("/search?q=watre&state=accepted&page=1").text

        assert 'Did you mean <a href="/search?state=accepted&amp;q=water" rel="nofollow">water</a>?' in page
        assert "Did you mean" not in client.get("/search?q=water").text

    def test_a_passage_is_shown_without_the_signs_of_its_source(self, client, cast, index):
        question = make.question(cast.customer, title="Where is it?")
        answer = make.answer(question, cast.peer, body="In the **cupboard** by the `door` &amp; stairs.")
        answer.body_html = "<p>In the <strong>cupboard</strong> by the <code>door</code> &amp; stairs.</p>"
        db.session.flush()
        fill()

        page = client.get("/search?q=cupboard")

        assert "In the <mark>cupboard</mark> by the door &amp; stairs." in page.text

    def test_choices_that_do_not_exist_count_as_not_chosen(self, client, questions):
        for query in (
            "state=happy",
            "language=%3Cb%3E",
            "sort=worst",
            "page=x",
            "page=-1",
            "page=٣",
            "page=" + "9" * 40,
            "page=" + "9" * 5000,
        ):
            assert client.get(f"/search?q=meter&{query}").status_code == 200

    def test_no_result_offers_to_ask_with_the_title_filled(self, client, questions):
        page = client.get("/search?q=flying+carpets+-red+tag:x")

        assert "Nothing found" in page.text
        assert "/ask?title=flying+carpets" in page.text

    def test_no_result_with_filters_offers_to_search_without(self, client, questions):
        page = client.get("/search?q=meter&state=unanswered&language=en")

        assert "Nothing found" in page.text
        assert 'href="/search?q=meter"' in page.text

    def test_an_empty_search_is_a_page_with_a_box(self, client, questions):
        page = client.get("/search")

        assert page.status_code == 200
        assert "Nothing found" not in page.text
        assert 'name="q"' in page.text

    def test_a_kind_without_words_shows_its_newest(self, client, cast, questions, tmp_path):
        articles.article(cast.peer, title="Bleeding a boiler")
        fill()

        page = client.get("/search?kind=article").text
        both = client.get("/search?kind=question").text

        assert "Bleeding a boiler" in page
        assert path_of(questions[0]) not in page
        assert "Search without filters" not in page
        assert both.index(path_of(questions[1])) < both.index(path_of(questions[0]))
        assert "Nothing found" in client.get("/search?kind=service").text
        assert client.get("/feeds/search.atom?kind=article").text.count("<entry>") == 1
        lose_index(tmp_path)
        assert path_of(questions[0]) in client.get("/search?kind=question").text

    @pytest.mark.parametrize("typed", ["de", "het een", "the", '"het een"'])
    def test_words_that_stand_everywhere_are_no_words_to_look_for(self, client, index, typed):
        page = client.get("/search", query_string={"q": typed}).text

        assert "There is no word to look for" in page
        assert "Nobody has asked this yet" not in page

    def test_what_was_left_out_is_named_as_it_was_typed(self, client, questions):
        dutch = {"Accept-Language": "nl"}
        assert "filteren: na:gisteren" in client.get("/search?q=meter+na:gisteren", headers=dutch).text
        many = " ".join(f"meter{number}" for number in range(10))
        assert "te veel: taal:nl" in client.get("/search", query_string={"q": f"{many} taal:nl"}, headers=dutch).text

    @pytest.mark.parametrize("called", ["water", "WATER", "Tap water", '"Drinkwater en riool"'])
    def test_a_category_is_asked_for_by_its_name_in_either_language(self, client, cast, index, called):
        texts = {"en": {"name": "Tap water"}, "nl": {"name": "Drinkwater en riool"}}
        shelf = make.category("Water", slug="water", texts=texts)
        here = make.question(cast.customer, title="My meter is here", category=shelf)
        elsewhere = make.question(cast.customer, title="My meter is elsewhere", category=make.category("Gas"))
        fill()
        called = called if called.startswith('"') else f'"{called}"'

        page = client.get("/search", query_string={"q": f"meter category:{called}"}).text

        assert path_of(here) in page
        assert path_of(elsewhere) not in page

    def test_the_filters_fold_and_say_how_many_are_chosen(self, client, questions):
        assert "2 filters chosen</summary>" in client.get("/search?q=meter&kind=question&language=en").text
        assert "chosen</summary>" not in client.get("/search?q=meter").text

    def test_what_was_left_out_is_said(self, client, questions):
        page = client.get("/search", query_string={"q": "meter ab* ??? is:happy"})

        assert "three letters or more before it: ab*" in page.text
        assert "no word in it: ???" in page.text
        assert "filter by: is:happy" in page.text

    def test_some_words_are_shown_as_some(self, client, questions):
        assert "some of them" in client.get("/search?q=meter+carpet").text

    def test_where_nothing_answers_it_says_so_once(self, client, questions):
        nearest, nothing = "No answer yet in these words.", "No answer yet that somebody confirmed."
        finds_nothing = {"carpet", "meter&state=unanswered"}
        for query in ("meter", "meter+carpet", "carpet", "meter&state=unanswered", "meter&language=en&kind=question"):
            said, expected = client.get(f"/search?q={query}").text, nothing if query in finds_nothing else nearest
            assert said.count(expected) == said.count("No answer yet") == 1, query
        for query in ("read+my+water+meter", "meter&kind=person", "meter&page=2", "meter&sort=newest", "tag:meter", ""):
            assert "No answer yet" not in client.get(f"/search?q={query}").text, query

    def test_of_a_long_text_it_says_that_it_resembles_it(self, client, questions):
        text = "How do I read my water meter when nobody wrote down where it stands"

        said = client.get("/search", query_string={"q": text})

        assert path_of(questions[0]) in said.text
        assert "Your text is long" in said.text
        assert "Nothing has all" not in said.text

    def test_what_is_typed_stays_text(self, client, questions):
        for text in ('"><script>alert(1)</script>', "{{7*7}}", "<meter>&amp;"):
            page = client.get("/search", query_string={"q": text})

            assert page.status_code == 200
            assert "<script>alert" not in page.text

    @pytest.mark.parametrize("number", range(len(HOSTILE)))
    def test_a_hostile_query_is_a_search_or_a_bad_request(self, client, questions, number):
        for path in ("/search", "/ask/similar"):
            assert client.get(path, query_string={"q": HOSTILE[number]}).status_code in {200, 400}

    def test_pages_lead_on(self, client, cast, index):
        shelf = make.category()
        for number in range(45):
            make.question(cast.customer, category=shelf, title=f"Leaking pipe number {number}")
        fill()

        seen, path = set(), "/search?q=pipe"
        for _page in range(3):
            page = client.get(path)
            seen |= {part.split("/")[0] for part in page.text.split('href="/q/')[1:]}
            if 'rel="next"' in page.text:
                path = page.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")

        assert len(seen) == 45
        assert "45 results" in page.text
        assert 'rel="next"' not in page.text

    def test_an_outsider_finds_nothing_of_another_organisation(self, client, cast, index):
        hidden = make.question(cast.agent, title="Canary zebrafinch", audience=f"org:{cast.waterworks.id}")
        fill()
        sign_in(client, cast.outsider)
        assert path_of(hidden) not in client.get("/search?q=zebrafinch").text
        assert path_of(hidden) not in client.get("/ask/similar?q=canary+zebrafinch").text

        sign_in(client, cast.agent)
        assert path_of(hidden) in client.get("/search?q=zebrafinch").text

    def test_without_an_index_it_searches_the_database_and_says_so(self, client, cast, questions, tmp_path):
        lose_index(tmp_path)

        page = client.get("/search?q=meter")
        assert path_of(questions[0]) in page.text
        assert "Search is being repaired" in page.text
        assert "there is no index" not in page.text

        sign_in(client, cast.operator)
        assert "there is no index" in client.get("/search?q=meter").text

    def test_a_page_of_results_costs_a_fixed_number_of_statements(
        self, client, cast, index, count_queries, monkeypatch
    ):
        monkeypatch.setattr(query_log, "WRITTEN_EVERY_S", 1e9)  # what was counted is written for many pages at once
        shelf = make.category()

        def statements():
            fill()
            forget_kept()
            with count_queries() as ran:
                assert client.get("/search?q=dripping").status_code == 200
            return ran

        for _ in range(3):  # fewer, and it might be a slip
            make.answer(make.question(cast.customer, title="Tap one", category=shelf), cast.peer, body="dripping")
        client.get("/search?q=dripping")
        few = statements()
        for _ in range(19):
            make.answer(make.question(cast.customer, title="Tap one", category=shelf), cast.peer, body="dripping")
        many = statements()

        assert many.count == few.count <= 5 + STATEMENTS[index.name], many

    def test_wrong_method(self, client, database):
        assert client.post("/search").status_code == 405


class TestSimilar:
    def test_a_script_gets_a_fragment(self, client, questions):
        answer = client.get("/ask/similar?q=reading+my+water+met", headers={"X-Fragment": "1"})

        assert answer.status_code == 200
        assert "<main" not in answer.text
        assert path_of(questions[0]) in answer.text
        assert "This answers it" in answer.text
        assert "X-Fragment" in answer.headers["Vary"]

    def test_without_scripts_it_is_a_page_that_leads_on_to_asking(self, client, questions):
        page = client.get("/ask/similar?q=reading+my+water+meter")

        assert "<main" in page.text
        assert path_of(questions[0]) in page.text
        assert "/ask?title=reading+my+water+meter" in page.text

    def test_too_little_or_nothing_alike_gives_an_empty_fragment(self, client, questions):
        for text in ("", "meter", "flying carpets in the sky"):
            answer = client.get("/ask/similar", query_string={"q": text}, headers={"X-Fragment": "1"})
            assert answer.text == ""

    def test_questions_like_one_stand_at_its_end_and_on_a_page_of_their_own(self, client, cast, questions):
        other = make.question(cast.peer, title="Who reads my water meter?")
        hidden = make.question(cast.agent, title="Our water meter canary", audience=f"org:{cast.waterworks.id}")
        fill()
        address = f"/q/{questions[0].id}/related"
        assert f'href="{address}"' in client.get(client.get(f"/q/{questions[0].id}").location).text

        for fragment in ({}, {"X-Fragment": "1"}):
            answer = client.get(address, headers={**fragment, "Accept-Language": "nl"})
            assert ("<main" in answer.text) is not bool(fragment)
            assert path_of(other) in answer.text
            assert path_of(hidden) not in answer.text
            assert f'similar-item__title" href="{path_of(questions[0])}' not in answer.text
            assert "X-Fragment" in answer.headers["Vary"]
        assert "canary" not in client.get(address).text
        assert client.get(f"/q/{hidden.id}/related").status_code == 404
        sign_in(client, cast.agent)
        assert path_of(hidden) in client.get(address).text

    def test_a_question_like_no_other_says_so(self, client, cast, index):
        alone = make.question(cast.customer, title="Flying carpets in the sky")
        fill()

        assert "No other question looks like this one." in client.get(f"/q/{alone.id}/related").text

    def test_an_unanswered_question_cannot_answer_it(self, client, questions):
        answer = client.get("/ask/similar?q=waar+zit+mijn+watermeter", headers={"X-Fragment": "1"})

        assert path_of(questions[1]) in answer.text
        assert "This answers it" not in answer.text

    def test_the_half_written_question_is_kept_in_the_step_between(self, client, cast, questions):
        sign_in(client, cast.outsider)

        page = submit(
            client,
            "/ask/similar/check",
            title="Reading my water meter",
            body="<b>Two</b> numbers",
            category="3",
            tags="a, b",
        )

        assert page.status_code == 200
        assert path_of(questions[0]) in page.text
        for name, value in (("title", "Reading my water meter"), ("category", "3"), ("tags", "a, b")):
            assert f'<input type="hidden" name="{name}" value="{value}">' in page.text
        assert 'name="body" value="&lt;b&gt;Two&lt;/b&gt; numbers"' in page.text
        assert 'action="/ask"' in page.text

    def test_the_step_between_takes_any_input(self, client, questions):
        assert submit(client, "/ask/similar/check").status_code == 200
        assert submit(client, "/ask/similar/check", title="x" * 5000, body="\x00").status_code in {200, 422}


class TestDeflection:
    def deflect(self, client, question, typed="Reading  my\nmeter"):
        return submit(client, f"/ask/similar/{question.id}", typed=typed)

    def rows(self):
        return db.session.scalars(sa.select(Deflection)).all()

    def test_it_is_kept_with_its_fact_and_leads_to_the_answer(self, client, cast, questions):
        sign_in(client, cast.outsider)

        answer = self.deflect(client, questions[0])

        assert answer.status_code == 303
        assert answer.location.startswith(path_of(questions[0]))
        (row,) = self.rows()
        assert (row.help_request_id, row.typed, row.language) == (questions[0].id, "Reading my meter", "en")
        event = db.session.scalars(sa.select(DomainEvent).where(DomainEvent.kind == "question_deflected")).one()
        assert event.payload == {"deflection_id": row.id, "question_id": questions[0].id}
        assert "You need not ask" in client.get(answer.location).text

    def test_visitors_too(self, client, questions):
        assert self.deflect(client, questions[0]).status_code == 303
        assert len(self.rows()) == 1

    def test_a_double_click_counts_once(self, client, questions):
        for _ in range(2):
            submit(client, f"/ask/similar/{questions[0].id}", typed="Reading", once_key="the same key for both")

        assert len(self.rows()) == 1

    def test_hidden_and_missing_questions_look_the_same(self, client, cast, index):
        hidden = make.question(cast.agent, audience=f"org:{cast.waterworks.id}")

        assert self.deflect(client, hidden).status_code == 404
        assert submit(client, "/ask/similar/98765", typed="x").status_code == 404
        assert self.rows() == []

    def test_bad_input(self, client, questions):
        assert self.deflect(client, questions[0], typed="x" * 10_000).status_code in {303, 422}
        assert client.post(f"/ask/similar/{questions[0].id}", data={"typed": "x"}).status_code == 400
        assert client.get(f"/ask/similar/{questions[0].id}").status_code == 405


class TestLimits:
    @pytest.mark.parametrize(
        "limit, path, free",
        [
            ("search_by_network", "/search?q=meter", "/search"),
            ("similar_by_network", "/ask/similar?q=Where+is+my+meter", "/ask/similar?q=Where"),
        ],
    )
    def test_what_costs_something_is_counted_per_network(self, client, questions, monkeypatch, limit, path, free):
        monkeypatch.setitem(LIMITS, limit, Limit(2, 60))

        seen = [client.get(path).status_code for _turn in range(3)]

        assert seen == [200, 200, 429]
        assert client.get(free).status_code == 200
        assert client.get(path, environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 200

    def test_the_step_without_scripts_counts_too(self, client, questions, monkeypatch):
        monkeypatch.setitem(LIMITS, "similar_by_network", Limit(1, 60))
        typed = {"title": "Where is my meter?", "body": "I cannot find it."}

        assert [submit(client, "/ask/similar/check", **typed).status_code for _turn in range(2)] == [200, 429]

    def test_a_star_after_two_letters_is_told_once(self, client, questions):
        page = client.get("/search?q=zo*").text

        assert "A star needs three letters" in page
        assert "There is no word to look for" not in page


class TestChoice:
    def test_closing_and_merging_offer_questions_like_this_one(self, client, cast, questions):
        twin = make.question(cast.peer, title="How do I read my water meter in the cellar?")
        fill()
        sign_in(client, cast.moderator)
        for path, field in (("close", "target"), ("merge", "into")):
            page = client.get(f"/q/{twin.id}/{path}")

            assert f'href="/q/{twin.id}/{path}?{field}={questions[0].id}"' in page.text
            assert f"{field}={twin.id}" not in page.text

        filled = client.get(f"/q/{twin.id}/close?target={questions[0].id}").text
        assert f'value="{questions[0].id}"' in filled
        assert '<option selected value="duplicate">' in filled
        assert "answer goes along" not in client.get(f"/q/{twin.id}/merge?into={questions[0].id}").text
