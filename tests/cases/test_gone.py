"""Nothing is lost: where an agent goes, where a case goes on as another one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock as now_clock
from app.actor import SYSTEM
from app.cases.models.promises import Promise
from app.cases.queries.case_view import case_view
from app.cases.queries.details import details_for
from app.cases.queries.status import status_of
from app.cases.services import claiming, detailing, merging, promising, quoting
from app.cases.services.disputing import dispute, state_understanding
from app.db import db
from app.errors import Conflict
from app.organisations.services import engaging, seats
from app.outbox.models import DomainEvent
from app.privacy.models import DetailAsk
from app.privacy.rights import erase_person
from tests.accounts import make as accounts
from tests.cases import make
from tests.cases.make_promises import promise
from tests.cases.test_bundling import Car
from tests.cases.test_quoting import offer
from tests.cast import acting
from tests.notifications.make import delivered
from tests.organisations import make as organisations
from tests.privacy import make as privacy


@pytest.fixture
def agent(cast):
    return acting(cast.agent, for_organisation=cast.waterworks)


@pytest.mark.parametrize("way", ["erased", "removed", "left for now"])
def test_what_somebody_had_who_is_gone_waits_for_a_colleague(cast, way):
    gone, boss = accounts.person("Gone Soon"), accounts.person("Bo Boss")
    seat = organisations.membership(gone, cast.waterworks)
    organisations.membership(boss, cast.waterworks, role="owner")
    held, waiting, over, elsewhere = (
        make.case(cast.customer, cast.waterworks, person=gone),
        make.case(cast.customer, cast.waterworks, person=gone, state="waiting"),
        make.case(cast.customer, cast.waterworks, person=gone, state="solved"),
        make.case(cast.customer, cast.waterworks, person=cast.agent),
    )
    asked = make.handover(elsewhere, cast.waterworks, cast.agent, to_person_id=gone.id)
    made = promise(held, gone)
    leader = acting(boss, for_organisation=cast.waterworks)

    if way == "erased":
        erase_person(SYSTEM, gone.id)
    elif way == "removed":
        seats.remove(leader, seat)
    else:
        seats.suspend(leader, seat)
    delivered()

    db.session.expire_all()
    assert [(each.state, each.holder_person_id) for each in (held, waiting)] == [("received", None), ("waiting", None)]
    assert all(each.holder_organisation_id == cast.waterworks.id for each in (held, waiting))
    assert held.request.next_update_at is not None
    assert over.holder_person_id == (None if way == "erased" else gone.id)
    assert asked.state == "withdrawn"
    assert made.state == "open", "the organisation promised it"
    released = select(DomainEvent.help_request_id).where(DomainEvent.kind == "case_released")
    assert set(db.session.scalars(released)) == {held.id, waiting.id}


@pytest.mark.parametrize("way", ["ended", "ran out", "left the agency", "nothing"])
def test_what_an_agency_had_waits_for_a_colleague_when_it_is_engaged_no_more(cast, clock, way):
    agency, boss = organisations.organisation(kind="partner"), accounts.person("Bo Boss")
    until = now_clock.now() + timedelta(days=1)
    engaged = organisations.engagement(cast.waterworks, agency, "cases", by=cast.agent, until=until)
    outside, own = accounts.person("Outside"), accounts.person("Own")
    seat = organisations.membership(outside, agency)
    organisations.membership(boss, agency, role="owner")
    organisations.membership(own, cast.waterworks)
    held, over, at_home, of_a_member = (
        make.case(cast.customer, cast.waterworks, person=outside),
        make.case(cast.customer, cast.waterworks, person=outside, state="solved"),
        make.case(cast.customer, agency, person=outside),
        make.case(cast.customer, cast.waterworks, person=own),
    )
    asked = make.handover(of_a_member, cast.waterworks, own, to_person_id=outside.id)
    leader = acting(boss, for_organisation=agency)

    if way == "ended":
        engaging.end(leader, engaged)
    elif way == "ran out":
        clock.shift(86_400)
    elif way == "left the agency":
        seats.remove(leader, seat)
        delivered()
    claiming.let_go_of_gone()

    db.session.expire_all()
    assert held.holder_organisation_id == cast.waterworks.id
    assert held.holder_person_id == (outside.id if way == "nothing" else None)
    assert held.state == ("with_helper" if way == "nothing" else "received")
    assert over.holder_person_id == outside.id
    assert at_home.holder_person_id == (None if way == "left the agency" else outside.id)
    assert of_a_member.holder_person_id == own.id
    assert asked.state == ("pending" if way == "nothing" else "withdrawn")


def test_who_has_her_seat_again_keeps_what_she_has(cast):
    back, boss = accounts.person("Back Soon"), accounts.person("Bo Boss")
    seat = organisations.membership(back, cast.waterworks)
    organisations.membership(boss, cast.waterworks, role="owner")
    held, leader = (
        make.case(cast.customer, cast.waterworks, person=back),
        acting(boss, for_organisation=cast.waterworks),
    )
    seats.suspend(leader, seat)
    seats.resume(leader, seat)
    delivered()

    db.session.expire_all()
    assert held.holder_person_id == back.id


def test_promises_asks_and_details_of_a_merged_case_go_along(cast, agent):
    first, second = (make.case(cast.customer, cast.waterworks, person=cast.agent) for _ in range(2))
    second.work_from = None
    made = promise(first, cast.agent, words="We call you.")
    later = now_clock.now() + timedelta(days=3)
    proposed = promising.propose_date(agent, first, made.id, due_at=later, reason="I am ill.")
    said = state_understanding(agent, first, words="The bill of May.")
    detailing.ask_details(agent, first, kinds={"address"}, reason="")
    privacy.detail(cast.customer, "licence_plate", "AB-123-C", help_request_id=first.id)
    privacy.detail(cast.customer, "birth_date", "1985-04-27", help_request_id=first.id)
    privacy.detail(cast.customer, "contract_number", "12345", help_request_id=second.id)
    privacy.grant(cast.customer, cast.waterworks, "licence_plate", "contract_number", help_request_id=first.id)

    merging.merge(agent, first, second)

    db.session.flush()
    db.session.expire_all()
    status = status_of(case_view(agent, second.id), now=now_clock.now())
    assert [(each.words, each.proposal.id if each.proposal else None) for each in status.promises] == [
        ("We call you.", proposed.id)
    ]
    assert status.understanding is not None
    assert status.understanding.id == said.id
    assert second.work_from is not None
    assert db.session.scalars(select(DetailAsk.help_request_id)).all() == [second.id]
    details = details_for(agent, case_view(agent, second.id))
    # What she let them see there is what she gave there: no grant grows by a merge.
    assert [each.kind for each in details.shown] == ["licence_plate"]
    assert set(details.withheld) == {"birth_date", "contract_number"}
    detailing.confirm_detail(agent, second, details.shown[0].id)
    promising.answer_date(acting(cast.customer), second, proposed.id, is_agreed=True)
    promising.keep_promise(agent, second, made.id)
    assert db.session.get_one(Promise, made.id).state == "kept"


def test_what_is_agreed_disputed_or_planned_is_not_merged_and_says_why(cast, agent):
    quoted, other, disputed = (make.case(cast.customer, cast.waterworks, person=cast.agent) for _ in range(3))
    quoting.make_quote(agent, quoted, offer())
    dispute(acting(cast.customer), disputed, about="amount", words="It was 20.")
    for case, into, code in (
        (quoted, other, "merge_agreed"),
        (disputed, other, "on_hold"),
        (other, disputed, "on_hold"),
    ):
        with pytest.raises(Conflict) as refused:
            merging.merge(agent, case, into)
        assert refused.value.code == code
    merging.merge(agent, other, quoted)
    assert other.merged_into_id == quoted.id


def test_a_bundle_and_its_parts_stay_as_they_are(cast):
    car = Car(cast)
    whole, again = car.ask(), car.ask()
    holder = acting(cast.partner, for_organisation=cast.plumbers)
    first, second = (car.case_of(car.parts(each)[0]) for each in (whole, again))
    for actor, case, into in ((holder, whole, again), (car.work(first), first, second)):
        with pytest.raises(Conflict) as refused:
            merging.merge(actor, case, into)
        assert refused.value.code == "merge_parts"
