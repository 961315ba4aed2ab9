"""The pages of cases over HTTP: from asking to closing, on both sides."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.accounts.models import MailProof, Person
from app.cases.models.cases import Case, CaseCause
from app.cases.models.holding import Handover
from app.community.models.posts import Question
from app.db import db
from tests.accounts import make as accounts
from tests.cases import make
from tests.cast import Cast, sign_in, submit
from tests.community import make as community
from tests.organisations import make as organisations


@pytest.fixture
def case(cast: Cast) -> Case:
    return make.case(cast.customer, cast.waterworks, title="My bill of May is wrong")


def path(case: Case, step: str = "") -> str:
    return f"/cases/{case.public_id}" + (f"/{step}" if step else "")


def state(case: Case) -> str:
    db.session.expire_all()
    return case.state


def test_a_case_goes_from_received_to_closed(client, cast: Cast, case: Case) -> None:
    cause = make.cause(cast.waterworks, "Meter reading")
    sign_in(client, cast.agent)
    assert submit(client, path(case, "claim")).status_code == 303
    assert state(case) == "with_helper"
    assert submit(client, path(case, "wait"), wait_reason="Which month is it?").status_code == 303
    assert state(case) == "waiting"

    sign_in(client, cast.customer)
    assert "Which month is it?" in client.get(path(case)).text
    assert submit(client, path(case, "messages"), body="It is May.").status_code == 303
    assert state(case) == "with_helper"

    sign_in(client, cast.agent)
    assert submit(client, path(case, "ask-if-solved")).status_code == 303
    sign_in(client, cast.customer)
    assert "Is it solved?" in client.get(path(case)).text
    assert submit(client, path(case, "not-solved")).status_code == 303
    assert state(case) == "with_helper"
    assert submit(client, path(case, "solved")).status_code == 303
    assert state(case) == "solved"

    sign_in(client, cast.agent)
    assert submit(client, path(case, "close")).status_code == 422  # a cause is on the list, and none was chosen
    assert submit(client, path(case, "close"), cause=cause.id).status_code == 303
    assert (state(case), case.cause_id) == ("closed", cause.id)


def test_a_closed_case_opens_again_for_fourteen_days(client, cast: Cast, case: Case, clock) -> None:
    sign_in(client, cast.customer)
    submit(client, path(case, "close"))

    assert submit(client, path(case, "reopen"), reason="It leaks again.").status_code == 303
    assert state(case) == "received"
    submit(client, path(case, "solved"))
    clock.shift(14 * 86_400 + 1)
    sign_in(client, cast.customer)
    late = submit(client, path(case, "reopen"))

    assert late.status_code == 403
    assert "too long ago" in late.text


def test_a_note_is_not_for_the_customer(client, cast: Cast, case: Case) -> None:
    sign_in(client, cast.agent)
    submit(client, path(case, "notes"), note="She was rude on the telephone.")

    assert "She was rude" in client.get(path(case)).text
    sign_in(client, cast.customer)
    for page in (path(case), path(case, "print"), "/cases"):
        assert "She was rude" not in client.get(page).text
    assert submit(client, path(case, "notes"), note="Me too.").status_code == 403


def test_a_handover_is_asked_answered_and_told(client, cast: Cast, case: Case) -> None:
    sign_in(client, cast.agent)
    page = client.get(path(case, "hand-over"))
    assert cast.energy.name in page.text
    asked = {"receiver": f"organisation:{cast.energy.id}", "handover_reason": "It is your cable."}
    assert submit(client, path(case, "hand-over"), **asked).status_code == 303
    assert submit(client, path(case, "hand-over"), **asked).status_code == 409  # one at a time

    sign_in(client, cast.rival)
    waiting = client.get("/handovers").text
    assert "It is your cable." in waiting
    assert case.title not in waiting
    handover = db.session.scalars(sa.select(Handover)).one()
    assert submit(client, f"/handovers/{handover.id}/refuse").status_code == 422
    assert submit(client, f"/handovers/{handover.id}/refuse", reason="Not our street.").status_code == 303
    sign_in(client, cast.agent)
    assert "Not our street." in client.get(path(case)).text
    submit(client, path(case, "hand-over"), **asked)
    second = db.session.scalars(sa.select(Handover).where(Handover.state == "pending")).one()
    sign_in(client, cast.rival)
    assert submit(client, f"/handovers/{second.id}/accept").status_code == 303
    db.session.expire_all()
    assert (case.holder_organisation_id, case.holder_person_id) == (cast.energy.id, cast.rival.id)
    sign_in(client, cast.agent)
    assert client.get(path(case)).status_code == 404  # the last of it was seen
    sign_in(client, cast.customer)
    assert cast.energy.name in client.get(path(case)).text


def test_after_two_refusals_the_front_desk_decides(client, cast: Cast, case: Case, front_desk_agent) -> None:
    for _turn in range(2):
        sign_in(client, cast.agent)
        submit(client, path(case, "hand-over"), receiver=f"organisation:{cast.energy.id}", handover_reason="Yours.")
        waits = db.session.scalars(sa.select(Handover).where(Handover.state == "pending")).one()
        sign_in(client, cast.rival)
        submit(client, f"/handovers/{waits.id}/refuse", reason="Not ours.")

    sign_in(client, db.session.get_one(Person, front_desk_agent.person_id))
    assert client.get(path(case, "assign")).status_code == 200
    decided = submit(client, path(case, "assign"), organisation=cast.energy.id, assign_reason="It is your cable.")

    assert decided.status_code == 303
    db.session.expire_all()
    assert (case.holder_organisation_id, case.holder_person_id, case.arbiter_since) == (cast.energy.id, None, None)


def test_a_handover_back_to_where_it_came_from_goes_to_the_front_desk(client, cast: Cast, case: Case) -> None:
    make.handover(case, cast.energy, cast.agent, state="accepted", answered_at=case.held_since)
    case.holder_organisation_id = cast.energy.id
    sign_in(client, cast.rival)

    submit(client, path(case, "hand-over"), receiver=f"organisation:{cast.waterworks.id}", handover_reason="Yours.")

    db.session.expire_all()
    assert case.arbiter_reason == "back_and_forth"
    assert case.holder_organisation_id == cast.energy.id


def test_two_cases_of_one_customer_become_one(client, cast: Cast, case: Case) -> None:
    other = make.case(cast.customer, cast.waterworks, title="Bill of May, by telephone")
    sign_in(client, cast.agent)
    submit(client, path(other, "messages"), body="You called us this morning.")
    assert other.title in client.get(path(case, "merge")).text

    merged = submit(client, path(other, "merge"), into=case.public_id)

    assert merged.status_code == 303
    assert state(other) == "duplicate"
    assert "You called us this morning." in client.get(path(case)).text
    assert client.get(path(other)).status_code == 301


def test_an_agent_enters_a_case_for_a_guest_who_gets_a_letter(client, cast: Cast) -> None:
    sign_in(client, cast.agent, for_organisation=cast.waterworks)
    sent = {
        "email": "gerda@example.org",
        "name": "Gerda Guest",
        "channel": "phone",
        "title": "No water since this morning",
        "body": "She called: there is no water in the whole street.",
    }

    assert submit(client, "/cases/enter", **{**sent, "email": "no address"}).status_code == 422
    assert submit(client, "/cases/enter", **sent).status_code == 303

    made = db.session.scalars(sa.select(Case)).one()
    guest = made.request.asker
    assert (guest.name, guest.can_sign_in, made.request.channel) == ("Gerda Guest", False, "phone")
    assert db.session.scalars(sa.select(MailProof.purpose).where(MailProof.person_id == guest.id)).one() == "hand_over"
    assert client.get(f"/people/{guest.handle}").status_code == 404
    submit(client, "/cases/enter", **sent)
    assert len({one.request.asker_id for one in db.session.scalars(sa.select(Case))}) == 1


def test_who_leads_an_organisation_keeps_its_list_of_causes(client, cast: Cast) -> None:
    sign_in(client, cast.partner, for_organisation=cast.plumbers)

    assert submit(client, "/cases/causes", name="  ").status_code == 422
    assert submit(client, "/cases/causes", name="Leaking tap").status_code == 303
    assert "Leaking tap" in client.get("/cases/causes").text
    cause = db.session.scalars(sa.select(CaseCause)).one()
    submit(client, f"/cases/causes/{cause.id}/end")

    assert "Leaking tap" not in client.get("/cases/causes").text
    sign_in(client, cast.agent, for_organisation=cast.waterworks)
    assert client.get("/cases/causes").status_code == 403


def test_what_an_organisation_has_is_listed(client, cast: Cast, case: Case, count_queries) -> None:
    for _number in range(40):
        make.case(cast.customer, cast.waterworks, person=cast.agent)
    sign_in(client, cast.agent)

    for page in ("/cases/held", "/cases/held?over=1", "/handovers", path(case)):
        with count_queries() as ran:
            assert client.get(page).status_code == 200
        assert ran.count <= 12, ran


def test_who_is_asked_by_name_is_asked_alone(client, cast: Cast) -> None:
    colleague = accounts.person("Bea Busy")
    organisations.membership(colleague, cast.plumbers)
    asked = make.case(cast.customer, cast.waterworks, person=cast.agent)
    make.handover(asked, cast.plumbers, cast.agent, to_person_id=colleague.id, reason="For Bea alone.")

    for person, sees in ((colleague, True), (cast.partner, False)):
        sign_in(client, person, for_organisation=cast.plumbers)
        assert ("For Bea alone." in client.get("/handovers").text) is sees


def asking(**more: str) -> dict[str, str]:
    shelf = community.category()
    return {
        "title": "My bill of May is twice as high",
        "body": "My contract is 12345 and the bill is wrong.",
        "category": str(shelf.id),
        "audience": "case",
        **more,
    }


def test_a_question_with_personal_details_is_asked_in_private(client, cast: Cast) -> None:
    sign_in(client, cast.customer)
    page = client.get(f"/ask?private=1&organisation={cast.waterworks.id}").text
    assert f'<option selected value="{cast.waterworks.id}">' in page

    sent = submit(client, "/ask", **asking(organisation=str(cast.waterworks.id)))

    made = db.session.scalars(sa.select(Case)).one()
    assert sent.location.endswith(f"/cases/{made.public_id}")
    assert made.holder_organisation_id == cast.waterworks.id
    assert db.session.scalars(sa.select(Question)).all() == []
    assert submit(client, "/ask", **asking(organisation="8999999")).status_code == 422


def test_a_public_question_that_gets_personal_goes_on_in_private(client, cast: Cast) -> None:
    question = community.question(cast.customer, title="Why is my bill so high?")
    other = community.question(cast.outsider)
    sign_in(client, cast.customer)
    assert "Go on in private" in client.get(client.get(f"/q/{question.id}").location).text

    submit(client, "/ask", **asking(question=str(question.id)))
    foreign = submit(client, "/ask", **asking(question=str(other.id)))

    made = db.session.scalars(sa.select(Case)).one()
    assert foreign.status_code == 403
    assert made.question_id == question.id
    address = f"/cases/{made.public_id}"
    assert f'href="/q/{question.id}' in client.get(address).text
    assert address in client.get(client.get(f"/q/{question.id}").location).text
    sign_in(client, cast.agent)  # the case is the front desk's
    assert address not in client.get(client.get(f"/q/{question.id}").location).text


def test_a_moderator_opens_a_case_for_who_asked_and_does_not_see_it(client, cast: Cast) -> None:
    question = community.question(cast.customer, title="Why is my bill so high?")
    sign_in(client, cast.moderator)

    sent = submit(client, "/ask", **asking(question=str(question.id)))

    made = db.session.scalars(sa.select(Case)).one()
    assert sent.location.startswith(f"/q/{question.id}")
    assert (made.asker_id, made.request.entered_by_id) == (cast.customer.id, cast.moderator.id)
    assert client.get(f"/cases/{made.public_id}").status_code == 404
