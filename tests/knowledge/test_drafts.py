"""What somebody types into an article is saved while she types, and there again when she comes back."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import db
from app.drafts.models import Draft
from tests.cases import make as cases
from tests.cast import Cast, csrf_token, sign_in, submit
from tests.community import make as community
from tests.knowledge import make

TYPED = {"title": "Mending a tap", "summary": "What to do when it drips.", "body": "Half a sen", "product": "Tap 3000"}


def autosave(client: FlaskClient, place: str, **fields: str) -> int:
    data = {"csrf_token": csrf_token(client), **TYPED, **fields}
    return client.post(f"/drafts/{place}", data=data, headers={"X-Fragment": "1"}).status_code


def places() -> list[str]:
    return list(db.session.scalars(select(Draft.place)))


@pytest.mark.parametrize("of", ["", "answer", "case"])
def test_a_new_article_goes_on_where_it_was_left(client: FlaskClient, cast: Cast, of: str) -> None:
    answer = community.answer(community.question(cast.customer), cast.peer, body="Turn it off.")
    case = cases.case(cast.customer, cast.waterworks, person=cast.agent, state="solved")
    address, place = {
        "": ("/knowledge/new", "article"),
        "answer": (f"/knowledge/new?answer={answer.id}", f"article-answer.{answer.id}"),
        "case": (f"/cases/{case.public_id}/article", f"article-case.{case.public_id}"),
    }[of]
    sign_in(client, cast.agent)
    assert autosave(client, place, language="nl") == 200

    page = client.get(address).text
    listed = client.get("/drafts").text
    sent = {**TYPED, "body": "Half a sentence.", "language": "nl", "category": "0", "organisation": "0"}
    submit(client, address, **sent, audience="public", **({"answer": answer.id} if of == "answer" else {}))

    assert "This is your draft." in page
    for words in ("Half a sen</textarea>", 'value="Tap 3000"', '<option selected value="nl">'):
        assert words in page
    assert address in listed
    assert places() == []


def test_an_edit_remembers_the_version_it_began_with_and_where_the_article_is_now(
    client: FlaskClient, cast: Cast
) -> None:
    article = make.article(cast.peer, title="A tap")
    sign_in(client, cast.peer)
    assert autosave(client, f"edit-article.{article.id}", version="1", change="The tap") == 200
    make.revision(article, number=2, title="Two taps")
    article.head_number, article.slug = 2, "two-taps"

    led = client.get(f"/knowledge/number/{article.id}/edit")
    page = client.get(led.location).text
    sent = {**TYPED, "version": "1", "significance": "medium", "change": "The tap", "category": "0"}
    conflict = submit(client, led.location, **sent, organisation="0")

    assert led.location == "/knowledge/two-taps/edit"
    assert "Somebody saved this article after you began." in page
    assert 'name="version" value="1"' in page
    assert 'value="The tap"' in page
    assert conflict.status_code == 409
    assert f"/drafts/edit-article.{article.id}" in conflict.text
    assert places() == [f"edit-article.{article.id}"]
