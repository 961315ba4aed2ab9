"""Saved searches of which somebody wants to hear: what is new, once, and only what she may see."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.community.compose import compose
from app.community.models.saved_filters import SavedFilter
from app.community.services import asking
from app.db import db
from app.notifications import alerts
from app.notifications.models import NoticeItem, SearchAlert
from app.notifications.tokens import unsubscribe_token
from app.search import services
from tests.cast import Cast, acting, sign_in, submit
from tests.community import make as community


@pytest.fixture
def saved(client: FlaskClient, cast: Cast, index: Any, clock: Any) -> SavedFilter:
    """The customer saved a search and wants to hear of what it finds; a question that it finds is there already."""
    community.question(cast.peer, title="An old boiler")
    made = community.saved_filter(cast.customer, "Boilers", place="search", asked={"q": "boiler"})
    db.session.commit()
    sign_in(client, cast.customer)
    submit(client, f"/filters/{made.id}/alert", on=1)
    clock.shift(60)
    return made


def asked(by: Any, title: str, **more: Any) -> int:
    """Let somebody ask, and the index know it."""
    shelf = community.category("Heating")
    made = asking.ask_question(acting(by), title=title, text=compose(title, prior="en"), category_id=shelf.id, **more)
    db.session.commit()
    services.mark_stale("question", [made.id])
    db.session.commit()
    services.index_stale()
    return made.id


def told() -> list[tuple[str, str]]:
    db.session.expire_all()
    return [(each.kind, each.reason) for each in db.session.scalars(sa.select(NoticeItem).order_by(NoticeItem.id))]


def test_what_is_new_is_told_once_with_its_reason(client: FlaskClient, cast: Cast, saved: Any, clock: Any) -> None:
    asked(cast.peer, "The boiler hums")
    asked(cast.customer, "My own boiler hums")
    asked(cast.peer, "The tap drips")
    clock.shift(3600)

    alerts.look_at_searches()
    first = told()
    alerts.look_at_searches()
    clock.shift(3600)
    alerts.look_at_searches()

    assert first == [("question", "saved_search")]
    assert told() == first
    page = client.get("/notifications").text
    assert "The boiler hums" in page
    assert "You saved the search “Boilers”." in page
    assert db.session.scalars(sa.select(NoticeItem.person_id)).all() == [cast.customer.id]


def test_nobody_hears_of_what_is_hidden_from_her_nor_more_often_than_agreed(cast: Cast, saved: Any, clock: Any) -> None:
    asked(cast.agent, "The boiler of the waterworks", audience=f"org:{cast.waterworks.id}")
    alerts.look_at_searches()
    asked(cast.peer, "A second boiler")
    alerts.look_at_searches()
    assert told() == []
    clock.shift(1900)

    alerts.look_at_searches()

    assert told() == [("question", "saved_search")]


def test_a_look_that_is_cut_short_is_repeated_whole(
    cast: Cast, saved: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(cast.peer, "The boiler hums")
    asked(cast.outsider, "The boiler sings")
    clock.shift(3600)
    really, times = alerts.tell, []

    def killed_at_the_second(*news: Any) -> int:
        times.append(news)
        if len(times) == 2:
            raise KeyboardInterrupt
        return really(*news)

    monkeypatch.setattr(alerts, "tell", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        alerts.look_at_searches()
    assert told() == []

    alerts.look_at_searches()

    assert told() == [("question", "saved_search")] * 2


def test_the_list_says_what_one_hears_of_and_ends_it_in_one_click(
    client: FlaskClient, cast: Cast, saved: Any, clock: Any, count_queries: Any
) -> None:
    for number in range(15):
        community.saved_filter(cast.customer, f"Search {number}", place="search", asked={"q": "tap"})
    found = asked(cast.peer, "The boiler hums")
    clock.shift(3600)
    alerts.look_at_searches()
    with count_queries() as ran:
        page = client.get("/filters").text
    link = f"/unsubscribe/{unsubscribe_token(cast.customer.id, found)}"

    assert "Stop telling me what is new in: Boilers" in page
    assert page.count("Tell me what is new in:") == 15
    assert ran.count <= 12, ran
    assert "Nothing more from this saved search" in client.get(link).text
    assert "You hear no more of what that search finds." in client.post(link, data={"choice": "search"}).text
    assert db.session.scalars(sa.select(SearchAlert)).all() == []


def test_a_list_is_no_search_and_a_forgotten_filter_takes_its_alert_along(
    client: FlaskClient, cast: Cast, saved: SavedFilter, clock: Any
) -> None:
    a_list = community.saved_filter(cast.customer, "Active", place="questions", asked={"order": "active"})
    db.session.commit()
    assert submit(client, f"/filters/{a_list.id}/alert", on=1).status_code == 404
    submit(client, f"/filters/{saved.id}/delete")
    asked(cast.peer, "The boiler hums")
    clock.shift(3600)
    alerts.look_at_searches()
    assert told() == []

    db.session.execute(sa.delete(SavedFilter).where(SavedFilter.id == saved.id))

    assert db.session.scalars(sa.select(SearchAlert)).all() == []
