"""The operators' pages: for operators they work, for everybody else they do not exist."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session as DatabaseSession

from app import clock
from app.accounts.models import Session
from app.admin import queries
from app.admin.views.running import GROUPS
from app.community.settings import PAGE_SIZE
from app.db import db
from app.outbox.models import Delivery, DomainEvent, ScheduledJob
from app.routing.settings import PROMOTION_REPLAY_MARGIN
from app.sitesettings.declare import DECLARED, forget_kept
from app.sitesettings.models import StoredSetting
from tests.accounts import make as accounts
from tests.cast import Cast, sign_in, submit

PAGES = ["/admin", "/admin/outbox", "/admin/people", "/admin/people/1", "/admin/settings"]
FORMS = [
    "/admin/outbox/1/retry",
    "/admin/outbox/retry",
    "/admin/people/1/rights",
    "/admin/people/1/suspend",
    "/admin/people/1/unsuspend",
    "/admin/settings/community.page_size",
    "/admin/settings/community.page_size/reset",
]


@pytest.fixture
def operator(client: FlaskClient, cast: Cast) -> FlaskClient:
    """The operator's browser."""
    forget_kept()
    sign_in(client, cast.operator)
    return client


def kinds(session: DatabaseSession) -> list[str]:
    return list(session.scalars(select(DomainEvent.kind).order_by(DomainEvent.id)))


def dead(session: DatabaseSession, *, error: str = "RuntimeError: no answer") -> Delivery:
    now = clock.now()
    event_id = session.execute(
        insert(DomainEvent).returning(DomainEvent.id),
        {
            "kind": "question_edited",
            "version": 1,
            "happened_at": now,
            "recorded_at": now,
            "actor_kind": "system",
            "channel": "system",
            "payload": {"question_id": 1},
        },
    ).scalar_one()
    row = Delivery(event_id=event_id, reaction="search.stale", due_at=now, tries=8, dead_at=now, error=error)
    session.add(row)
    session.flush()
    return row


def masked(text: str) -> str:
    return re.sub(r'[0-9a-f]{16,}|nonce="[^"]*"|value="[^"]*"', "", text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_works_for_an_operator(operator: FlaskClient, cast: Cast, path: str) -> None:
    answer = operator.get(path.replace("/1", f"/{cast.customer.id}"))

    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("role", ["moderator", "curator", "agent", "outsider"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_absent_for_everybody_else(client: FlaskClient, cast: Cast, role: str, path: str) -> None:
    sign_in(client, cast.people[role])

    answer, nothing = client.get(path), client.get("/admin/nothing-is-here")

    assert answer.status_code == nothing.status_code == 404
    assert masked(answer.text).replace(path, "") == masked(nothing.text).replace("/admin/nothing-is-here", "")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_absent_for_visitors(client: FlaskClient, cast: Cast, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", FORMS)
def test_nothing_is_changed_by_others(client: FlaskClient, cast: Cast, path: str) -> None:
    sign_in(client, cast.moderator)

    assert submit(client, path, right="operator", change="give").status_code == 404
    assert not kinds(db.session())


@pytest.mark.parametrize("path", FORMS)
def test_forms_are_not_pages(operator: FlaskClient, path: str) -> None:
    assert operator.get(path).status_code in {404, 405}


def test_a_suspended_operator_is_none(operator: FlaskClient, cast: Cast) -> None:
    cast.operator.suspended_at = clock.now()

    assert operator.get("/admin").status_code == 404


def test_health_shows_what_is_wrong(operator: FlaskClient, database: DatabaseSession) -> None:
    assert "It was never at work" in operator.get("/admin").text

    dead(database)
    now = clock.now()
    database.add(ScheduledJob(name="letters", due_at=now, last_run_at=now, last_error="OSError: no route", runs=4))
    text = operator.get("/admin").text

    assert "It was never at work" not in text
    assert "Given up: 1" in text
    assert "OSError: no route" in text


def test_a_worker_that_is_quiet_is_away(operator: FlaskClient, database: DatabaseSession) -> None:
    now = clock.now()
    database.add(ScheduledJob(name="letters", due_at=now, last_run_at=now - timedelta(minutes=2), runs=4))

    assert "Away" in operator.get("/admin").text


def test_a_dead_delivery_is_shown_with_its_error_and_tried_again(
    operator: FlaskClient, database: DatabaseSession
) -> None:
    row = dead(database, error="RuntimeError: <b>no answer</b>")

    assert "RuntimeError: &lt;b&gt;no answer" in operator.get("/admin/outbox").text
    assert submit(operator, f"/admin/outbox/{row.id}/retry").status_code == 303

    assert (row.dead_at, row.tries) == (None, 0)
    assert "deliveries_retried" in kinds(database)
    assert submit(operator, f"/admin/outbox/{row.id}/retry").status_code == 404


def test_all_dead_deliveries_are_tried_again(operator: FlaskClient, database: DatabaseSession) -> None:
    rows = [dead(database), dead(database)]

    assert submit(operator, "/admin/outbox/retry").status_code == 303

    assert [row.dead_at for row in rows] == [None, None]


@pytest.mark.parametrize("text", ["carla", "CUSTOMER", "{handle}", "{handle}@example.org", "%", "_"])
def test_people_are_found_by_name_handle_and_address(operator: FlaskClient, cast: Cast, text: str) -> None:
    wanted = text.format(handle=cast.customer.handle)

    found = operator.get("/admin/people", query_string={"q": wanted}).text

    assert ("Carla Customer" in found) == (text not in {"%", "_"})
    assert "Otto Outsider" not in found


@pytest.mark.parametrize("who, name", [("moderator", "Mona"), ("suspended", "Sven"), ("operator", "Olga")])
def test_people_are_listed_by_what_they_are(operator: FlaskClient, cast: Cast, who: str, name: str) -> None:
    found = operator.get("/admin/people", query_string={"who": who}).text

    assert name in found
    assert "Otto Outsider" not in found


def test_a_long_list_of_people_goes_on(operator: FlaskClient, cast: Cast) -> None:
    for number in range(40):
        accounts.person(f"Many {number:02}", email="", created_at=clock.now() - timedelta(hours=number))
    seen: set[str] = set()
    path: str | None = "/admin/people?q=many"

    while path:
        text = operator.get(path).text
        seen |= set(re.findall(r"Many \d\d", text))
        path = next(iter(re.findall(r'rel="next" href="([^"]+)"', text)), "").replace("&amp;", "&") or None

    assert len(seen) == 40


def test_unknown_kind_and_person_are_absent(operator: FlaskClient, cast: Cast) -> None:
    cast.outsider.erased_at = clock.now()

    assert operator.get("/admin/people?who=cats").status_code == 404
    assert operator.get("/admin/people/999999").status_code == 404
    assert operator.get(f"/admin/people/{cast.outsider.id}").status_code == 404


@pytest.mark.parametrize("right", ["operator", "moderator", "curator"])
def test_a_right_is_given_and_taken(operator: FlaskClient, cast: Cast, database: DatabaseSession, right: str) -> None:
    address = f"/admin/people/{cast.customer.id}/rights"

    assert submit(operator, address, right=right, change="give").status_code == 303
    assert getattr(cast.customer, f"is_{right}")
    assert submit(operator, address, right=right, change="take").status_code == 303

    assert not getattr(cast.customer, f"is_{right}")
    assert kinds(database) == ["right_changed", "right_changed"]


def test_who_cannot_sign_in_gets_no_right(operator: FlaskClient, cast: Cast) -> None:
    imported = accounts.person("Ida Imported", email="")

    answer = submit(operator, f"/admin/people/{imported.id}/rights", right="moderator", change="give")

    assert answer.status_code == 403
    assert not imported.is_moderator


@pytest.mark.parametrize("sent", [{}, {"right": "king", "change": "give"}, {"right": "operator", "change": "lend"}])
def test_an_unknown_right_is_refused(operator: FlaskClient, cast: Cast, sent: dict[str, str]) -> None:
    assert submit(operator, f"/admin/people/{cast.customer.id}/rights", **sent).status_code == 422


def test_the_last_operator_stays(operator: FlaskClient, cast: Cast, database: DatabaseSession) -> None:
    accounts.person("Out Operator", is_operator=True, suspended_at=clock.now())
    own = f"/admin/people/{cast.operator.id}"

    assert submit(operator, f"{own}/rights", right="operator", change="take").status_code == 403
    assert submit(operator, f"{own}/suspend").status_code == 403

    assert cast.operator.is_operator
    assert cast.operator.suspended_at is None
    assert not kinds(database)


def test_one_of_two_operators_may_go(operator: FlaskClient, cast: Cast) -> None:
    accounts.person("Second Operator", is_operator=True)

    answer = submit(operator, f"/admin/people/{cast.operator.id}/rights", right="operator", change="take")

    assert answer.status_code == 303
    assert not cast.operator.is_operator
    assert operator.get("/admin").status_code == 404


def test_a_suspended_person_keeps_her_session_and_may_not_write(
    app: Flask, operator: FlaskClient, cast: Cast, database: DatabaseSession
) -> None:
    hers = app.test_client()
    session = sign_in(hers, cast.customer)

    assert submit(operator, f"/admin/people/{cast.customer.id}/suspend").status_code == 303

    assert database.get_one(Session, session.id).ended_at is None
    assert hers.get("/mine").status_code == 200
    assert hers.get("/ask").status_code == 403
    assert submit(operator, f"/admin/people/{cast.customer.id}/unsuspend").status_code == 303
    assert hers.get("/ask").status_code == 200
    assert kinds(database) == ["person_suspended", "person_unsuspended"]


def test_every_declared_setting_is_shown(operator: FlaskClient) -> None:
    text = operator.get("/admin/settings").text

    for name in DECLARED:
        assert f'name="{name}-value"' in text
        assert name.partition(".")[0] in GROUPS


def test_settings_are_shown_in_the_readers_words(operator: FlaskClient) -> None:
    page = operator.get("/admin/settings?lang=nl").text

    assert "Van 0 tot 0,5. Gewoonlijk: 0." in page
    assert "Een beheerder kiest</option>" in page
    assert all(f">{raw}<" not in page for raw in ("cases", "knowledge", "both", "sure", "replay", "by_hand"))


def test_a_number_is_changed_as_people_write_it(operator: FlaskClient, database: DatabaseSession) -> None:
    name = PROMOTION_REPLAY_MARGIN.name

    assert submit(operator, f"/admin/settings/{name}", **{f"{name}-value": "0,25"}).status_code == 303

    assert database.get_one(StoredSetting, name).value == "0.25"
    assert 'value="0,25"' in operator.get("/admin/settings?lang=nl").text


def test_a_setting_is_changed_and_put_back(operator: FlaskClient, cast: Cast, database: DatabaseSession) -> None:
    address = f"/admin/settings/{PAGE_SIZE.name}"

    assert submit(operator, address, **{f"{PAGE_SIZE.name}-value": "31"}).status_code == 303
    assert database.get_one(StoredSetting, PAGE_SIZE.name).value == "31"
    page = operator.get("/admin/settings").text
    assert 'value="31"' in page
    assert cast.operator.name in page
    assert submit(operator, f"{address}/reset").status_code == 303

    assert database.get(StoredSetting, PAGE_SIZE.name) is None
    assert kinds(database) == ["setting_changed", "setting_changed"]


@pytest.mark.parametrize("value", ["", "many", "4", "101", "1e9999", "25.5"])
def test_a_wrong_value_is_told_at_its_field(operator: FlaskClient, database: DatabaseSession, value: str) -> None:
    answer = submit(operator, f"/admin/settings/{PAGE_SIZE.name}", **{f"{PAGE_SIZE.name}-value": value})

    assert answer.status_code == 422
    assert f'id="{PAGE_SIZE.name}-value-error"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert "<title>Error: " in answer.text
    assert database.get(StoredSetting, PAGE_SIZE.name) is None


def test_an_unknown_setting_is_absent(operator: FlaskClient) -> None:
    assert submit(operator, "/admin/settings/no.such").status_code == 404
    assert submit(operator, "/admin/settings/no.such/reset").status_code == 404


@pytest.mark.parametrize("name", ["due", "dead"])
def test_the_outbox_is_paged_by_key(operator: FlaskClient, database: DatabaseSession, monkeypatch, name: str) -> None:
    monkeypatch.setattr(queries, "MOST_DELIVERIES", 2)
    for number in range(5):
        row, moment = dead(database, error=f"turn {number}."), clock.now() + timedelta(minutes=number // 2)
        row.due_at, row.dead_at = moment, moment if name == "dead" else None
    database.flush()  # read by the page

    seen: list[str] = []
    path = "/admin/outbox"
    while path:
        page = operator.get(path).text
        seen += re.findall(r"turn (\d)\.", page)
        more = re.search(rf'href="([^"]*{name}=[^"]+)"><span>More', page)
        path = html.unescape(more[1]) if more else ""

    assert "".join(seen) == ("01234" if name == "due" else "43210")
