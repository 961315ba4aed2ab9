"""Work begins when the customer confirmed what she asks, and the pages say so."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from app import clock as samen_clock
from app.cases import jobs
from app.cases.queries.case_view import case_view
from app.cases.queries.status import status_of
from app.cases.services import claiming, detailing, disputing, handing_over, moving, promising, quoting, talking
from app.cases.services.opening import open_case
from app.cases.settings import SILENCE_DAYS
from app.cases.states import WAITS_FOR_HER_YES, Act, may_begin
from app.db import db
from app.errors import Invalid, NotAllowed
from tests.cases import make
from tests.cases.make import composed
from tests.cases.test_quoting import offer
from tests.cast import acting, sign_in
from tests.marketplace import make as market


@pytest.fixture
def agent(cast):
    return acting(cast.agent, for_organisation=cast.waterworks)


@pytest.fixture
def case(cast):
    return open_case(
        acting(cast.customer), title="The bill of May", text=composed(), organisation_id=cast.waterworks.id
    )


def work(agent, case):
    """Return each thing that is work, as something to try."""
    due_at = samen_clock.now() + timedelta(days=9)
    return {
        "promise": lambda: promising.make_promise(agent, case, kind="call", words="I call you.", due_at=due_at),
        "quote": lambda: quoting.make_quote(agent, case, offer()),
        "ask_if_solved": lambda: moving.ask_if_solved(agent, case),
    }


def test_what_is_work_waits_for_a_yes_and_nothing_else_does(cast, agent, case):
    other = {
        "take_on": lambda: claiming.claim(agent, case),
        "write": lambda: talking.post_message(agent, case, text=composed("Which month?")),
        "note": lambda: talking.post_message(agent, case, text=composed("She called."), is_note=True),
        "ask_details": lambda: detailing.ask_details(agent, case, kinds={"address"}, reason=""),
        "hand_over": lambda: handing_over.offer_handover(
            agent, case, to_organisation_id=cast.energy.id, reason="Your pipe."
        ),
        "restate": lambda: disputing.state_understanding(agent, case, words="The bill of May is too high."),
        "refuse": lambda: moving.move(agent, case, "closed", reason="We have no such meters."),
    }
    tries = work(agent, case)
    assert set(tries) | set(other) == set(WAITS_FOR_HER_YES) == set(get_args(Act))
    assert {each for each, waits in WAITS_FOR_HER_YES.items() if waits} == set(tries)

    for each in tries.values():
        with pytest.raises(NotAllowed, match="not_confirmed"):
            each()
    for each in other.values():
        each()

    assert case.state == "closed"


@pytest.mark.parametrize("answer", ["confirmed", "corrected", "silent", "said", "service"])
def test_work_begins_with_a_yes_her_own_words_her_silence_or_a_service_she_chose(cast, agent, case, clock, answer):
    customer = acting(cast.customer)
    if answer == "service":
        service = market.service(cast.waterworks, "Leak search")
        case = open_case(customer, title="A leak somewhere", text=composed(), service=service)
    elif answer == "said":
        case = open_case(agent, title="A leak somewhere", text=composed(), for_person=cast.customer, channel="phone")
        disputing.state_understanding(agent, case, words="There is a leak.", is_confirmed=True)
        assert case.state == "with_helper"
    else:
        point = disputing.state_understanding(agent, case, words="The bill of May is too high.")
        assert case.state == "waiting"
        assert not may_begin("promise", work_from=case.work_from, now=samen_clock.now())
        if answer == "silent":
            clock.shift(SILENCE_DAYS.value * 86_400 - 60)
            jobs.go_on_after_silence()
            assert case.state == "waiting"
            clock.shift(120)
            jobs.go_on_after_silence()
        elif answer == "confirmed":
            disputing.confirm_understanding(customer, case, point.id)
        else:
            disputing.correct_understanding(customer, case, point.id, words="I mean that of June.")
        assert case.state == "received"
    claiming.claim(agent, case)
    db.session.flush()
    assert status_of(case_view(agent, case.id), now=samen_clock.now()).why == "solve"

    for each in work(agent, case).values():
        each()


def test_a_yes_is_noted_only_for_who_was_on_another_channel(agent, case):
    with pytest.raises(Invalid) as refused:
        disputing.state_understanding(agent, case, words="There is a leak.", is_confirmed=True)
    assert refused.value.field == "is_confirmed"


def test_a_case_that_waits_for_something_else_meanwhile_goes_on_waiting(cast, agent, case, clock):
    disputing.state_understanding(agent, case, words="The bill of May is too high.")
    clock.shift(SILENCE_DAYS.value * 86_400 + 60)
    jobs.go_on_after_silence()
    assert case.state == "received"
    moving.move(agent, case, "waiting", reason="A photo of the meter")

    jobs.go_on_after_silence()

    assert case.state == "waiting"


def test_pages_say_what_has_to_happen_first(client, cast, agent):
    made = make.case(cast.customer, cast.waterworks, person=cast.agent, work_from=None)
    here = f"/cases/{made.public_id}"
    sign_in(client, cast.agent, for_organisation=cast.waterworks)

    page = client.get(here).text
    assert "First: is this what the customer asks?" in page
    assert "Ask whether it is solved" not in page
    assert "Promise something" not in page
    assert "/quotes/new" not in page
    for path in ("/promises/new", "/quotes/new"):
        answer = client.get(here + path)
        assert answer.status_code == 403
        assert "The customer has not confirmed yet what she asks." in answer.text
    disputing.state_understanding(agent, made, words="The bill of May is too high.")
    db.session.flush()
    page = client.get(here).text
    assert "If she says nothing, you may begin on:" in page
    sign_in(client, cast.customer)
    page = client.get(here).text
    assert "They begin when you say yes." in page
    assert "Yes, that is it" in page


def test_rules_without_a_database():
    now = samen_clock.now()
    assert not may_begin("quote", work_from=None, now=now)
    assert not may_begin("quote", work_from=now + timedelta(seconds=1), now=now)
    assert may_begin("quote", work_from=now, now=now)
    assert may_begin("write", work_from=None, now=now)
