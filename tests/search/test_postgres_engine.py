"""What is true of the engine on PostgreSQL only: its rows may be damaged, its writers meet, its statements stopped."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from app.db import db, own_session, transaction
from app.search import jobs, services
from app.search.backend import DocumentKey, IndexBusy, IndexMissing, IndexUnusable
from app.search.clauses import Clause, Phrase
from app.search.postgres_engine import frequencies, writing
from app.search.postgres_engine.conditions import written
from app.search.postgres_engine.engine import PostgresEngine
from app.search.postgres_engine.tables import WORDS
from tests.community import make
from tests.search.hostile import HOSTILE
from tests.search.make import PUBLIC, document, fill, made_up, request

pytestmark = pytest.mark.only_postgresql


@pytest.fixture
def engine(make_engine):
    made = make_engine()
    made.rebuild(made_up(60))
    made.apply([document(100, "Two parts are better than one", tags=("pair",))], [])
    return made


def run(*statements):
    for statement in statements:
        db.session.execute(sa.text(statement))
    db.session.commit()


LOST = {
    "head deleted": "DELETE FROM search_head",
    "documents emptied": "DELETE FROM search_documents",
    "words emptied": "DELETE FROM search_words",
    "head of another version": "UPDATE search_head SET made_by = '0.0'",
    "table dropped": "DROP TABLE search_words",
}
TORN = {
    "documents halved": "DELETE FROM search_documents WHERE document_id % 2 = 0",
    "words halved": "DELETE FROM search_words WHERE word < 'en:k'",
    "a document's words emptied": "UPDATE search_documents SET words = '' WHERE document_id = 7",
    "a document's words changed": "UPDATE search_documents SET words = replace(words::text, 'a', 'e')::tsvector",
    "an audience changed": "UPDATE search_documents SET audience = 'org:7' WHERE document_id = 7",
    "a frequency changed": "UPDATE search_words SET documents = documents + 1 WHERE word = 'en:two'",
    "the head changed": "UPDATE search_head SET documents = documents - 1",
}


class TestTornIndex:
    """R7 of the security plan, where the index is rows: deleted, halved, emptied, changed."""

    @pytest.mark.parametrize("damage", LOST)
    def test_what_is_gone_is_told_by_whoever_asks(self, engine, damage):
        run(LOST[damage])

        for ask in (
            lambda: engine.search(request("better")),
            lambda: engine.similar("better", audiences=frozenset({"public"}), language="en"),
            lambda: engine.versions("question"),
            lambda: engine.apply([document(1, "x")], []),
            engine.check,
            engine.status,
        ):
            with pytest.raises(IndexUnusable):
                ask()
        assert engine.rebuild([document(1, "Sound again")]) == 1
        assert engine.search(request("sound")).total == 1
        engine.check()

    @pytest.mark.parametrize("damage", TORN)
    def test_what_is_not_as_written_is_told_by_a_check(self, engine, damage):
        engine.check()

        assert db.session.execute(sa.text(TORN[damage])).rowcount
        db.session.commit()

        with pytest.raises(IndexUnusable):
            engine.check()
        engine.rebuild([document(1, "Sound again")])
        engine.check()

    def test_the_worker_mends_it_within_one_round(self, app, cast, index):
        question = make.question(cast.customer, title="Still there")
        fill()

        for damage in LOST.values():
            run(damage)
            jobs.keep_index()
            assert [hit.key.id for hit in index.search(request("still there")).hits] == [question.id]
            index.check()
        for damage in ("DELETE FROM search_documents WHERE document_id > 0", "UPDATE search_documents SET words = ''"):
            run(damage)
            jobs.check_index()
            assert [hit.key.id for hit in index.search(request("still there")).hits] == [question.id]

    def test_an_index_of_other_rules_counts_as_none(self, engine, monkeypatch):
        monkeypatch.setattr("app.search.postgres_engine.writing.MADE_BY", "0.0")

        with pytest.raises(IndexMissing):
            engine.search(request("better"))


class TestCounts:
    def test_words_are_counted_as_documents_come_change_and_go(self, engine):
        engine.apply([document(101, "Parts"), document(102, "Parts parts")], [])
        assert of_word("en:part") == 3
        engine.apply([document(101, "Pieces", version=2)], [DocumentKey("question", 102)])
        assert of_word("en:part") == 1

        engine.apply([], [DocumentKey("question", 100)])

        assert of_word("en:part") is None
        engine.check()


def of_word(word):
    return db.session.scalar(sa.select(WORDS.c.documents).where(WORDS.c.word == word))


class TestQueries:
    """R12 of the security plan: what is typed reaches PostgreSQL as words, never as its own language."""

    def test_nothing_typed_ends_a_word_of_a_query(self, database):
        typed = ["a' | 'b", "\\'", "a\\", "''", "!(x)", "x:*ABCD & y"]
        for text in typed:
            clause = Clause((Phrase(((0, text.encode()), (1, b"en:end"))),))

            query = written([clause], " & ")

            nodes = sa.func.numnode(sa.cast(query, TSQUERY))
            assert db.session.scalar(sa.select(nodes)) == 3, "two words, one sign between them"

    def test_values_are_bound(self, engine, count_queries):
        with count_queries() as ran:
            engine.search(request('betterx zebra* "two parts" -one title:are tag:pair author:anna', with_facets=True))

        assert not [text for text in ran.texts if "better" in text or "zebra" in text or "pair" in text], ran

    def test_what_takes_too_long_is_stopped_and_says_so(self, engine):
        """The limit is in the statement's own transaction: what comes after it is not stopped."""
        slow = PostgresEngine(time_limit_s=0.05)
        asked = "SELECT pg_sleep(1)"

        def ask(session, *_of_the_search):
            session.execute(sa.text(asked))
            raise AssertionError("it was not stopped")

        found = slow._within_time(ask, request("better"), {})

        assert not found.is_complete
        assert found.took_ms < 1000
        db.session.execute(sa.text(asked))
        assert slow.search(request("better")).total == 1

    def test_where_time_was_up_the_first_that_are_found_are_shown(self, engine, monkeypatch):
        engine.apply([document(n, "Printer") for n in range(200, 230)], [])
        asked, kept = [], PostgresEngine._asked

        def too_slow_for_all(self, ask, request, clauses, most, limit_s):
            asked.append(most)
            return None if most is None else kept(self, ask, request, clauses, most, 5)

        monkeypatch.setattr(PostgresEngine, "_asked", too_slow_for_all)

        hits = engine.search(request("printer"))

        assert len(asked) == 2
        assert len(hits.hits) == 20
        assert not hits.is_complete

    @pytest.mark.parametrize("least", [0.0, 0.3, 0.45])
    def test_what_resembles_a_text_is_the_same_where_its_common_words_only_count_beside(
        self, make_engine, monkeypatch, least
    ):
        engine, texts = make_engine(), [f"{each.title} {each.body}" for each in made_up(400)]
        engine.rebuild(made_up(400))
        mixed = [f"{one[:90]} {other[-90:]}" for one, other in pairwise(texts[:60])]

        def found():
            return [
                [
                    (hit.key.id, round(hit.coverage, 3), f"{hit.score:.3g}")
                    for hit in engine.similar(text, audiences=PUBLIC, language="en", limit=8, least=least).hits
                ]
                for text in mixed
            ]

        quick = found()
        monkeypatch.setattr(frequencies, "essential", lambda weights, _least: [True] * len(weights))

        assert quick == found()
        assert sum(map(len, quick)) > 30

    @pytest.mark.timeout(60)
    def test_many_found_are_paged_without_gaps_where_only_some_are_ranked(self, engine):
        engine.apply([document(n, "Printer", "word " * (n % 7)) for n in range(1000, 1450)], [])

        whole = [hit.key.id for hit in engine.search(request("printer", limit=1000)).hits]
        pages = [
            hit.key.id
            for start in range(0, 450, 45)
            for hit in engine.search(request("printer", offset=start, limit=45)).hits
        ]

        assert sorted(whole) == list(range(1000, 1450))
        assert pages == whole

    def test_hostile_queries_leave_nothing_behind(self, engine):
        for text in HOSTILE:
            engine.search(request(text, with_facets=True))
        engine.check()
        assert db.session.scalar(sa.text("SHOW statement_timeout")) == "0"


@pytest.mark.commits
class TestWriters:
    def test_two_writers_do_not_wait_for_each_other(self, engine):
        with own_session() as other, transaction(other):
            assert writing.is_locked(other)
            with pytest.raises(IndexBusy):
                engine.apply([document(1, "x")], [])
            with pytest.raises(IndexBusy):
                engine.rebuild([])
        engine.apply([document(101, "After the other")], [])
        assert engine.search(request("other")).total == 1

    def test_another_writer_is_left_alone(self, app, cast, index):
        services.mark_stale("question", [make.question(cast.customer).id])
        db.session.commit()

        with own_session() as other, transaction(other):
            assert writing.is_locked(other)
            jobs.keep_index()
            with pytest.raises(IndexBusy):
                services.index_stale()
            assert services.stale_count() == 1
            assert "Another process" in app.test_cli_runner().invoke(args=["search", "rebuild"]).output
        jobs.keep_index()
        assert services.stale_count() == 0

    def test_the_old_index_answers_until_the_new_one_is_whole(self, engine):
        seen = []

        def documents():
            for each in made_up(1200, words_each=8):
                if each.id % 400 == 0:
                    seen.append(PostgresEngine().search(request("better")))  # over a connection of its own
                yield each

        engine.rebuild(documents())

        assert [hits.total for hits in seen] == [1, 1, 1]
        assert engine.search(request("better")).total == 0

    def test_a_rebuild_that_breaks_off_changes_nothing(self, engine):
        def documents():
            yield from made_up(600, words_each=8)
            raise RuntimeError("killed")

        with pytest.raises(RuntimeError):
            engine.rebuild(documents())

        engine.check()
        assert engine.search(request("better")).total == 1
