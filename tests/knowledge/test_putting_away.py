"""Putting articles away and bringing them back: nothing comes back by itself, and nothing written is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import db
from app.errors import NotAllowed
from app.knowledge.models.articles import Article
from app.knowledge.models.care import KnowledgeTask
from app.knowledge.queries import care
from app.knowledge.services import publishing, reviewing, writing
from app.organisations.identify import actor_of
from tests.cast import Cast, sign_in, submit
from tests.knowledge import make
from tests.knowledge.make import only, text


def changed(cast: Cast) -> Article:
    """Return a published article of the peer's with a change that waits for a review."""
    made, peer = make.article(cast.peer), actor_of(cast.peer)
    writing.revise(peer, made, text(body="Turn it on."), significance="major", change="on", seen_number=1)
    reviewing.ask_review(peer, made)
    return made


def test_what_is_approved_for_later_stays_put_away(app: Any, database: Any, cast: Cast, clock: Any) -> None:
    made = changed(cast)
    reviewing.approve(actor_of(cast.curator), made, seen_number=2, publish_at=made.created_at + timedelta(minutes=1))

    publishing.archive(actor_of(cast.peer), made)
    db.session.flush()
    clock.shift(3600)
    publishing.publish_due()

    assert (only().state, only().live_number, only().body) == ("archived", 1, "Turn it off.")


def test_a_change_in_review_ends_with_putting_away_and_is_a_draft_when_it_is_back(
    app: Any, database: Any, cast: Cast
) -> None:
    made, curator = changed(cast), actor_of(cast.curator)

    publishing.archive(actor_of(cast.peer), made)
    db.session.flush()

    assert care.reviews_for(curator, licence="publisher") == []
    with pytest.raises(NotAllowed, match="put_away"):
        reviewing.approve(curator, made, seen_number=2)
    with pytest.raises(NotAllowed, match="put_away"):
        reviewing.ask_review(actor_of(cast.peer), made)
    publishing.unarchive(actor_of(cast.peer), made)
    reviewing.ask_review(actor_of(cast.peer), made)
    assert reviewing.approve(curator, made, seen_number=2)
    assert made.body == "Turn it on."


def test_putting_away_ends_every_task_and_what_still_holds_is_asked_again(app: Any, database: Any, cast: Cast) -> None:
    original = make.article(cast.peer)
    made = make.article(
        cast.peer, language="nl", translation_of_id=original.id, translated_number=1, translation_state="needs_update"
    )
    for kind in ("needs_change", "translation", "outdated"):
        make.task(made, kind)
    is_open = select(KnowledgeTask.kind).where(KnowledgeTask.closed_at.is_(None))

    publishing.archive(actor_of(cast.peer), made)
    left = db.session.scalars(is_open).all()
    publishing.unarchive(actor_of(cast.peer), made)

    assert left == []
    assert db.session.scalars(is_open).all() == ["translation"]


def test_what_is_put_away_offers_no_review(client: FlaskClient, cast: Cast) -> None:
    made = changed(cast)
    sign_in(client, cast.peer)
    submit(client, f"/knowledge/{made.slug}/archive")

    assert "Ask for a review" not in client.get(f"/knowledge/{made.slug}").text
    assert "Save and send for review" not in client.get(f"/knowledge/{made.slug}/edit").text


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_a_draft_is_put_away_by_its_author_and_is_a_draft_when_it_is_back(
    client: FlaskClient, cast: Cast, state: str
) -> None:
    made = make.article(cast.peer, state=state)
    path = f"/knowledge/{made.slug}"
    sign_in(client, cast.peer)

    submit(client, f"{path}/archive")
    away, listed = client.get(path).text, client.get("/knowledge/mine").text
    was = (only().state, only().is_put_away, only().review_number)
    refused = submit(client, f"{path}/review/ask").status_code
    submit(client, f"{path}/archive", back="1")

    assert "This draft is put away." in away
    assert "Bring back" in away
    assert "Archived" in listed
    assert (was, refused) == (("draft", True, None), 403)
    assert (only().state, only().validation, only().is_put_away) == ("draft", "work_in_progress", False)
    assert submit(client, f"{path}/review/ask").status_code == 303
    sign_in(client, cast.outsider)
    assert client.get(path).status_code == 404
