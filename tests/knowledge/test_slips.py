"""A slip of the pen is one by measure: whoever calls a new article a slip publishes nothing unreviewed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.knowledge.slips import is_slip
from tests.cast import Cast, sign_in, submit
from tests.knowledge import make
from tests.knowledge.make import SUMMARY, only, sent, text

BODY = "Turn the watter off.\n\nThen [look](https://example.org/taps) under the sink for 10 minutes."


def words(**more: Any) -> SimpleNamespace:
    return SimpleNamespace(**text(**{"title": "Mending a driping tap", "body": BODY, **more}).columns())


@pytest.mark.parametrize(
    "more, is_one",
    [
        ({"body": BODY.replace("watter", "water")}, True),
        ({"title": "Mending a dripping tap"}, True),
        ({"summary": SUMMARY.replace("drips.", "drips!"), "body": BODY.replace("Then", "Then, ")}, True),
        ({"body": BODY + " Be quick."}, True),
        ({"body": BODY + " Buy cheap pills here."}, False),
        ({"body": "Buy pills."}, False),
        ({"title": "Mending a driping roof"}, False),
        ({"title": "Mending no driping tap"}, False),
        ({"title": "Mending a driping tap today"}, False),
        ({"body": BODY.replace("taps", "pill")}, False),
        ({"body": BODY.replace("[look](https://example.org/taps)", "look")}, False),
        ({"body": BODY.replace("10", "90")}, False),
        ({"tag_names": ["pills"]}, False),
        ({"product": "Pills"}, False),
        ({"body": "x" * 29_000}, False),
    ],
)
def test_a_few_letters_are_a_slip_and_links_numbers_and_titles_are_not(more: dict[str, Any], is_one: bool) -> None:
    assert is_slip(words(), words(**more)) is is_one


def test_a_contributor_who_calls_a_new_article_a_slip_is_asked_how_much_changes(
    client: FlaskClient, cast: Cast
) -> None:
    made = make.article(cast.peer, title="Mending a dripping tap", summary=SUMMARY)
    make.licence(cast.customer, "contributor")
    cast.customer.interface_language = "nl"
    sign_in(client, cast.customer)
    path = f"/knowledge/{made.slug}/edit"
    spam = sent(body="Buy cheap pills at our shop.", version=1, change="x")

    refused = submit(client, path, **spam, significance="typo")
    waiting = submit(client, path, **spam, significance="medium", review="1")

    assert refused.status_code == 422
    assert "Dit is meer dan een schrijffout" in refused.text
    assert "Buy cheap pills at our shop." in refused.text
    assert waiting.status_code == 303
    assert (only().body, only().live_number, only().review_number) == ("Turn it off.", 1, 2)
