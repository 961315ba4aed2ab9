"""Opening a case, and who may see it from then on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.queries.case_view import case_for
from app.cases.queries.timeline import timeline_of
from app.cases.services.opening import open_case
from app.db import db
from app.errors import Invalid, NotAllowed, NotFound
from app.outbox.models import DomainEvent
from tests.cases import make
from tests.cast import Cast, acting, sign_in, submit

TITLE = "My bill of May is twice as high"


def facts(case: Case) -> list[str]:
    query = sa.select(DomainEvent.kind).where(DomainEvent.help_request_id == case.id).order_by(DomainEvent.id)
    return list(db.session.scalars(query))


def sees(viewer: Actor, case: Case) -> bool:
    try:
        case_for(viewer, case.public_id)
    except NotFound:
        return False
    return True


def test_a_case_without_an_organisation_is_held_by_the_front_desk(cast: Cast) -> None:
    case = open_case(acting(cast.customer), title=TITLE, text=make.composed())

    assert case.holder_organisation_id == cast.front_desk.id
    assert case.holder_person_id is None
    assert (case.request.kind, case.state, case.request.audience) == ("case", "received", f"request:{case.id}")
    assert case.request.next_update_at is not None
    assert facts(case) == ["case_opened"]


def test_public_ids_are_random_and_long(cast: Cast) -> None:
    made = {open_case(acting(cast.customer), title=TITLE, text=make.composed()).public_id for _each in range(5)}

    assert len(made) == 5
    assert all(len(one) >= 22 for one in made)  # 128 bits


def test_a_case_is_for_its_customer_and_its_holder_only(cast: Cast) -> None:
    case = open_case(acting(cast.customer), title=TITLE, text=make.composed(), organisation_id=cast.waterworks.id)

    who = {role for role, person in cast.people.items() if sees(acting(person), case)}

    assert who == {"customer", "agent"}


def test_the_front_desk_sees_a_case_only_while_it_has_it_or_decides(cast: Cast, front_desk_agent: Actor) -> None:
    case = make.case(cast.customer, cast.waterworks)

    before = sees(front_desk_agent, case)
    case.arbiter_since, case.arbiter_reason = case.held_since, "refused"
    db.session.flush()

    assert not before
    assert sees(front_desk_agent, case)


def test_who_works_for_the_holder_is_only_the_customer_of_her_own_case(cast: Cast) -> None:
    case = open_case(acting(cast.agent), title=TITLE, text=make.composed(), organisation_id=cast.waterworks.id)

    assert case_for(acting(cast.agent), case.public_id).role == "customer"


def test_an_agent_enters_a_case_for_somebody_and_has_it(cast: Cast) -> None:
    agent = acting(cast.agent, for_organisation=cast.waterworks)

    case = open_case(agent, title=TITLE, text=make.composed(), for_person=cast.outsider, channel="phone")

    assert (case.asker_id, case.request.entered_by_id) == (cast.outsider.id, cast.agent.id)
    assert (case.holder_organisation_id, case.holder_person_id) == (cast.waterworks.id, cast.agent.id)
    assert (case.state, case.request.channel) == ("with_helper", "phone")
    assert sees(acting(cast.outsider), case)


def test_nobody_enters_a_case_for_others_for_herself(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        open_case(acting(cast.peer), title=TITLE, text=make.composed(), for_person=cast.outsider)


def test_an_unknown_organisation_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="unknown_organisation"):
        open_case(acting(cast.customer), title=TITLE, text=make.composed(), organisation_id=8_999_999)


def test_the_first_message_stands_on_the_timeline(cast: Cast) -> None:
    case = open_case(acting(cast.customer), title=TITLE, text=make.composed("It says 400 euros."))

    (entry,) = timeline_of(case_for(acting(cast.customer), case.public_id))

    assert entry.message is not None
    assert entry.message.body == "It says 400 euros."


def test_the_pages_of_a_case_in_both_languages(client, cast: Cast, count_queries) -> None:
    case = make.case(cast.customer, cast.waterworks, person=cast.agent, title=TITLE)
    for number in range(30):
        make.message(case, cast.customer if number % 2 else cast.agent)
    sign_in(client, cast.customer)

    for language in ("en", "nl"):
        for path in ("/cases", f"/cases/{case.public_id}", f"/cases/{case.public_id}/print"):
            with count_queries() as ran:
                answer = client.get(path, headers={"Accept-Language": language})
            assert answer.status_code == 200
            assert TITLE in answer.text
            assert ran.count <= 12, ran


def test_a_message_needs_words_and_keeps_what_was_typed(client, cast: Cast) -> None:
    case = make.case(cast.customer, cast.waterworks)
    sign_in(client, cast.customer)

    empty = submit(client, f"/cases/{case.public_id}/messages", body="  ")
    sent = submit(client, f"/cases/{case.public_id}/messages", body="It is the bill of May.")

    assert empty.status_code == 422
    assert sent.status_code == 303
    assert "It is the bill of May." in client.get(sent.location).text
