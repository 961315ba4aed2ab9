"""One box over everything: what is found of each kind, by whom, and what is said about it."""

from __future__ import annotations

import pytest

from app import clock
from app.actor import VISITOR
from app.db import db
from app.search import duplicates, growing, queries, query_log, services, synonyms
from app.search.backend import IndexStatus
from app.search.models import NearDuplicate, Searched
from app.web import ledger
from tests.cases import make as cases
from tests.cast import acting, sign_in, submit
from tests.community import make
from tests.knowledge import make as articles
from tests.marketplace import make as services_made
from tests.search.make import STATEMENTS, fill


def search(viewer, text, **chosen):
    return queries.search_for(viewer, queries.Asked(text, **chosen), size=20, kinds=queries.ALL_KINDS)


def kinds(page):
    return [each.kind for each in page.results]


class TestKinds:
    def test_questions_articles_services_and_people_come_together(self, cast, index):
        make.question(cast.customer, title="Boiler makes noise")
        articles.article(cast.peer, title="When the boiler makes noise", body="Bleed it.")
        services_made.service(cast.waterworks, title="Boiler repair")
        cast.peer.bio = "I know every boiler."
        fill()

        page = search(VISITOR, "boiler")

        assert set(kinds(page)) == {"question", "article", "service", "person"}
        assert page.facets["kind"] == {"question": 1, "article": 1, "service": 1, "person": 1}
        assert kinds(search(VISITOR, "boiler", kind="service")) == ["service"]

    def test_a_state_is_that_of_questions_and_what_answers_them(self, app, cast, index):
        make.question(cast.customer, title="Boiler makes noise")
        articles.article(cast.peer, title="When the boiler makes noise", body="Bleed it.")
        services_made.service(cast.waterworks, title="Boiler repair")
        cases.case(cast.customer, cast.waterworks, title="My boiler leaks")
        cast.peer.bio = "I know every boiler."
        fill()

        with app.test_request_context():
            page = search(acting(cast.customer), "boiler")
            found = {state: kinds(search(acting(cast.customer), "", state=state)) for state in page.facets["state"]}

        assert page.total == 5
        assert page.facets["state"] == {"unanswered": 1, "answered": 1, "accepted": 1, "closed": 0}
        assert found == {"unanswered": ["question"], "answered": ["article"], "accepted": ["article"], "closed": []}

    def test_a_page_of_every_kind_costs_at_most_twelve_statements(
        self, client, cast, index, count_queries, monkeypatch
    ):
        monkeypatch.setattr(query_log, "WRITTEN_EVERY_S", 1e9)  # what was counted is written for many pages at once
        for number in range(6):
            asked = make.question(cast.customer, title=f"It makes noise {number}")
            make.accepted(make.answer(asked, cast.peer, body="Bleed the boiler first. Then look at its pump."))
            articles.article(cast.peer, title=f"Boiler {number}", body="Bleed it.", language="nl")
            services_made.service(cast.waterworks, title=f"Boiler repair {number}")
            cases.case(cast.customer, cast.waterworks, title=f"My boiler leaks {number}")
        cast.peer.bio = "I know every boiler."
        sign_in(client, cast.customer)
        fill()
        client.get("/search?q=boiler")
        with count_queries() as ran:
            page = client.get("/search?q=boiler").text

        for words in ("makes noise 5", "Boiler</mark> 5", "repair 5", "leaks 5", "I know every", "Bleed the"):
            assert words in page
        assert ran.count <= 12 + STATEMENTS[index.name], ran

    def test_a_validated_article_goes_before_one_that_is_doubted(self, cast, index):
        for title, validation, confidence in (("Sure boiler", "validated", 0.9), ("Old boiler", "not_validated", 0.1)):
            made = articles.article(cast.peer, title=title, body="Same words")
            made.validation, made.confidence = validation, confidence
        fill()

        assert [each.shown.title for each in search(VISITOR, "boiler").results] == ["Sure boiler", "Old boiler"]

    def test_only_its_customer_finds_a_case(self, app, cast, index):
        cases.case(cast.customer, cast.waterworks, title="My boiler leaks")
        fill()

        with app.test_request_context():
            assert kinds(search(acting(cast.customer), "boiler")) == ["case"]
        for other in (cast.peer, cast.outsider, cast.operator, cast.moderator):
            assert kinds(search(acting(other), "boiler")) == []
        assert kinds(search(VISITOR, "boiler")) == []

    def test_what_is_put_away_is_found_no_more(self, cast, index):
        made = articles.article(cast.peer, title="Boiler")
        fill()
        made.state = "archived"
        services.mark_stale("article", [made.id])
        db.session.commit()

        services.index_stale()

        assert kinds(search(VISITOR, "boiler")) == []


class TestLog:
    @pytest.mark.commits
    def test_it_counts_what_is_looked_for_and_nothing_of_who(self, cast, client, index, app):
        db.session.commit()
        with app.app_context():
            query_log.query_log()._counts.clear()  # what other tests looked for
        for _ in range(2):
            client.get("/search?q=Zebra+anna%40example.org+0612345678")
        client.get("/search/opened?q=Zebra+anna%40example.org+0612345678")
        with app.app_context():
            query_log.query_log().write()

        row = db.session.query(Searched).one()

        assert row.text == "zebra … …"
        assert (row.times, row.found, row.clicks) == (2, 0, 1)
        assert [each.text for each in query_log.sought("nothing")] == ["zebra … …"]
        assert query_log.sought("unopened") == []

    @pytest.mark.commits
    def test_what_nobody_searched_for_is_not_written_by_opening_something(self, cast, client, index, app):
        db.session.commit()
        with app.app_context():
            query_log.query_log()._counts.clear()
        client.get("/search/opened?q=jan+de+vries+is+een+oplichter")
        client.get("/search?q=zebra")
        with app.app_context():
            query_log.query_log().write()
        client.get("/search/opened?q=zebra")
        client.get("/search/opened?q=jan+de+vries+is+een+oplichter")
        with app.app_context():
            query_log.query_log().write()

        row = db.session.query(Searched).one()

        assert (row.text, row.times, row.clicks) == ("zebra", 1, 1)

    @pytest.mark.parametrize(
        "typed, kept",
        [
            ("lekkage Dorpsstraat 12, 1234 AB", "lekkage …"),
            ("lekkage dorpsstraat 12, 1234 ab", "lekkage …"),
            ("boete AB-123-C", "boete …"),
            ("boete kenteken ab123c", "boete kenteken …"),
            ("zaaknummer 2026-0451", "zaaknummer …"),
            ("case 45121 closed", "case … closed"),
            ("polis 1234567 opzeggen", "polis … opzeggen"),
            ("opzeggen 7654321", "opzeggen …"),
            ("https://samen.example/reset/new?token=abc it fails", "… it fails"),
            ("samen.example/reset/x1y2 fails", "… fails"),
            ("/reset/Zb3kQ fails", "… fails"),
            ("ImZvbyI.Zb3kQw0x4mJ9s8d7f6g5 fails", "… fails"),
            ("mail..samen.example/x1y2 fails", "… fails"),
            ("..www.samen.example(x fails", "… fails"),
            ("éx1y2z3a4b5c6d7e8f9 fails", "… fails"),
            ("bel 06.12.34.56.78", "bel …"),
            ("error 80070005 windows 11", "error 80070005 windows 11"),
            ("0x80070005 F28 E-1234567 10.0.19041.1234", "0x80070005 f28 e-1234567 10.0.19041.1234"),
            ("storing 2026-11-20 10:00 iOS/Android 24/7", "storing 2026-11-20 10:00 ios/android 24/7"),
            ("samsung-galaxy-s21-ultra-5g-128gb", "samsung-galaxy-s21-ultra-5g-128gb"),
            ("factuur 2024 über", "factuur 2024 uber"),
        ],
    )
    def test_what_names_somebody_is_not_kept_and_error_codes_are(self, typed, kept):
        assert query_log.without_names(typed) == kept

    def test_what_cannot_be_written_is_kept(self, app, database, monkeypatch):
        log = query_log.Log()
        log.searched("search", "en", "zebra", found=0, took_ms=1.0)

        def away():
            raise ledger.SQLAlchemyError("away")

        monkeypatch.setattr(ledger, "entry", away)
        monkeypatch.setattr(query_log, "is_away", lambda _error: True)
        log.write()

        assert log._counts


class TestNearDuplicates:
    TEXT = "The left radiator in the bedroom stays cold while the boiler runs"

    def test_a_question_asked_again_is_told_until_somebody_looks(self, cast, index):
        first = make.question(cast.customer, title=self.TEXT)
        make.question(cast.customer, title="Which colour has the new logo?")
        fill()
        again = make.question(cast.peer, title="Left radiator in bedroom stays cold, boiler runs")

        duplicates.after_asking(again.id)

        curator = acting(cast.curator)
        assert [(row.question_id, row.older_id) for row in duplicates.open_pairs(curator)] == [(again.id, first.id)]
        assert [row.text for row in query_log.sought("asked")] == [query_log.without_names(again.title)]
        duplicates.settle(curator, again.id, first.id)
        assert duplicates.open_pairs(curator) == []

    def test_nothing_is_the_same_as_what_has_other_readers(self, cast, index):
        make.question(cast.agent, title=self.TEXT, audience=f"org:{cast.waterworks.id}")
        fill()
        again = make.question(cast.peer, title=self.TEXT)

        duplicates.after_asking(again.id)

        assert db.session.query(NearDuplicate).count() == 0

    def test_who_may_not_read_the_older_one_is_not_shown_the_pair(self, cast):
        older = make.question(cast.agent, title=self.TEXT, audience=f"org:{cast.waterworks.id}")
        again = make.question(cast.peer, title=self.TEXT)
        found = {"question_id": again.id, "older_id": older.id, "likeness": 0.9, "found_at": clock.now()}
        db.session.add(NearDuplicate(**found))
        db.session.flush()

        assert duplicates.open_pairs(acting(cast.curator)) == []


class TestSynonyms:
    def test_a_curator_lets_words_find_one_another(self, cast, client, index):
        make.question(cast.customer, title="The faucet drips")
        fill()
        sign_in(client, cast.curator)
        assert "drips" not in client.get("/search?q=tap").text

        sent = submit(client, "/search/synonyms", words="tap, Faucet", language="en", is_two_way="y")

        assert sent.status_code == 303
        assert "drips" in client.get("/search?q=tap").text
        row = synonyms.every_row()[0]
        assert row.words == ["tap", "faucet"]
        submit(client, f"/search/synonyms/{row.id}/delete")
        assert synonyms.every_row() == []

    def test_one_word_is_none_and_the_faster_one_wins(self, cast, client, index):
        sign_in(client, cast.curator)
        assert submit(client, "/search/synonyms", words="tap", language="en").status_code == 422
        row = synonyms.add(acting(cast.curator), language="en", text="tap, faucet", is_two_way=True)
        db.session.commit()
        address, sent = f"/search/synonyms/{row.id}", {"words": "tap, spigot", "language": "en", "row_version": "1"}

        assert submit(client, address, **sent).status_code == 303
        assert submit(client, address, **sent).status_code == 409


@pytest.mark.parametrize(
    "engine, documents, outgrown", [("whoosh", 30_001, True), ("whoosh", 900, False), ("tantivy", 10**7, False)]
)
def test_operators_hear_when_the_community_outgrows_its_engine(engine, documents, outgrown):
    status = IndexStatus(
        engine=engine, documents=documents, parts=1, size_bytes=1, generation=1, changed_at=clock.now()
    )

    assert growing.is_outgrown(status) is outgrown
