"""Promises, points, quotes and parts stand on the one timeline, to each reader what she may see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock as now_clock
from app.actor import SYSTEM
from app.cases import due
from app.cases.queries.case_view import case_view
from app.cases.queries.timeline import timeline_of, told_once
from app.cases.services import agreeing, bundling, disputing, moving, promising, quoting
from app.cases.services.opening import open_case
from app.cases.wording import said, told
from app.db import db
from tests.cases.make import composed
from tests.cases.test_bundling import Car
from tests.cases.test_quoting import offer
from tests.cast import acting, sign_in


def sentences(viewer, case) -> list[str]:
    db.session.flush()
    db.session.expire_all()
    found = case_view(viewer, case.id)
    entries = told_once(timeline_of(found))
    return [told(each, found, viewer) + (f" “{said(each)}”" if said(each) else "") for each in entries]


@pytest.fixture
def agent(cast):
    return acting(cast.agent, for_organisation=cast.waterworks)


def test_promises_points_and_agreements_stand_in_their_order_for_both_sides(cast, agent, clock, client, count_queries):
    customer = acting(cast.customer)
    case = open_case(customer, title="The bill of May", text=composed(), organisation_id=cast.waterworks.id)
    point = disputing.state_understanding(agent, case, words="The bill is too high.")
    disputing.confirm_understanding(customer, case, point.id)

    def promised(words: str):
        later = now_clock.now() + timedelta(hours=2)
        return promising.make_promise(agent, case, kind="call", words=words, due_at=later)

    kept, moved, alone, broken = (promised(words) for words in ("A call.", "A visit.", "A letter.", "The money."))
    promising.keep_promise(agent, case, kept.id)
    later = now_clock.now() + timedelta(days=1)
    asked = promising.propose_date(agent, case, moved.id, due_at=later, reason="I am ill.")
    promising.answer_date(customer, case, asked.id, is_agreed=True)
    promising.move_alone(agent, case, alone.id, due_at=later, reason="No paper.")
    clock.shift(3 * 3600)
    db.session.commit()
    due.break_promises()
    promising.keep_promise(agent, case, broken.id)
    dispute = disputing.dispute(customer, case, about="amount", words="It was 20.")
    disputing.end_dispute(agent, case, dispute.id, is_corrected=True, ground="You are right.")
    quoting.decline_quote(customer, case, quoting.make_quote(agent, case, offer(title="The dear way")))
    agreeing.accept_quote(customer, case, quoting.make_quote(agent, case, offer(title="The cheap way")))
    agreeing.accept_quote(customer, case, quoting.make_quote(agent, case, offer(title="The long way")))

    seen = [each for each in sentences(agent, case) if "“" in each]
    assert seen == [
        "You said what is asked “The bill is too high.”",
        "You promised something “A call.”",
        "You promised something “A visit.”",
        "You promised something “A letter.”",
        "You promised something “The money.”",
        "You did what was promised “A call.”",
        "You proposed another date for a promise “I am ill.”",
        "Another date was agreed for a promise “A visit.”",
        "You set another date for a promise without asking “A letter.”",
        "A promise was broken “A letter.”",
        "A promise was broken “The money.”",
        "You did what was promised, but too late “The money.”",
        "Carla Customer said that something is not right “It was 20.”",
        "You put right what was disputed “You are right.”",
        "You sent a quote “The dear way”",
        "Carla Customer said no to a quote “The dear way”",
        "You sent a quote “The cheap way”",
        "Carla Customer accepted a quote: it is agreed “The cheap way”",
        "You sent a quote “The long way”",
        "Carla Customer accepted a quote in the place of what was agreed before “The long way”",
    ]
    assert len(sentences(customer, case)) == len(sentences(agent, case)), "nothing of it is inside"
    here = f"/cases/{case.public_id}"
    db.session.commit()
    for person in (cast.customer, cast.agent):
        sign_in(client, person)
        client.get("/")
        with count_queries() as ran:
            page = client.get(here)
        assert ran.count <= 12, ran
        assert "A promise was broken" in page.text
        assert "By when:" in page.text


def test_parts_stand_on_the_line_of_the_whole_and_on_no_other(cast):
    car = Car(cast)
    customer, whole = acting(cast.customer), car.ask()
    first = car.case_of(car.parts(whole)[0])
    agent = car.work(first)
    promising.make_promise(
        agent, first, kind="call", words="Canary promise.", due_at=now_clock.now() + timedelta(hours=2)
    )
    quoting.make_quote(agent, first, offer(title="Canary quote"))
    moving.move(agent, first, "closed", reason="Canary reason.")
    bundling.settle_case(SYSTEM, first.id)
    second = bundling.ask_provider(customer, whole, car.parts(whole)[0].id, car.second)
    moving.move(customer, second, "solved")
    bundling.settle_case(SYSTEM, second.id)
    bundling.drop_part(customer, whole, car.parts(whole)[2].id)

    told_here = [
        "Insurer was asked for a part “Car insurance”",
        "A part was refused “Car insurance”",
        "Second insurer was asked for a part “Cheaper car insurance”",
        "A part is done “Car insurance”",
        "Waterworks was asked for a part “Road tax for your car”",
    ]
    holder = acting(cast.partner, for_organisation=cast.plumbers)
    for viewer in (customer, holder):
        assert [each for each in sentences(viewer, whole) if "part" in each][:-1] == told_here
        assert "arranges a part without them “Parking permit”" in sentences(viewer, whole)[-1]
    assert "anary" not in "".join(sentences(holder, whole))
    own = sentences(agent, first)
    assert [each for each in own if "Canary" in each]
    tax = car.case_of(car.parts(whole)[1])
    elsewhere = "".join(sentences(car.work(tax), tax))
    assert "part" not in elsewhere
    assert "anary" not in elsewhere
