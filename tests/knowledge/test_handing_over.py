"""Handing an article over: to who can look after it, and in words that tell nothing of who may read what."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.db import db
from app.knowledge.models.care import KnowledgeTask
from app.organisations.models import Membership
from app.privacy.audiences import organisation_audience
from tests.cast import Cast, sign_in, submit
from tests.knowledge import make
from tests.knowledge.make import only
from tests.organisations import make as organisations


@pytest.mark.parametrize("handle", ["nobody-is-called-this", "of the customer", "of who is suspended", "x" * 61, ""])
def test_nobody_gets_an_article_that_she_cannot_look_after(client: FlaskClient, cast: Cast, handle: str) -> None:
    made = make.article(cast.agent, audience=organisation_audience(cast.waterworks.id))
    make.task(made)
    organisations.membership(cast.suspended, cast.waterworks)
    cast.suspended.suspended_at = clock.now()
    cast.agent.interface_language = "nl"
    known = {"of the customer": cast.customer.handle, "of who is suspended": cast.suspended.handle}
    sign_in(client, cast.agent)

    answer = submit(client, f"/knowledge/{made.slug}/owner", handle=known.get(handle, handle))

    assert answer.status_code == 422
    assert 'id="handle-error"' in answer.text
    said = re.search(r'id="handle-error">.*?</p>', answer.text, re.DOTALL)
    assert said is not None
    if handle and len(handle) < 60:
        assert "Niemand met deze gebruikersnaam kan dit artikel beheren." in said[0]
    assert only().owner_id == cast.agent.id
    assert db.session.scalars(select(KnowledgeTask.for_person_id)).all() == [cast.agent.id]


def test_a_colleague_gets_it_with_what_it_asks_for(client: FlaskClient, cast: Cast) -> None:
    made = make.article(cast.agent, audience=organisation_audience(cast.waterworks.id))
    make.task(made)
    colleague: Membership = organisations.membership(cast.outsider, cast.waterworks)
    sign_in(client, cast.agent)

    answer = submit(client, f"/knowledge/{made.slug}/owner", handle=f"@{cast.outsider.handle}")

    assert answer.status_code == 303
    assert only().owner_id == colleague.person_id
    assert db.session.scalars(select(KnowledgeTask.for_person_id)).all() == [cast.outsider.id]
