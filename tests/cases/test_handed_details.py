"""At a handover the customer is asked whether the receiver may see what it needs; before her yes it sees nothing."""

from __future__ import annotations

from sqlalchemy import select

from app.cases.queries.case_view import case_view
from app.cases.queries.details import details_for
from app.cases.services import deciding, detailing, handing_over
from app.db import db
from app.notifications.models import Notice, NoticeItem
from app.outbox.models import DomainEvent
from app.privacy.models import DetailAsk
from app.privacy.services import asking
from tests.cases import make
from tests.cast import acting, sign_in
from tests.notifications.make import delivered
from tests.privacy import make as privacy


def asks_in(case) -> list[tuple[int, list[str], bool, str | None]]:
    rows = select(DetailAsk).where(DetailAsk.help_request_id == case.id).order_by(DetailAsk.id)
    return [
        (each.organisation_id, each.kinds, each.is_again, each.answer)
        for each in db.session.scalars(rows.execution_options(populate_existing=True))
    ]


def handed(cast, case, to, by):
    agent = acting(cast.agent, for_organisation=cast.waterworks)
    handover = handing_over.offer_handover(agent, case, to_organisation_id=to.id, reason="It is your network.")
    handing_over.accept_handover(by, handover)
    db.session.flush()


def test_receiver_asks_by_itself_once_and_sees_nothing_before_the_yes(client, cast):
    case = make.case(cast.customer, cast.waterworks, person=cast.agent)
    for kind, value in (("licence_plate", "AB-123-C"), ("address", "Canary street 1"), ("birth_date", "1985-04-27")):
        privacy.detail(cast.customer, kind, value, help_request_id=case.id)
    privacy.grant(cast.customer, cast.waterworks, "licence_plate", "address", help_request_id=case.id)
    privacy.grant(cast.customer, cast.energy, "address")
    agent, rival = (
        acting(cast.agent, for_organisation=cast.waterworks),
        acting(cast.rival, for_organisation=cast.energy),
    )
    detailing.ask_details(agent, case, kinds={"contract_number"}, reason="")

    handed(cast, case, cast.energy, rival)

    needed = ["contract_number", "licence_plate"]
    assert asks_in(case) == [
        (cast.waterworks.id, ["contract_number"], False, "withdrawn"),
        (cast.energy.id, needed, True, None),
    ]
    facts = db.session.scalars(select(DomainEvent.payload).where(DomainEvent.kind == "details_asked")).all()
    assert [fact["again"] for fact in facts] == [False, True]
    assert [each.kind for each in details_for(rival, case_view(rival, case.id)).shown] == ["address"]
    sign_in(client, cast.customer)
    for _view in range(2):
        page = client.get(f"/cases/{case.public_id}").text
        assert "What you gave before was not passed on: may they see it?" in page
    assert len(asks_in(case)) == 2
    delivered()
    kinds = select(NoticeItem.kind).join(Notice, Notice.id == NoticeItem.notice_id)
    assert "case_asked" in db.session.scalars(kinds.where(Notice.person_id == cast.customer.id)).all()
    assert "case_answered" not in db.session.scalars(kinds.where(Notice.person_id == cast.rival.id)).all()

    ask = db.session.scalars(select(DetailAsk).where(DetailAsk.answer.is_(None))).one()
    asking.accept_ask(acting(cast.customer), ask)
    db.session.flush()
    shown = details_for(rival, case_view(rival, case.id)).shown
    assert [each.kind for each in shown] == ["licence_plate", "address"]


def test_nobody_asks_where_nothing_is_needed_seen_already_or_refused_before(cast, front_desk_agent):
    case = make.case(cast.customer, cast.waterworks, person=cast.agent)
    rival = acting(cast.rival, for_organisation=cast.energy)
    handed(cast, case, cast.energy, rival)
    assert asks_in(case) == []

    other = make.case(cast.customer, cast.waterworks, person=cast.agent)
    privacy.detail(cast.customer, "licence_plate", "AB-123-C", help_request_id=other.id)
    privacy.grant(cast.customer, cast.waterworks, "licence_plate")
    privacy.ask(
        cast.customer,
        cast.energy,
        cast.rival,
        other.id,
        answer="declined",
        answered_at=other.held_since,
        answered_by_id=cast.customer.id,
    )
    other.arbiter_since, other.arbiter_reason = other.held_since, "refused"
    db.session.flush()
    deciding.assign(front_desk_agent, other, organisation_id=cast.energy.id, reason="It is theirs.")
    assert len(asks_in(other)) == 1, "she said no to them here before"
    other.arbiter_since, other.arbiter_reason = other.held_since, "refused"
    privacy.grant(cast.customer, cast.energy, "licence_plate", help_request_id=other.id)
    db.session.flush()
    deciding.assign(front_desk_agent, other, organisation_id=cast.plumbers.id, reason="It is theirs.")
    assert asks_in(other)[1:] == [(cast.plumbers.id, ["licence_plate"], True, None)]
