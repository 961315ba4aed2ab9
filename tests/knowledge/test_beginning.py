"""Beginning an article: what was sent that cannot be is said at its field, and what was made before is named."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db import db
from app.knowledge.models.articles import Article
from app.privacy.audiences import organisation_audience
from tests.cast import Cast, sign_in, submit
from tests.community import make as community
from tests.knowledge import make
from tests.knowledge.make import sent


@pytest.mark.parametrize("field", ["organisation", "category"])
@pytest.mark.parametrize("value", ["99999", "9" * 30, "-3", "a tap", "١"])
def test_a_choice_that_is_none_is_refused_at_its_field(client: FlaskClient, cast: Cast, field: str, value: str) -> None:
    cast.outsider.interface_language = "nl"
    sign_in(client, cast.outsider)

    answer = submit(client, "/knowledge/new", **sent(**{field: value}))

    words = {"organisation": "Kies een organisatie uit de lijst.", "category": "Kies een categorie uit de lijst."}
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert words[field] in answer.text
    assert "Invalid" not in answer.text
    assert db.session.scalar(select(func.count()).select_from(Article)) == 0


def test_a_forged_significance_is_refused_in_her_language(client: FlaskClient, cast: Cast) -> None:
    made = make.article(cast.peer)
    cast.peer.interface_language = "nl"
    sign_in(client, cast.peer)

    answer = submit(client, f"/knowledge/{made.slug}/edit", **sent(version=1, significance="tiny", change="x"))

    assert answer.status_code == 422
    assert "Kies hoeveel de betekenis verandert." in answer.text


def test_who_makes_an_article_of_an_answer_sees_those_that_were_made_of_it(client: FlaskClient, cast: Cast) -> None:
    answer = community.answer(community.question(cast.customer), cast.peer)
    make.source(make.article(cast.peer, title="Mending every tap"), answer)
    make.source(make.article(cast.peer, title="Not ready yet at all", state="draft"), answer)
    ours = organisation_audience(cast.waterworks.id)
    make.source(make.article(cast.agent, title="Our own way of mending", audience=ours), answer)
    sign_in(client, cast.outsider)

    page = client.get(f"/knowledge/new?answer={answer.id}").text

    assert "Mending every tap</a>" in page
    assert "Not ready yet at all" not in page
    assert "Our own way of mending" not in page
