"""The language and the readers of a draft are corrected until it is first published."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.knowledge.services import translating
from app.organisations.identify import actor_of
from app.privacy.audiences import organisation_audience
from tests.cast import Cast, sign_in, submit
from tests.knowledge import make
from tests.knowledge.make import only, sent, text


def test_the_language_and_the_readers_of_a_draft_are_corrected(client: FlaskClient, cast: Cast) -> None:
    made, ours = make.article(cast.agent, state="draft"), organisation_audience(cast.waterworks.id)
    words = {"title": made.title, "summary": made.summary, "body": made.body}
    sign_in(client, cast.agent)

    page = client.get(f"/knowledge/{made.slug}/edit").text
    answer = submit(client, f"/knowledge/{made.slug}/edit", **sent(**words, version=1, language="nl", audience=ours))

    assert '<option selected value="en">' in page
    assert answer.status_code == 303
    assert (only().language, only().audience, only().head_number) == ("nl", ours, 2)


def test_a_form_without_these_fields_leaves_them(client: FlaskClient, cast: Cast) -> None:
    ours = organisation_audience(cast.waterworks.id)
    made = make.article(cast.agent, state="draft", language="nl", audience=ours)
    sign_in(client, cast.agent)

    submit(client, f"/knowledge/{made.slug}/edit", **sent(version=1, language=None, audience=None))

    assert (only().title, only().language, only().audience) == ("Mending a dripping tap", "nl", ours)


@pytest.mark.parametrize("field, value", [("language", "xx"), ("audience", "moderators"), ("audience", "org:99999")])
def test_what_is_not_offered_is_refused_at_its_field(client: FlaskClient, cast: Cast, field: str, value: str) -> None:
    made = make.article(cast.moderator, state="draft")
    sign_in(client, cast.moderator)

    answer = submit(client, f"/knowledge/{made.slug}/edit", **{**sent(version=1), field: value})

    assert answer.status_code == 422
    assert (only().language, only().audience, only().head_number) == ("en", "public", 1)


def test_what_was_published_keeps_both(client: FlaskClient, cast: Cast) -> None:
    made, ours = make.article(cast.agent), organisation_audience(cast.waterworks.id)
    sign_in(client, cast.agent)
    changed = sent(version=1, significance="major", change="!", language="nl", audience=ours)

    page = client.get(f"/knowledge/{made.slug}/edit").text
    submit(client, f"/knowledge/{made.slug}/edit", **changed)

    assert 'name="language"' not in page
    assert (only().language, only().audience, only().head_number) == ("en", "public", 2)


def test_a_translation_is_not_put_into_a_language_that_is_there(client: FlaskClient, cast: Cast) -> None:
    original = make.article(cast.peer)
    made = translating.translate(actor_of(cast.agent), original, text(), language="nl")
    ours = organisation_audience(cast.waterworks.id)
    sign_in(client, cast.agent)
    path = f"/knowledge/{made.slug}/edit"

    refused = submit(client, path, **sent(version=1, language="en"))
    submit(client, path, **sent(version=1, language="de", audience=ours))

    assert refused.status_code == 422
    assert "This article is there in that language already." in refused.text
    assert (made.language, made.audience) == ("de", "public")
