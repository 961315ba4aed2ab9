"""What people look for in vain reaches the work list of who keeps knowledge."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.db import db
from app.knowledge.models.care import Gap
from app.search.models import Searched
from app.search.wanting import tell_what_is_wanted
from tests.cast import Cast, sign_in, submit


def searched(text: str, **more: Any) -> None:
    counted = {"times": 1, "found": 0, "took_us": 100, "slowest_us": 100, "place": "search", "language": "nl"}
    db.session.add(Searched(**{"day": clock.now().date(), "text": text, **counted, **more}))
    db.session.flush()


def test_what_found_nothing_twice_is_wanted_and_an_article_closes_it(client: FlaskClient, cast: Cast) -> None:
    searched("warmtepomp subsidie", times=7)
    searched("warmtepomp subsidie", times=2, day=clock.now().date() - timedelta(days=3))
    searched("een keer", times=1)
    searched("wel gevonden", times=9, found=4)
    searched("lang geleden", times=9, day=clock.now().date() - timedelta(days=90))
    tell_what_is_wanted()
    tell_what_is_wanted()
    gap = db.session.scalars(select(Gap)).one()
    assert (gap.words, gap.people, gap.kind) == ("warmtepomp subsidie", 9, "searched")
    sign_in(client, cast.curator)
    assert "9 people" in client.get("/knowledge/work").text

    fields = {"title": "Subsidie voor je warmtepomp", "summary": "Waar je die aanvraagt.", "body": "Vraag haar aan."}
    more = {"language": "nl", "audience": "public", "category": "0", "organisation": "0", "gap": gap.id}
    submit(client, "/knowledge/new", **fields, **more)

    assert "warmtepomp subsidie" not in client.get("/knowledge/work").text


def test_what_nobody_looks_for_any_more_is_forgotten(database: Any, cast: Cast) -> None:
    old = clock.now() - timedelta(days=40)
    for number, more in enumerate([{}, {"dismissed_at": old, "dismissed_by_id": cast.curator.id}]):
        db.session.add(Gap(kind="searched", language="nl", words=f"oud {number}", people=3, last_at=old, **more))
    db.session.flush()

    tell_what_is_wanted()

    assert db.session.scalars(select(Gap.words)).all() == ["oud 1"]
