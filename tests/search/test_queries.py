"""What a viewer finds: never more than the database shows her, and something even without an index."""

from __future__ import annotations

import pytest

from app.actor import VISITOR
from app.db import db
from app.privacy.audiences import organisation_audience
from app.search import queries
from app.search.backend import Sort
from app.search.queries import Asked, search_for, similar_for
from tests.cast import acting
from tests.community import make
from tests.search.make import STATEMENTS, fill
from tests.support.indexes import lose_index


@pytest.fixture(params=["index", "database"])
def source(request, index, tmp_path):
    """Run the test twice: with the index, and without."""

    def ready():
        fill()
        if request.param == "database":
            lose_index(tmp_path)

    ready.name = request.param
    return ready


def ids(page):
    return [found.row.id for found in page.found]


def search(text, viewer=VISITOR, **chosen):
    return search_for(viewer, Asked(text, **chosen), size=20)


class TestWithAndWithoutIndex:
    @pytest.fixture
    def shelf(self, cast):
        return make.category(slug="water")

    @pytest.fixture
    def meter(self, cast, shelf, source):
        question = make.question(
            cast.customer, title="Read the meter", body="Two numbers", category=shelf, tags=(make.tag("meter"),)
        )
        make.accepted(make.answer(question, cast.peer, body="Only the upper one counts."))
        other = make.question(cast.agent, title="Iets anders over lekkage", language="nl", body="Er lekt water.")
        source()
        return question, other

    @pytest.mark.parametrize(
        "text, first, second",
        [
            ("meter", True, False),
            ("upper counts", True, False),
            ('"two numbers"', True, False),
            ('"numbers two"', False, False),
            ("lekk*", False, True),
            ("water -lekkage", False, False),
            ("tag:METER", True, False),
            ("category:water", True, False),
            ("-category:water", False, True),
            ("is:solved", True, False),
            ("is:open", False, True),
            ("lang:nl", False, True),
            ('author:"Pete Peer"', True, False),
            ("author:nobody", False, False),
            ("after:2026", True, True),
            ("before:2026", False, False),
            ("title:meter", True, False),
            ("title:numbers", False, False),
        ],
    )
    def test_operator(self, meter, source, text, first, second):
        page = search(text)

        expected = [question.id for question, wanted in zip(meter, (first, second), strict=True) if wanted]
        assert sorted(ids(page)) == expected
        assert page.source == source.name
        assert page.total == len(expected)

    def test_filters_chosen_beside_the_words(self, meter, source):
        question, other = meter

        assert ids(search("after:2026", state="accepted")) == [question.id]
        assert ids(search("", state="unanswered")) == [other.id]
        assert ids(search("meter", category="water", tag="meter", language="en")) == [question.id]
        assert ids(search("meter", category="nowhere")) == []
        assert sorted(ids(search("after:2026", sort=Sort.NEWEST))) == [question.id, other.id]

    def test_what_is_closed_without_an_answer_is_not_open(self, cast, source):
        waiting, closed, archived = (make.question(cast.customer, title=f"Boiler {n}") for n in range(3))
        make.closed(closed, cast.moderator)
        make.closed(archived, None, reason="archived")
        source()

        assert ids(search("boiler is:open")) == [waiting.id]
        assert sorted(ids(search("boiler is:gesloten"))) == [closed.id, archived.id]
        assert len(ids(search("boiler"))) == 3

    def test_a_long_text(self, meter, source):
        question, _other = meter
        text = "who will come here to read the meter for us all this year, and why and when"

        page = search(text)

        assert ids(page) == [question.id]
        assert page.meant.is_text
        assert ids(search(text, tag="meter")) == [question.id]
        assert ids(search(text, tag="other")) == []

    def test_similar(self, meter, source):
        question, _other = meter

        assert [row.id for row in similar_for(VISITOR, "How to read my water meter", language="en")] == [question.id]
        assert similar_for(VISITOR, "meter", language="en") == []
        assert similar_for(VISITOR, "", language="nl") == []
        assert similar_for(VISITOR, "something completely different", language="en") == []

    def test_hidden_questions_are_not_found_by_anything(self, cast, source):
        hidden = make.question(
            cast.agent,
            title="Canary zebrafinch rota",
            body="Canary zebrafinch in the body",
            audience=f"org:{cast.waterworks.id}",
            tags=(make.tag("zebrafinch"),),
        )
        make.answer(hidden, cast.agent, body="Canary zebrafinch answer")
        source()

        for viewer in (VISITOR, acting(cast.outsider), acting(cast.rival), acting(cast.partner)):
            for text in ("zebrafinch", "zebra*", "tag:zebrafinch", '"canary zebrafinch"', "-nothing", "is:answered"):
                page = search(text, viewer)
                assert page.total == 0
                assert not any(values.get("zebrafinch") for values in page.facets.values())
            assert similar_for(viewer, "canary zebrafinch rota", language="en") == []
        assert ids(search("zebrafinch", acting(cast.agent))) == [hidden.id]


def test_a_stale_index_shows_nothing_the_database_hides(cast, index):
    question = make.question(cast.agent, title="Was public once")
    gone = make.question(cast.agent, title="Was public too")
    fill()
    question.audience = f"org:{cast.waterworks.id}"
    db.session.delete(gone)
    db.session.commit()

    assert ids(search("public")) == []
    assert similar_for(VISITOR, "was public once", language="en") == []
    assert ids(search("public", acting(cast.agent))) == [question.id]


def test_counts_are_by_the_values_one_can_choose(cast, index):
    make.question(cast.customer, title="One tap")
    make.answer(make.question(cast.customer, title="Two taps"), cast.peer)
    solved = make.question(cast.customer, title="Three taps")
    make.accepted(make.answer(solved, cast.peer))
    make.closed(solved, cast.moderator)
    make.closed(make.question(cast.customer, title="Four taps"), cast.moderator)
    fill()

    facets = search("taps").facets

    assert facets["state"] == {"unanswered": 1, "answered": 2, "accepted": 1, "closed": 2}
    for state, count in facets["state"].items():
        assert search("taps", state=state).total == count


class TestSpelling:
    @pytest.fixture(autouse=True)
    def _questions(self, cast, index):
        make.question(cast.customer, title="Where are my Calendars?", tags=(make.tag("sync"),))
        make.question(cast.agent, title="The merger", audience=organisation_audience(cast.waterworks.id))
        fill()

    @pytest.mark.parametrize(
        "typed, instead",
        [
            ("calender", "calendars"),
            ("my calender tag:sync -outlook", "my calendars -outlook tag:sync"),
            ("title:calnedar", "title:calendars"),
            ("calendar", ""),
            ("calender tag:elsewhere", ""),
            ("calender mregerr", ""),
            ("xylophone", ""),
            ('"calender"', ""),
        ],
    )
    def test_a_slip_gives_the_word_as_it_is_written_where_it_is_found(self, typed, instead):
        assert search(typed).instead == instead
        assert not instead or search(instead).total == 1

    @pytest.mark.parametrize("typed", ["letters from Rome", "brieven naar Rome"])
    def test_a_stop_word_is_no_slip_of_another(self, cast, typed):
        make.question(cast.customer, title="The form of letters in Rome: brieven, maar Rome")
        fill()

        found = search(typed)

        assert found.total == 1
        assert found.instead == ""

    def test_words_of_what_one_may_not_read_are_not_told(self, cast):
        assert search("mergre").instead == ""
        assert search("mergre", acting(cast.agent)).instead == "merger"
        make.question(cast.customer, title="Two that merge")
        fill()
        assert search("merger", acting(cast.agent)).instead == ""
        assert search("merger").instead == "merge"


class TestMarking:
    def test_title_and_passage_are_marked(self, cast, index):
        question = make.question(
            cast.customer,
            title="<script>alert(1)</script> & taps",
            body="x" * 300,
            excerpt="Nothing here",
        )
        make.answer(question, cast.peer, body="<b>Turn</b> the taps off <img src=x onerror=alert(1)>")
        fill()

        (found,) = search("taps").found

        assert found.title == [("<script>alert(1)</script> & ", False), ("taps", True), ("", False)]
        assert ("taps", True) in found.passage

    def test_the_excerpt_stands_where_only_a_filter_was_given(self, cast, index):
        make.question(cast.customer, title="Taps", excerpt="a < b")
        fill()

        (found,) = search("is:open").found

        assert (found.title, found.passage) == ([("Taps", False)], [("a < b", False)])

    def test_the_number_of_statements_is_fixed(self, cast, index, count_queries):
        shelf = make.category()

        def statements():
            fill()
            with count_queries() as ran:
                search_for(VISITOR, Asked("drip"), size=20)
            return ran.count

        for _ in range(3):  # fewer, and it might be a slip
            make.answer(make.question(cast.customer, title="Other", category=shelf), cast.peer, body="drip drip")
        few = statements()
        for _ in range(15):
            make.answer(make.question(cast.customer, title="Other", category=shelf), cast.peer, body="drip drip")

        assert statements() == few == 2 + STATEMENTS[index.name]


def test_health_says_what_is_wrong(index, tmp_path):
    assert queries.index_health().status.documents == 0
    lose_index(tmp_path)

    assert queries.index_health().problem == "there is no index"
