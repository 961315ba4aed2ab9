"""Details, asks and grants: who gives, who asks, what is in force, and what is written down."""

from __future__ import annotations

import ast
import contextlib
import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.db import db
from app.errors import Conflict, Invalid, NotAllowed
from app.outbox.models import DomainEvent
from app.privacy import personal_data
from app.privacy.kinds import DETAIL_KINDS, fitting
from app.privacy.looking import record_look_up
from app.privacy.models import DetailAsk, Grant, LookUp, PersonalDetail
from app.privacy.queries import details_in, permitted_kinds
from app.privacy.services import asking, giving, granting
from devtools.places import ROOT
from tests.cast import acting
from tests.community import make as community
from tests.privacy import make


@pytest.fixture
def request_id(cast) -> int:
    return community.question(cast.customer).id


def facts(*kinds: str) -> list[str]:
    return list(
        db.session.scalars(select(DomainEvent.kind).where(DomainEvent.kind.in_(kinds)).order_by(DomainEvent.id))
    )


def permitted(cast, organisation, *request_ids: int) -> frozenset[str]:
    return permitted_kinds([organisation.id], person_id=cast.customer.id, help_request_ids=request_ids)


def test_correction_takes_the_place_of_what_was_said_before(cast, request_id):
    actor = acting(cast.customer)

    first = giving.give_detail(
        actor, person_id=cast.customer.id, kind="licence_plate", value=" AB-123-C ", help_request_id=request_id
    )
    again = giving.give_detail(
        actor, person_id=cast.customer.id, kind="licence_plate", value="AB-123-C", help_request_id=request_id
    )
    second = giving.give_detail(
        actor, person_id=cast.customer.id, kind="licence_plate", value="XY-987-Z", help_request_id=request_id
    )

    assert again is first
    assert (first.value, first.replaced_by_id, first.ended_at) == ("AB-123-C", second.id, clock.now())
    assert details_in([request_id], person_id=cast.customer.id) == [second]
    assert facts("detail_given") == ["detail_given"] * 2


def test_nobody_gives_for_others_or_lets_in_where_it_is_not_hers(cast, request_id):
    for actor in (acting(cast.outsider), acting(cast.agent, for_organisation=cast.waterworks)):
        with pytest.raises(NotAllowed):
            giving.give_detail(actor, person_id=cast.customer.id, kind="phone", value="0612345678")
        with pytest.raises(NotAllowed):
            granting.give_grant(
                actor,
                person_id=cast.customer.id,
                organisation_id=cast.waterworks.id,
                purpose="see_history",
                kinds={"requests"},
            )
        with pytest.raises(NotAllowed):
            granting.withdraw_grant(actor, make.grant(cast.customer, cast.waterworks))
        ask = make.ask(cast.customer, cast.waterworks, cast.agent, request_id)
        with pytest.raises(NotAllowed):
            asking.accept_ask(actor, ask, values={"licence_plate": "AB-123-C"})
        with pytest.raises(NotAllowed):
            asking.decline_ask(actor, ask)
    assert facts("detail_given", "grant_given", "grant_withdrawn", "ask_answered") == []


def test_grant_is_for_one_organisation_purpose_request_and_time(cast, request_id, clock):
    other_id = community.question(cast.customer).id
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    given = granting.give_grant(
        acting(cast.customer),
        person_id=cast.customer.id,
        organisation_id=cast.waterworks.id,
        purpose="handle_request",
        kinds={"licence_plate", "phone"},
        help_request_id=request_id,
        until=in_an_hour,
    )

    assert permitted(cast, cast.waterworks, request_id) == {"licence_plate", "phone"}
    assert permitted(cast, cast.energy, request_id) == frozenset()
    assert permitted(cast, cast.waterworks, other_id) == frozenset()
    clock.shift(3599)
    assert permitted(cast, cast.waterworks, request_id)
    clock.shift(1)
    assert not permitted(cast, cast.waterworks, request_id)
    assert given is not None
    granting.withdraw_grant(acting(cast.customer), given)
    assert not permitted(cast, cast.waterworks, request_id)


def test_withdrawing_works_at_once_and_once(cast, request_id):
    given = make.grant(cast.customer, cast.waterworks, help_request_id=request_id)
    assert permitted(cast, cast.waterworks, request_id)

    granting.withdraw_grant(acting(cast.customer), given)
    granting.withdraw_grant(acting(cast.customer), given)

    assert not permitted(cast, cast.waterworks, request_id)
    assert facts("grant_withdrawn") == ["grant_withdrawn"]


def test_same_grant_once_more_is_none_but_a_longer_one_is(cast):
    def give(until):
        return granting.give_grant(
            acting(cast.customer),
            person_id=cast.customer.id,
            organisation_id=cast.energy.id,
            purpose="see_history",
            kinds={"requests"},
            until=until,
        )

    soon = clock.now() + timedelta(days=1)

    assert give(soon) is not None
    assert give(soon) is None
    assert give(None) is not None
    assert give(soon) is None


@pytest.mark.parametrize(
    "more, field",
    [
        ({"kinds": set()}, "kinds"),
        ({"kinds": {"shoe_size"}}, "kinds"),
        ({"kinds": {"requests"}, "purpose": "handle_request"}, "kinds"),
        ({"until": datetime(2026, 1, 1, tzinfo=UTC)}, "until"),
        ({"organisation_id": 8_999_999}, "organisation"),
    ],
)
def test_grants_that_say_nothing_are_refused(cast, more, field):
    asked = {"organisation_id": cast.energy.id, "purpose": "see_history", "kinds": {"phone"}, **more}

    with pytest.raises(Invalid) as refused:
        granting.give_grant(acting(cast.customer), person_id=cast.customer.id, **asked)

    assert refused.value.field == field


def test_asking_again_needs_a_reason_and_is_counted(cast, request_id):
    agent = acting(cast.agent, for_organisation=cast.waterworks)
    whom = {"person_id": cast.customer.id, "help_request_id": request_id, "family": [request_id]}
    first = asking.ask_details(agent, **whom, kinds={"licence_plate"}, reason="")
    asking.accept_ask(acting(cast.customer), first, values={"licence_plate": "AB-123-C"})

    with pytest.raises(Invalid) as refused:
        asking.ask_details(agent, **whom, kinds={"licence_plate", "phone"}, reason=" ")
    again = asking.ask_details(agent, **whom, kinds={"licence_plate"}, reason="The photo shows another plate.")

    assert refused.value.field == "reason"
    assert (first.is_again, again.is_again) == (False, True)
    counted = db.session.scalars(select(DomainEvent.payload).where(DomainEvent.kind == "details_asked")).all()
    assert [each["again"] for each in counted] == [False, True]


def test_yes_gives_what_is_missing_and_lets_the_asking_organisation_see_it(cast, request_id):
    ask = make.ask(cast.customer, cast.waterworks, cast.agent, request_id, kinds=["licence_plate", "phone"])

    asking.accept_ask(acting(cast.customer), ask, values={"licence_plate": "AB-123-C", "phone": "", "amount": "12"})

    assert [detail.kind for detail in details_in([request_id], person_id=cast.customer.id)] == ["licence_plate"]
    assert permitted(cast, cast.waterworks, request_id) == {"licence_plate", "phone"}
    assert permitted(cast, cast.energy, request_id) == frozenset()
    with pytest.raises(Conflict):
        asking.decline_ask(acting(cast.customer), ask)


def test_no_gives_nothing(cast, request_id):
    ask = make.ask(cast.customer, cast.waterworks, cast.agent, request_id)

    asking.decline_ask(acting(cast.customer), ask)

    db.session.refresh(ask)
    assert ask.answer == "declined"
    assert not permitted(cast, cast.waterworks, request_id)
    with pytest.raises(Conflict):
        asking.accept_ask(acting(cast.customer), ask)
    assert db.session.scalars(select(Grant)).all() == []


def test_what_an_agent_writes_down_she_may_use_and_the_customer_sees_who_did(cast, request_id):
    agent = acting(cast.agent, for_organisation=cast.waterworks)

    noted = giving.note_detail(
        agent, person_id=cast.customer.id, kind="meter_reading", value="12345", help_request_id=request_id
    )
    giving.confirm_detail(agent, noted)

    db.session.refresh(noted)
    assert (noted.given_by_id, noted.acting_for_organisation_id) == (cast.agent.id, cast.waterworks.id)
    assert (noted.confirmed_by_id, noted.confirmed_for_organisation_id) == (cast.agent.id, cast.waterworks.id)
    assert permitted(cast, cast.waterworks, request_id) == {"meter_reading"}
    with pytest.raises(Conflict):
        giving.confirm_detail(agent, noted)


def test_look_up_is_written_with_whom_for_what_and_what_was_withheld(cast, request_id):
    for actor in (acting(cast.customer), acting(cast.agent, for_organisation=cast.waterworks)):
        record_look_up(
            actor,
            person_id=cast.customer.id,
            purpose="handle_request",
            help_request_id=request_id,
            kinds={"phone", "address"},
            withheld={"birth_date"},
        )

    (kept,) = db.session.scalars(select(LookUp)).all()
    assert (kept.by_id, kept.organisation_id, kept.person_id) == (cast.agent.id, cast.waterworks.id, cast.customer.id)
    assert (kept.kinds, kept.withheld, kept.looked_at) == (["address", "phone"], ["birth_date"], clock.now())


@pytest.mark.parametrize(
    "kind, good, bad",
    [
        ("bank_account", "NL91 ABNA 0417 1643 00", "NL91 ABNA 0417 1643 01"),
        ("birth_date", "1985-04-27", "27-04-1985"),
        ("phone", "+31 6 12345678", "call me"),
        ("mail_address", "carla@example.org", "carla at example"),
        ("licence_plate", "ab-123-c", "?"),
        ("amount", "€ 12,50", "a lot"),
        ("meter_reading", "12345", "it is broken"),
        ("address", "Voorstraat 1, Utrecht", "  "),
        ("name", "Carla Customer", "x" * 501),
    ],
)
def test_details_look_like_what_they_are(kind, good, bad):
    assert fitting(kind, f" {good} ") == good
    with pytest.raises(Invalid):
        fitting(kind, bad)


def test_any_text_is_taken_or_refused_in_words(cast):
    chance = random.Random(7)
    for _turn in range(300):
        text = "".join(chr(chance.choice((32, 43, 46, 48, 65, 160, 0x661, 0xE9, 0x1F600))) for _n in range(12))
        for kind in DETAIL_KINDS:
            with contextlib.suppress(Invalid):
                assert fitting(kind, text) == text.strip()


def test_values_of_details_leave_through_two_rooms_only():
    readers = {
        "app/privacy/services/giving.py",
        "app/privacy/services/asking.py",
        "app/privacy/queries.py",
        "app/privacy/personal_data.py",
    }
    allowed = readers | {"app/cases/queries/details.py"}

    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and node.module in {"app.privacy.models", "app.privacy.queries"}
        and {"PersonalDetail", "details_in"} & {name.name for name in node.names}
    }

    assert readers <= found <= allowed


def test_forgotten_person_leaves_no_words_and_lets_nobody_in(cast, request_id):
    make.detail(cast.customer, help_request_id=request_id)
    make.ask(cast.customer, cast.waterworks, cast.agent, request_id, reason="Is it the red Volvo?")
    make.grant(cast.customer, cast.waterworks)
    db.session.commit()

    personal_data.erase(cast.customer.id)

    db.session.expire_all()
    assert db.session.scalars(select(PersonalDetail.value)).all() == [""]
    assert db.session.scalars(select(DetailAsk.reason)).all() == [""]
    assert not permitted(cast, cast.waterworks, request_id)
