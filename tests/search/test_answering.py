"""The suggested answer: whole sentences, word for word, of what people really write, in the reader's language."""

from __future__ import annotations

import pytest

from app.actor import VISITOR
from app.db import db
from app.prose.rendering import render
from app.search import answering, queries
from tests.community import make
from tests.knowledge import make as articles
from tests.search.make import fill


def search(viewer, text, **chosen):
    return queries.search_for(viewer, queries.Asked(text, **chosen), size=20, kinds=queries.ALL_KINDS)


def said(text, **chosen):
    answer = search(VISITOR, text, **chosen).answer
    return answer and "".join(words for words, _ in answer.pieces)


def solved(cast, title, body):
    answer = make.answer(make.question(cast.customer, title=title), cast.peer, body=body)
    answer.body_html = render(body, source_format="markdown").html
    make.accepted(answer)
    fill()


def test_sentences_of_a_confirmed_answer_word_for_word(cast, index):
    question = make.question(cast.customer, title="How do I bleed the radiator?")
    said = "Close the pump first. Then turn the little valve until water comes. Tighten it again."
    make.accepted(make.answer(question, cast.peer, body=said))
    fill()

    answer = search(VISITOR, "bleed radiator").answer

    assert answer is not None
    assert "".join(text for text, _ in answer.pieces) in said
    assert answer.how == "solved"
    assert f"/q/{question.id}" in answer.href


def test_none_from_what_nobody_confirmed_or_what_lacks_the_words(cast, index):
    question = make.question(cast.customer, title="How do I bleed the radiator?")
    answer = make.answer(question, cast.peer, body="Turn the little valve until water comes out of it.")
    fill()
    assert search(VISITOR, "bleed radiator").answer is None

    make.accepted(answer)
    fill()

    assert search(VISITOR, "bleed radiator").answer is not None
    assert search(VISITOR, "radiator invoice missing november").answer is None


TABLE = "| cost | when | who |\n|---|---|---|\n| radiator valve | yearly | the landlord pays it |"
CODE = "```\nradiator valve --open now.\n```"


@pytest.mark.parametrize(
    "body, answer",
    [
        (TABLE + "\n\nThe radiator valve is paid by the landlord.", "The radiator valve is paid by the landlord."),
        (CODE + "\n\nThe radiator valve is opened by hand.", "The radiator valve is opened by hand."),
        ("### The radiator valve.\n\nOpen the [radiator valve](https://e.org/a.b) by hand.",
         "Open the radiator valve by hand."),
        ("> Which radiator valve do I take?\n\nTake the radiator valve of **half an inch**.",
         "Take the radiator valve of half an inch."),
        ("The radiator valve is one of these, or\n\n- a radiator valve you have to buy yourself\n\nIt is cheap.",
         "a radiator valve you have to buy yourself"),
        ("Take a radiator valve of 1.5 bar, e.g. Model B, and close it. No. It holds.",
         "Take a radiator valve of 1.5 bar, e.g. Model B, and close it. No. It holds."),
        ("Hi there\nOpen the radiator valve by hand. It turns.\nRegards, the plumber of your radiator valve",
         "Open the radiator valve by hand. It turns."),
        ("1. Close the pump, bijv. Met de knop.\n2. Open the radiator valve by hand.",
         "Open the radiator valve by hand."),
        ("just a radiator valve, nothing that anybody ends", None),
        ("- a radiator valve of half an inch\n- a key for the radiator", "a radiator valve of half an inch"),
    ],
)  # fmt: skip
def test_it_is_made_of_whole_sentences_of_paragraphs_and_lists(cast, index, body, answer):
    solved(cast, "How does the thing on the wall work?", body)

    assert said("radiator valve") == answer


def test_a_summary_is_text_and_no_markup(cast, index):
    articles.article(cast.peer, title="Radiator valve", summary="Open it where it is <b> 5 & closed by hand.", body="x")
    fill()

    assert said("radiator valve") == "Open it where it is <b> 5 & closed by hand."


def test_one_word_is_answered_by_what_is_about_it_and_says_something_of_it(cast, index):
    solved(
        cast, "Who repairs a boiler?", "The plumber comes when something is broken. Call her about your boiler first."
    )

    assert said("boiler") == "Call her about your boiler first."
    assert said("broken") is None
    assert said("repairs") is None


def test_words_that_stand_nearly_everywhere_are_answered_by_nothing(cast, index, monkeypatch):
    solved(cast, "Does the new boiler not work?", "It does not work when it is new: let a new boiler rest for a day.")
    for number in range(answering.COMMON_FROM):
        make.question(cast.customer, title=f"What is not new here does not work, number {number}")
    fill()

    assert said("not new") is None
    assert said("not new boiler") is not None


class TestLanguage:
    @pytest.fixture
    def told_twice(self, app, cast, index):
        english = articles.article(
            cast.peer, title="Report your move", summary="Do it with DigiD at the desk, within five days.", body="x"
        )
        told = {"translation_of_id": english.id, "translated_number": 1, "translation_state": "current"}
        dutch = articles.article(
            cast.peer, language="nl", title="Je move doorgeven", summary="Doe het met DigiD, binnen vijf dagen.",
            body="y", **told,
        )  # fmt: skip
        fill()
        return english, dutch

    @pytest.mark.parametrize(
        "typed, reader, answer",
        [
            ("digid move", "nl", "Doe het met DigiD, binnen vijf dagen."),
            ("digid move", "en", "Do it with DigiD at the desk, within five days."),
            ("digid move desk", "nl", "Do it with DigiD at the desk, within five days."),
        ],
    )
    def test_the_readers_own_goes_first_where_it_has_the_words(self, app, told_twice, typed, reader, answer):
        with app.test_request_context(headers={"Accept-Language": reader}):
            assert said(typed) == answer

    def test_what_is_not_validated_in_it_is_not_taken(self, app, told_twice):
        told_twice[1].validation = "not_validated"
        db.session.flush()

        with app.test_request_context(headers={"Accept-Language": "nl"}):
            assert said("digid move") == "Do it with DigiD at the desk, within five days."
