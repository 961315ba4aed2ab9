"""Time alone: promises break and clocks run out without any page being opened, and both sides are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock as now_clock
from app.cases import due, jobs
from app.cases.models.clocks import CaseClock
from app.cases.models.promises import Promise
from app.cases.services import disputing, promising
from app.cases.services.moving import ask_if_solved, move
from app.cases.services.opening import open_case
from app.cases.services.talking import post_message
from app.db import db
from app.errors import Conflict
from app.notifications.models import Notice, NoticeItem
from app.outbox.models import DomainEvent
from app.wiring import SCHEDULE
from tests.accounts import make as accounts
from tests.cases.make import composed
from tests.cast import acting, sign_in, submit
from tests.notifications.make import delivered
from tests.organisations import make as organisations


@pytest.fixture
def case(cast):
    """A case at the waterworks, taken on by its agent; work on it has begun."""
    made = open_case(
        acting(cast.customer), title="The bill of May", text=composed(), organisation_id=cast.waterworks.id
    )
    post_message(acting(cast.agent, for_organisation=cast.waterworks), made, text=composed("I look at it."))
    made.work_from = made.held_since  # it is known what is asked
    delivered()
    return made


def told(person) -> list[str]:
    delivered()
    kinds = select(NoticeItem.kind).join(Notice, Notice.id == NoticeItem.notice_id).where(Notice.person_id == person.id)
    return list(db.session.scalars(kinds.order_by(NoticeItem.id)))


def facts(kind: str) -> int:
    return len(db.session.scalars(select(DomainEvent.id).where(DomainEvent.kind == kind)).all())


def test_jobs_run_often_enough_for_a_minute():
    often = {job.name: job.every_s for job in SCHEDULE}

    assert often["cases.break_promises"] <= 30
    assert often["cases.watch_clocks"] <= 30


def test_promise_past_due_is_broken_by_the_job_and_both_sides_are_told(cast, case, clock, client):
    agent = acting(cast.agent, for_organisation=cast.waterworks)
    later = now_clock.now() + timedelta(hours=2)
    made = promising.make_promise(agent, case, kind="call", words="I call you.", due_at=later)
    delivered()
    due.break_promises()
    assert db.session.get_one(Promise, made.id, populate_existing=True).state == "open"

    clock.shift(2 * 3600 + 30)
    due.break_promises()
    due.break_promises()

    assert db.session.get_one(Promise, made.id, populate_existing=True).state == "broken"
    assert facts("promise_broken") == 1
    assert told(cast.customer).count("promise_broken") == 1
    assert told(cast.agent).count("promise_broken") == 1
    assert told(cast.rival) == []
    for person in (cast.customer, cast.agent):
        sign_in(client, person)
        page = client.get("/notifications").text
        assert "A promise in this case was broken" in page
        assert f"/cases/{case.public_id}" in page


def test_news_that_does_not_come_raises_an_alert(cast, case, clock):
    clock.shift(24 * 3600 + 30)
    due.watch_clocks()
    due.watch_clocks()

    assert told(cast.customer).count("news_missed") == 1
    assert told(cast.agent).count("news_missed") == 1
    post_message(acting(cast.agent, for_organisation=cast.waterworks), case, text=composed("Sorry. Here is news."))
    row = db.session.get_one(CaseClock, (case.id, "next_update"), populate_existing=True)
    assert (row.breached_at, row.due_at) == (None, now_clock.now() + timedelta(hours=24))
    clock.shift(25 * 3600)
    due.watch_clocks()
    assert told(cast.customer).count("news_missed") == 2, "the next one is news again"


def test_who_helps_is_warned_before_and_told_after(cast, clock):
    made = open_case(
        acting(cast.customer), title="There is no water", text=composed(), organisation_id=cast.waterworks.id
    )
    delivered()
    row = db.session.get_one(CaseClock, (made.id, "first_response"), populate_existing=True)
    assert (row.due_at, row.warn_at) == (
        now_clock.now() + timedelta(minutes=240),
        now_clock.now() + timedelta(minutes=180),
    )

    clock.shift(179 * 60)
    due.watch_clocks()
    assert "clock_soon" not in told(cast.agent)
    clock.shift(60)
    due.watch_clocks()
    assert told(cast.agent).count("clock_soon") == 1
    clock.shift(61 * 60)
    due.watch_clocks()

    assert told(cast.agent).count("clock_over") == 1
    assert told(cast.customer) == [], "that is between colleagues; what she sees is the clock itself"
    row = db.session.get_one(CaseClock, (made.id, "first_response"), populate_existing=True)
    assert row.breached_at == row.due_at


def test_silence_and_closing_wait_while_something_is_disputed(cast, case, clock):
    agent, customer = acting(cast.agent, for_organisation=cast.waterworks), acting(cast.customer)
    ask_if_solved(agent, case)
    held = disputing.dispute(customer, case, about="amount", words="It was 20.")
    delivered()
    for _turn in range(3):
        clock.shift(6 * 86_400)
        jobs.go_on_after_silence()
    with pytest.raises(Conflict) as refused:
        move(agent, case, "closed", reason="Nobody answers.")
    assert refused.value.code == "on_hold"
    disputing.end_dispute(agent, case, held.id, is_corrected=True, ground="You are right.")
    delivered()
    for _turn in range(3):
        clock.shift(6 * 86_400)
        jobs.go_on_after_silence()

    db.session.expire_all()
    assert case.request.state == "solved"


def test_next_news_follows_the_times_of_the_organisation(client, cast):
    owner = accounts.person("Ada Owner")
    organisations.membership(owner, cast.waterworks, role="owner")
    sign_in(client, cast.agent, for_organisation=cast.waterworks)
    assert client.get("/cases/times").status_code == 403
    sign_in(client, owner, for_organisation=cast.waterworks)
    minutes = {"first_response_minutes": "30", "next_update_minutes": "90", "solution_minutes": "600"}
    assert 'value="240"' in client.get("/cases/times").text
    assert submit(client, "/cases/times", **minutes, warn_minutes="-1").status_code == 422
    assert submit(client, "/cases/times", **{**minutes, "solution_minutes": ""}, warn_minutes="5").status_code == 422
    assert submit(client, "/cases/times", **minutes, warn_minutes="5").status_code == 303

    customer = acting(cast.customer)
    made = open_case(customer, title="There is no water", text=composed(), organisation_id=cast.waterworks.id)

    now = now_clock.now()
    assert made.request.next_update_at == now + timedelta(minutes=90)
    rows = db.session.scalars(select(CaseClock).where(CaseClock.help_request_id == made.id)).all()
    assert {row.kind: row.due_at - now for row in rows} == {
        "first_response": timedelta(minutes=30),
        "next_update": timedelta(minutes=90),
        "solution": timedelta(minutes=600),
    }
    assert {row.due_at - row.warn_at for row in rows} == {timedelta(minutes=5)}
