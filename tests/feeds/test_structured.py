"""The structured data of a question's page, read out of the page by a parser and held against schema.org."""

from __future__ import annotations

import json
import re

import pytest

from tests.cast import sign_in
from tests.community import make
from tests.feeds.pages import page_of
from tests.feeds.schema_org import complaints


def described(text: str) -> dict | None:
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1]) if found else None


@pytest.fixture
def question(app, database, cast):
    asked = make.question(cast.customer, title="How do I read my meter?", body="It shows **two** </script> numbers.")
    make.answer(asked, cast.peer, body="Read the first one.")
    make.answer(asked, cast.agent, body="Ring us.")
    return asked


def test_a_question_is_a_qa_page_by_schema_org(client, question):
    said = described(page_of(client, f"/q/{question.id}"))

    assert list(complaints(said)) == []
    assert said["mainEntity"]["answerCount"] == 2
    assert len(said["mainEntity"]["suggestedAnswer"]) == 2
    assert "acceptedAnswer" not in said["mainEntity"]


def test_the_way_to_a_page_is_told(client, question, cast, database):
    make.question(cast.customer, category=question.category, tags=(make.tag("meter"),))
    shelf = question.category
    asked = described(page_of(client, f"/q/{question.id}"))["breadcrumb"]
    assert [each["name"] for each in asked["itemListElement"]] == ["Home", shelf.texts["en"]["name"], question.title]

    for path in (f"/c/{shelf.slug}", "/tags/meter"):
        said = described(client.get(path).text)
        assert list(complaints(said)) == []
        assert [each["position"] for each in said["itemListElement"]] == [1, 2]
        assert said["itemListElement"][1]["item"].endswith(path)
    assert described(client.get("/questions").text) is None


def test_the_accepted_answer_is_told_apart(client, question, cast, database):
    make.accepted(make.answer(question, cast.partner, body="Look at the display."))

    said = described(page_of(client, f"/q/{question.id}"))

    assert list(complaints(said)) == []
    assert said["mainEntity"]["acceptedAnswer"]["text"] == "Look at the display."
    assert len(said["mainEntity"]["suggestedAnswer"]) == 2


def test_an_unanswered_question_is_valid_too(client, cast, database):
    asked = make.question(cast.customer, title="Nobody knows this yet")

    assert list(complaints(described(page_of(client, f"/q/{asked.id}")))) == []


def test_a_question_for_one_organisation_is_described_to_nobody(client, cast, database):
    asked = make.question(cast.agent, title="For the waterworks only", audience=f"org:{cast.waterworks.id}")
    sign_in(client, cast.agent)

    page = page_of(client, f"/q/{asked.id}")

    assert described(page) is None
    assert '<meta name="robots" content="noindex">' in page
    assert 'rel="canonical"' not in page


@pytest.mark.parametrize(
    "node",
    [
        {"@type": "QuestionPage"},
        {"@type": "Person", "name": "Noor", "url": "https://example.org/p", "colour": "red"},
        {"@type": "Person", "name": "Noor", "url": "/people/noor"},
        {"@type": "Person", "name": "", "url": "https://example.org/p"},
        {"@type": "QAPage"},
    ],
)
def test_the_validator_sees_what_is_wrong(node):
    assert list(complaints(node))
