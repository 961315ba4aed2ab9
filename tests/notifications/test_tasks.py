"""What articles ask of who looks after them stands at the bell until she has seen it or it is done."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.db import db
from app.knowledge.models.care import KnowledgeTask
from app.knowledge.services import caring, reviewing
from app.organisations.identify import actor_of
from tests.cast import Cast, sign_in, submit
from tests.knowledge import make


def bell(client: FlaskClient) -> int:
    number: int = client.get("/notifications/news").json["unread"]
    return number


def test_an_owner_is_told_of_her_article_until_she_has_seen_it(
    client: FlaskClient, cast: Cast, count_queries: Any
) -> None:
    article = make.article(cast.peer, title="The old tap")
    others = make.article(cast.customer, title="Not hers")
    for kind in ("outdated", "source_changed"):
        make.task(article, kind)
    make.task(others)
    sign_in(client, cast.peer)
    with count_queries() as ran:
        page = client.get("/notifications").text
    upto = db.session.scalar(sa.select(sa.func.max(KnowledgeTask.id)).where(KnowledgeTask.article_id == article.id))

    assert bell(client) == 2
    assert page.count("The old tap") == 2
    assert "Several people say that it is outdated" in page
    assert "Not hers" not in page
    assert ran.count <= 12, ran
    later = make.task(article, "contradicted")
    submit(client, "/notifications/articles/read", upto=upto)
    assert bell(client) == 1
    caring.close_tasks(actor_of(cast.peer), article, ["contradicted"])
    assert bell(client) == 0
    assert later.seen_at is None
    sign_in(client, cast.customer)
    assert bell(client) == 1


def test_all_is_marked_read_at_once_and_that_is_taken_back(client: FlaskClient, cast: Cast) -> None:
    task = make.task(make.article(cast.peer))
    sign_in(client, cast.peer)

    submit(client, "/notifications/read", upto=0, tasks_upto=task.id)
    assert bell(client) == 0
    db.session.refresh(task)
    submit(client, "/notifications/unread", moment=task.seen_at.isoformat())

    assert bell(client) == 1


def test_what_a_reviewer_wants_changed_is_asked_of_the_owner_until_she_asks_again(
    client: FlaskClient, cast: Cast
) -> None:
    article = make.article(cast.peer, state="in_review", title="The new tap")
    reviewing.send_back(actor_of(cast.curator), article, seen_number=1, note="Say which tap it is.")
    sign_in(client, cast.peer)
    assert "A reviewer says that it needs change" in client.get("/notifications").text

    reviewing.ask_review(actor_of(cast.peer), article)

    assert bell(client) == 0


def test_opening_the_article_is_seeing_what_it_asks(client: FlaskClient, cast: Cast) -> None:
    article, other = make.article(cast.peer), make.article(cast.peer)
    for kind in ("outdated", "source_changed"):
        make.task(article, kind)
    make.task(other)
    sign_in(client, cast.peer)
    seen_at_page = f"/notifications/articles/{article.id}/read"
    assert client.get(f"/knowledge/{article.slug}").text.count(seen_at_page) == 2  # by itself, or by a button

    assert submit(client, seen_at_page, quietly=1).status_code == 204

    assert bell(client) == 1
    assert seen_at_page not in client.get(f"/knowledge/{article.slug}").text
    assert submit(client, f"/notifications/articles/{other.id}/read").location == "/notifications"
    assert bell(client) == 0


def test_a_new_owner_is_told_anew(client: FlaskClient, cast: Cast) -> None:
    article = make.article(cast.peer)
    make.task(article)
    sign_in(client, cast.peer)
    submit(client, "/notifications/articles/read", upto=10**6)
    submit(client, f"/knowledge/{article.slug}/owner", handle=cast.customer.handle)
    assert bell(client) == 0
    sign_in(client, cast.customer)

    assert bell(client) == 1
