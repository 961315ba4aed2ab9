"""What somebody may have meant: only words as they are written in what this person may find, of any kind."""

from __future__ import annotations

import pytest

from app.actor import VISITOR
from app.db import db
from app.search import queries
from tests.cast import acting
from tests.community import make
from tests.knowledge import make as articles
from tests.search.make import fill


def proposed(text, viewer=VISITOR):
    return queries.search_for(viewer, queries.Asked(text), size=20, kinds=queries.ALL_KINDS).instead


def test_a_word_of_an_article_is_proposed_as_it_is_written_there(cast, index):
    articles.article(cast.peer, language="nl", title="Na de verhuizing", summary="Kort.", body="Alle verzekeringen.")
    fill()

    assert proposed("verzekerngen") == "verzekeringen"
    assert proposed("verhuizng") == "verhuizing"


@pytest.mark.parametrize("place", ["title", "body", "answer"])
def test_it_is_looked_for_in_everything_that_was_found(cast, index, place):
    said = "Hang it on the wall. " * 20 + "\n\nThen take the Thermostats down."
    asked = make.question(cast.customer, title="All thermostats" if place == "title" else "It is cold", body=said[:400])
    if place == "body":
        asked.body, asked.excerpt = said, said[:200]
    if place == "answer":
        make.answer(asked, cast.peer, body=said)
    fill()

    assert proposed("thermostts") == "thermostats"


def test_what_is_written_nowhere_any_more_is_not_proposed(cast, index):
    asked = make.question(cast.customer, title="All thermostats")
    fill()
    asked.title = "All of them"
    db.session.commit()

    assert proposed("thermostts") == ""


def test_what_somebody_may_not_see_any_more_is_not_proposed(cast, index):
    asked = make.question(cast.agent, title="All thermostats")
    fill()
    asked.audience = f"org:{cast.waterworks.id}"
    db.session.commit()

    assert proposed("thermostts") == ""
    assert proposed("thermostts", acting(cast.agent)) == "thermostats"
