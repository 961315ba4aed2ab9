"""Promises, points and details over HTTP: forms with their errors, presses, and who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.cases.due import break_promises
from app.cases.models.promises import CasePoint, Promise
from app.cases.queries.case_view import case_for
from app.cases.queries.timeline import timeline_of, told_once
from app.cases.services import disputing
from app.cases.wording import said, told
from app.db import db
from app.organisations.identify import actor_of
from app.privacy.models import DetailAsk, LookUp, PersonalDetail
from tests.cases import make
from tests.cases.make_promises import point, promise
from tests.cast import acting, sign_in, submit
from tests.organisations import make as organisations
from tests.privacy import make as privacy

LATER = "2026-03-04T12:00"


@pytest.fixture
def case(cast):
    return make.case(cast.customer, cast.waterworks, person=cast.agent, title="The bill of May is wrong")


def at(case, rest: str = "") -> str:
    return f"/cases/{case.public_id}{rest}"


def last(model):
    return db.session.scalars(select(model).order_by(model.id.desc()).execution_options(populate_existing=True)).first()


def test_agent_promises_and_moves_and_customer_agrees(client, cast, case):
    sign_in(client, cast.agent)
    assert "Promise this" in client.get(at(case, "/promises/new")).text
    for wrong in ({"words": ""}, {"due_at": ""}, {"due_at": "2020-01-01T10:00"}, {"kind": "dance"}):
        sent = {"kind": "call", "words": "Anna calls you.", "due_at": LATER, **wrong}
        refused = submit(client, at(case, "/promises/new"), **sent)
        assert (refused.status_code, "This did not work yet" in refused.text) == (422, True), wrong
    done = submit(client, at(case, "/promises/new"), kind="call", words="Anna calls you.", due_at=LATER)
    made = last(Promise)
    assert (done.status_code, made.words, made.due_at.isoformat()) == (
        303,
        "Anna calls you.",
        "2026-03-04T11:00:00+00:00",
    )

    submit(client, at(case, f"/promises/{made.id}/date"), due_at="2026-03-05T12:00", reason="I am ill.", how="ask")
    page = client.get(at(case)).text
    assert "Waits for the customer&#39;s yes." in page
    sign_in(client, cast.customer)
    page = client.get(at(case)).text
    assert "Anna Agent asks: is another date all right?" in page
    submit(client, at(case, f"/points/{last(CasePoint).id}/answer"), answer="agreed")

    made = last(Promise)
    assert (made.renegotiated, made.state, made.due_at.isoformat()) == (1, "open", "2026-03-05T11:00:00+00:00")
    assert "Another date was agreed" in client.get(at(case)).text


def test_date_changed_without_her_yes_is_broken_on_both_pages(client, cast, case):
    made = promise(case, cast.agent)
    sign_in(client, cast.agent)
    submit(client, at(case, f"/promises/{made.id}/date"), due_at="2026-03-09T12:00", reason="No time.", how="alone")

    for person in (cast.agent, cast.customer):
        sign_in(client, person)
        page = client.get(at(case)).text
        assert "Broken" in page
        assert "The date was changed without" in page


def test_done_and_no_longer_needed(client, cast, case):
    kept, spared = promise(case, cast.agent), promise(case, cast.agent)
    sign_in(client, cast.agent)
    assert submit(client, at(case, f"/promises/{kept.id}/kept")).status_code == 303
    assert submit(client, at(case, f"/promises/{kept.id}/kept")).status_code == 409
    sign_in(client, cast.customer)
    assert submit(client, at(case, f"/promises/{spared.id}/release")).status_code == 303

    db.session.expire_all()
    assert (kept.state, spared.state) == ("kept", "released")


def test_understanding_is_stated_corrected_and_confirmed(client, cast, case):
    sign_in(client, cast.agent)
    assert submit(client, at(case, "/understanding"), words=" ").status_code == 422
    submit(client, at(case, "/understanding"), words="The bill of April is too high.")
    sign_in(client, cast.customer)
    page = client.get(at(case)).text
    assert "Is this what you mean?" in page
    assert "Your turn" in page or "It is your turn" in page
    first = last(CasePoint)
    assert submit(client, at(case, f"/points/{first.id}/correct"), words="").status_code == 422
    submit(client, at(case, f"/points/{first.id}/correct"), words="The bill of May.")
    assert "The bill of May." in client.get(at(case)).text
    sign_in(client, cast.agent)
    submit(client, at(case, "/understanding"), words="The bill of May is too high.")
    sign_in(client, cast.customer)
    submit(client, at(case, f"/points/{last(CasePoint).id}/answer"), answer="confirmed")

    answers = db.session.scalars(select(CasePoint.answer).order_by(CasePoint.id)).all()
    assert answers == ["corrected", "confirmed"]
    db.session.expire_all()
    assert case.request.state == "with_helper"


def test_what_an_agency_understood_names_both_organisations(client, cast, case):
    organisations.engagement(cast.waterworks, cast.plumbers, "cases", by=cast.agent)
    case.holder_person_id = cast.partner.id
    through = {"acting_for_organisation_id": cast.waterworks.id, "through_organisation_id": cast.plumbers.id}
    disputing.state_understanding(actor_of(cast.partner, **through), case, words="The bill of May is too high.")
    sign_in(client, cast.customer)

    page = client.get(at(case)).text

    assert f"{cast.partner.name} ({cast.plumbers.name}), {cast.waterworks.name}" in page


def test_dispute_holds_the_whole_and_its_parts_and_ends_with_a_ground(client, cast, case):
    part = make.case(cast.customer, cast.plumbers, person=cast.partner, parent_id=case.id)
    detail = privacy.detail(
        cast.customer,
        "amount",
        "€ 120",
        help_request_id=case.id,
        confirmed_at=clock.now(),
        confirmed_by_id=cast.agent.id,
        confirmed_for_organisation_id=cast.waterworks.id,
    )
    sign_in(client, cast.customer)
    assert submit(client, at(case, "/dispute"), about="detail:8999999", words="No.").status_code == 422
    submit(client, at(case, "/dispute"), about=f"detail:{detail.id}", words="It was 20.")
    page = client.get(at(case)).text
    assert "Everything that is due stands still" in page
    assert "Anna Agent of Waterworks had said that it is right" in page
    sign_in(client, cast.partner)
    elsewhere = client.get(at(part)).text
    assert "Everything that is due stands still" in elsewhere
    assert "It was 20." not in elsewhere
    sign_in(client, cast.agent)
    held = last(CasePoint)
    assert submit(client, at(case, f"/points/{held.id}/end"), how="stands", ground=" ").status_code == 422
    submit(client, at(case, f"/points/{held.id}/end"), how="corrected", ground="You are right: it was 20.")

    for person, one in ((cast.customer, case), (cast.partner, part)):
        sign_in(client, person)
        assert "Everything that is due stands still" not in client.get(at(one)).text
    sign_in(client, cast.customer)
    assert "You are right: it was 20." in client.get(at(case)).text


@pytest.mark.commits
def test_details_are_asked_given_seen_as_granted_and_looking_is_written_down(client, cast, case):
    privacy.detail(cast.customer, "birth_date", "1985-04-27", help_request_id=case.id)
    sign_in(client, cast.agent)
    page = client.get(at(case)).text
    assert "1985-04-27" not in page
    assert "Known, but not for you to see. Ask the customer." in page
    assert submit(client, at(case, "/details/ask"), reason="").status_code == 422
    assert submit(client, at(case, "/details/ask"), kinds="birth_date").status_code == 422, "asked again without reason"
    submit(client, at(case, "/details/ask"), kinds=["licence_plate"], reason="To find your car.")
    ask = last(DetailAsk)
    sign_in(client, cast.customer)
    page = client.get(at(case)).text
    assert "1985-04-27" in page
    assert "Waterworks asks to see:" in page
    submit(client, f"/privacy/asks/{ask.id}", answer="yes", licence_plate="AB-123-C", next=at(case))
    assert db.session.scalars(select(LookUp)).all() == [], "her own details are no look-up"
    sign_in(client, cast.agent)
    page = client.get(at(case)).text

    assert ("AB-123-C" in page, "1985-04-27" in page) == (True, False)
    looked = last(LookUp)
    assert (looked.by_id, looked.kinds, looked.withheld) == (cast.agent.id, ["licence_plate"], ["birth_date"])
    assert "AB-123-C" not in submit(client, at(case, "/messages"), body=" ").text, "an error page shows no details"


def test_agent_writes_down_and_confirms_what_she_may_see(client, cast, case):
    hidden = privacy.detail(cast.customer, "birth_date", "1985-04-27", help_request_id=case.id)
    sign_in(client, cast.agent)
    assert submit(client, at(case, "/details/note"), kind="phone", value="call me").status_code == 422
    submit(client, at(case, "/details/note"), kind="phone", value="0612345678")
    noted = last(PersonalDetail)
    assert submit(client, at(case, f"/details/{hidden.id}/confirm")).status_code == 404
    submit(client, at(case, f"/details/{noted.id}/confirm"))

    sign_in(client, cast.customer)
    page = client.get(at(case)).text
    assert "Written down by Anna Agent" in page
    assert "Checked" in page


def test_page_takes_few_statements_however_much_there_is(client, cast, case, count_queries):
    for number in range(6):
        one = promise(case, cast.agent, words=f"Promise {number}")
        point(case, cast.agent, "date", promise_id=one.id, due_at=clock.now() + timedelta(days=9))
        point(case, cast.customer, "dispute", answer="stands", answer_words="So.", answered_at=clock.now())
        privacy.detail(cast.customer, "other", f"detail {number}", label=str(number), help_request_id=case.id)
        privacy.ask(cast.customer, cast.waterworks, cast.agent, case.id, kinds=["phone"])
        make.message(case, cast.agent)
    page = at(case)
    for person in (cast.customer, cast.agent):
        sign_in(client, person)
        with count_queries() as ran:
            assert client.get(page).status_code == 200
        assert ran.count <= 12, ran


def test_the_timeline_tells_what_was_meant_promised_and_disputed_once_each(client, cast, case, clock):
    sign_in(client, cast.agent)
    submit(client, at(case, "/understanding"), words="She wants to pay later.")
    sign_in(client, cast.customer)
    submit(client, at(case, f"/points/{last(CasePoint).id}/correct"), words="I want to know why it is so much.")
    sign_in(client, cast.agent)
    submit(client, at(case, "/promises/new"), kind="call", words="Anna calls you.", due_at=LATER)
    sign_in(client, cast.customer)
    submit(client, at(case, "/dispute"), about="amount", words="It is 84 euro too much.")
    sign_in(client, cast.agent)
    held_up = client.get(at(case)).text
    submit(client, at(case, f"/points/{last(CasePoint).id}/end"), how="corrected", ground="You get it back.")
    clock.shift(3 * 24 * 3600)
    break_promises()

    customer = acting(cast.customer)
    own = case_for(customer, case.public_id)

    assert [(told(each, own, customer), said(each)) for each in told_once(timeline_of(own))] == [
        ("Anna Agent, for Waterworks said what is asked", "She wants to pay later."),
        ("You said what it is instead", "I want to know why it is so much."),
        ("Anna Agent, for Waterworks promised something", "Anna calls you."),
        ("You said that something is not right", "It is 84 euro too much."),
        ("Anna Agent, for Waterworks put right what was disputed", "You get it back."),
        ("A promise was broken", "Anna calls you."),
    ]
    assert f'action="{at(case, "/ask-if-solved")}"' not in held_up
    assert f'action="{at(case, "/ask-if-solved")}"' in client.get(at(case)).text
