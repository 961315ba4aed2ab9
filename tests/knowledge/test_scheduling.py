"""What is approved for later: when it is published, who sees that, changes it and takes it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import db
from app.errors import Conflict
from app.knowledge.models.articles import Article
from app.knowledge.models.versions import ArticleReview
from app.knowledge.services import publishing, reviewing, writing
from app.organisations.identify import actor_of
from tests.cast import Cast, sign_in, submit
from tests.knowledge import make
from tests.knowledge.make import only, text


def scheduled(cast: Cast) -> Article:
    """Return an article of the peer's that the curator approved for two hours from now."""
    made = make.article(cast.peer, state="in_review")
    later = made.created_at + timedelta(hours=2)
    reviewing.approve(actor_of(cast.curator), made, seen_number=1, publish_at=later)
    return made


def test_an_article_approved_for_later_waits_for_its_time(client: FlaskClient, cast: Cast, clock: Any) -> None:
    made = make.article(cast.peer, state="in_review")
    sign_in(client, cast.curator)
    submit(client, f"/knowledge/{made.slug}/review", version=1, approve="1", publish_at="2026-03-02T12:00")
    publishing.publish_due()
    assert only().state == "in_review"

    clock.shift(3600 * 2)  # 11:30 UTC is half past twelve in Amsterdam
    publishing.publish_due()

    assert (only().state, only().validation, only().verified_by_id) == ("published", "validated", cast.curator.id)


def test_what_is_written_over_after_the_approval_is_not_published_unseen(
    app: Any, database: Any, cast: Cast, clock: Any
) -> None:
    made = make.article(cast.peer, state="in_review")
    later = made.created_at + timedelta(hours=1)
    reviewing.approve(actor_of(cast.curator), made, seen_number=1, publish_at=later)
    worse = text(body="Hit it with a hammer.")
    writing.revise(actor_of(cast.peer), made, worse, significance="major", change="", seen_number=1)
    db.session.flush()

    clock.shift(7200)
    publishing.publish_due()

    assert (only().state, only().review_number) == ("in_review", 2)


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00", "2026-03-02T10:00", "2027-03-05T12:00", "9999-12-31T23:59", "soon"]
)
def test_a_moment_that_is_past_or_too_far_is_refused_at_its_field(client: FlaskClient, cast: Cast, moment: str) -> None:
    made = make.article(cast.peer, state="in_review")
    cast.curator.interface_language = "nl"
    sign_in(client, cast.curator)
    path = f"/knowledge/{made.slug}/review"

    first = submit(client, path, version=1, approve="1", publish_at=moment)
    reviewing.approve(actor_of(cast.curator), made, seen_number=1, publish_at=made.created_at + timedelta(hours=2))
    second = submit(client, path, version=1, reschedule="1", publish_at=moment)

    for answer in (first, second):
        assert answer.status_code == 422
        assert 'id="publish_at-error"' in answer.text
        assert moment == "soon" or "Kies een moment dat nog komt, binnen een jaar." in answer.text
    assert only().publish_at == made.created_at + timedelta(hours=2)


def test_a_reviewer_chooses_another_moment(client: FlaskClient, cast: Cast, clock: Any) -> None:
    made = scheduled(cast)
    make.licence(cast.outsider)
    sign_in(client, cast.outsider)
    path = f"/knowledge/{made.slug}/review"

    page = client.get(path).text
    submit(client, path, version=1, reschedule="1", publish_at="2026-03-03T12:00")

    assert 'value="2026-03-02T12:30"' in page
    assert "2026-03-03T11:00" in client.get(f"/knowledge/{made.slug}").text
    clock.shift(3600 * 3)
    publishing.publish_due()
    assert only().state == "in_review"
    submit(client, path, version=1, reschedule="1", publish_at="")
    assert (only().state, only().verified_by_id) == ("published", cast.curator.id)
    assert len(db.session.scalars(select(ArticleReview)).all()) == 1


def test_its_author_sees_when_and_takes_it_back(client: FlaskClient, cast: Cast) -> None:
    made = scheduled(cast)
    sign_in(client, cast.peer)

    page = client.get(f"/knowledge/{made.slug}").text
    submit(client, f"/knowledge/{made.slug}/review/withdraw")

    assert "2 Mar 2026" in page
    assert f"/knowledge/{made.slug}/review/withdraw" in page
    assert "Change when it is published" not in page
    assert (only().state, only().publish_at) == ("draft", None)


def test_who_did_not_see_that_it_is_scheduled_neither_publishes_nor_sends_back(
    app: Any, database: Any, cast: Cast
) -> None:
    made, curator = scheduled(cast), actor_of(cast.curator)

    with pytest.raises(Conflict, match="article_changed_meanwhile"):
        reviewing.approve(curator, made, seen_number=1)
    with pytest.raises(Conflict, match="article_changed_meanwhile"):
        reviewing.send_back(curator, made, seen_number=1, note="Say which tap you mean.")
