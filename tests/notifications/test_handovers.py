"""Who is asked to take a case on hears of it, and who gave it away hears that somebody has it; no more than that."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.cases.services import handing_over, talking
from app.db import db
from app.notifications.models import Notice, NoticeItem
from tests.accounts import make as accounts
from tests.cases import make
from tests.cases.make import composed
from tests.cast import acting, sign_in, submit
from tests.notifications.make import delivered
from tests.organisations import make as organisations


@pytest.fixture
def case(cast):
    return make.case(cast.customer, cast.waterworks, person=cast.agent, title="The canary bill of May")


def told(person) -> list[tuple[str, str]]:
    delivered()
    items = select(NoticeItem.kind, NoticeItem.reason).join(Notice, Notice.id == NoticeItem.notice_id)
    rows = db.session.execute(items.where(Notice.person_id == person.id).order_by(NoticeItem.id))
    return [(kind, reason) for kind, reason in rows]


def offered(cast, case, **to):
    agent = acting(cast.agent, for_organisation=cast.waterworks)
    wanted = {"to_organisation_id": cast.energy.id, **to}
    made = handing_over.offer_handover(agent, case, reason="It is your network.", **wanted)
    delivered()
    return made


def test_receiver_hears_of_it_without_a_word_of_the_case_and_the_giver_that_it_is_taken(client, cast, case):
    colleague = accounts.person("Cleo Colleague")
    organisations.membership(colleague, cast.energy)
    handover = offered(cast, case)

    for person in (cast.rival, colleague):
        assert told(person) == [("case_offered", "offered_case")]
        sign_in(client, person)
        page = client.get("/notifications").text
        assert "Anna Agent asks you to take a case on" in page
        assert "/handovers" in page
        assert "canary" not in page
        assert case.public_id not in page
    assert told(cast.partner) == []
    request_id, item = case.id, db.session.scalar(select(NoticeItem.id).where(NoticeItem.person_id == colleague.id))
    assert submit(client, f"/notifications/{request_id}/read", upto=str(item)).status_code == 303

    handing_over.accept_handover(acting(cast.rival, for_organisation=cast.energy), handover)
    assert told(cast.agent) == [("case_handed", "had_case")]
    assert told(cast.customer) == [("case_handed", "own_case")]
    talking.post_message(acting(cast.customer), case, text=composed("And now the canary?"))
    assert told(cast.agent) == [("case_handed", "had_case")], "what follows is not for who had it"
    sign_in(client, cast.agent)
    page = client.get("/notifications").text
    assert "A case that was handed over" in page
    assert "goes on with this case now" in page
    assert "canary" not in page
    sign_in(client, cast.rival)
    assert "The canary bill of May" in client.get("/notifications").text


def test_who_is_asked_by_name_hears_alone_and_a_refusal_reaches_the_giver(client, cast, case):
    colleague, other = accounts.person("Cleo Colleague"), accounts.person("Olga Other")
    for person in (colleague, other):
        organisations.membership(person, cast.waterworks)
    handover = offered(cast, case, to_organisation_id=cast.waterworks.id, to_person_id=colleague.id)
    assert told(colleague) == [("case_offered", "offered_case")]
    assert told(other) == []
    handing_over.refuse_handover(acting(colleague, for_organisation=cast.waterworks), handover, reason="No time.")
    assert told(cast.agent) == [("case_refused", "helps_case")]


def test_what_was_refused_or_taken_back_leaves_no_notice(client, cast, case):
    handover = offered(cast, case)
    handing_over.withdraw_handover(acting(cast.agent, for_organisation=cast.waterworks), handover)
    db.session.commit()
    sign_in(client, cast.rival)

    assert "take a case on" not in client.get("/notifications").text
    again = offered(cast, case, to_organisation_id=cast.plumbers.id)
    assert told(cast.partner) == [("case_offered", "offered_case")]
    handing_over.refuse_handover(acting(cast.partner, for_organisation=cast.plumbers), again, reason="Not ours.")
    assert told(cast.agent) == [("case_refused", "helps_case")]
    request_id = case.id
    db.session.commit()
    assert submit(client, f"/notifications/{request_id}/read", upto="1").status_code == 404
