"""Acting for somebody else: the seats an engagement gives, the person a representation lets act, and who is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.community.links import question_url
from app.community.models.posts import Answer, Question
from app.db import db
from app.organisations.models import Membership
from app.outbox.models import DomainEvent
from app.privacy.audiences import audiences_of, organisation_audience
from app.privacy.readers import may_read
from app.requests.models import HelpRequest
from app.trust.standing import can_write
from tests.cast import Cast, acting, sign_in, submit
from tests.community import make as community
from tests.organisations import make as organisations


def _through(cast: Cast, *scopes: str, **more: Any) -> Any:
    return organisations.engagement(cast.waterworks, cast.energy, *scopes, by=cast.agent, **more)


def _seats(person: Any) -> set[tuple[int, int | None]]:
    return {(seat.organisation_id, seat.through_organisation_id) for seat in acting(person).seats}


def test_people_of_the_agency_have_a_seat_at_the_principal(cast: Cast) -> None:
    _through(cast, "questions")

    energy, waterworks = cast.energy.id, cast.waterworks.id
    assert _seats(cast.rival) == {(energy, None), (waterworks, energy)}
    assert _seats(cast.agent) == {(waterworks, None)}
    assert acting(cast.rival).works_for(waterworks, "questions")
    assert not acting(cast.rival).works_for(waterworks, "cases")
    assert not acting(cast.rival).may_manage(waterworks)


@pytest.mark.parametrize(
    "over",
    [
        {"accepted_at": None, "accepted_by_id": None},
        {"ended_at": timedelta()},
        {"until": timedelta(seconds=0), "since": timedelta(days=-1)},
        {"since": timedelta(hours=1)},
    ],
)
def test_only_an_engagement_in_force_gives_one(cast: Cast, over: dict[str, Any]) -> None:
    times = {name: clock.now() + value if isinstance(value, timedelta) else value for name, value in over.items()}
    _through(cast, **times)

    assert not acting(cast.rival).works_for(cast.waterworks.id)


@pytest.mark.parametrize("what", ["left", "suspended", "closed", "agency closed"])
def test_a_seat_through_an_agency_goes_with_what_it_stands_on(cast: Cast, what: str) -> None:
    _through(cast)
    seat = db.session.scalars(select(Membership).where(Membership.person_id == cast.rival.id)).one()
    row, column = {
        "left": (seat, "ended_at"),
        "suspended": (seat, "suspended_at"),
        "closed": (cast.waterworks, "closed_at"),
        "agency closed": (cast.energy, "closed_at"),
    }[what]
    setattr(row, column, clock.now())
    db.session.flush()  # the query looks in the database

    assert not acting(cast.rival).works_for(cast.waterworks.id)


@pytest.mark.parametrize("scope, knows", [("questions", True), ("cases", False)])
def test_what_the_principals_people_read_is_read_within_the_scope(cast: Cast, scope: str, knows: bool) -> None:
    _through(cast, scope)
    token = organisation_audience(cast.waterworks.id)

    assert (token in audiences_of(acting(cast.rival))) is knows
    readers = set(db.session.scalars(select(type(cast.rival).id).where(may_read(token))))
    assert (cast.rival.id in readers) is knows
    assert cast.agent.id in readers


def test_readers_and_who_is_engaged_for_other_work_write_nothing(cast: Cast) -> None:
    _through(cast, "cases")
    seat = db.session.scalars(select(Membership).where(Membership.person_id == cast.agent.id)).one()
    seat.role = "reader"
    db.session.flush()  # the query looks in the database
    engaged = acting(cast.rival).in_capacity(cast.waterworks.id, cast.energy.id)

    assert can_write(engaged).reason == "not_let_do_this"
    assert can_write(engaged, work="cases")
    assert can_write(acting(cast.agent, for_organisation=cast.waterworks)).reason == "readers_only_read"
    assert can_write(acting(cast.agent))


def test_an_answer_and_its_fact_name_both_organisations(client: FlaskClient, cast: Cast) -> None:
    _through(cast, "questions")
    question = community.question(cast.customer)
    row = sign_in(client, cast.rival)

    capacity = f"{cast.waterworks.id}-{cast.energy.id}"
    submit(client, "/act-as", capacity=capacity)
    assert (row.acting_for_organisation_id, row.through_organisation_id) == (cast.waterworks.id, cast.energy.id)
    submit(client, f"/q/{question.id}/answers", answer_as=capacity, body="Turn it to the left.")

    answer = db.session.scalars(select(Answer)).one()
    assert (answer.acting_for_organisation_id, answer.through_organisation_id) == (cast.waterworks.id, cast.energy.id)
    fact = db.session.scalars(select(DomainEvent).where(DomainEvent.kind == "answer_posted")).one()
    assert (fact.acting_for_organisation_id, fact.through_organisation_id) == (cast.waterworks.id, cast.energy.id)
    page = client.get(question_url(question.id, question.title)).text
    assert f"{cast.energy.name}, for {cast.waterworks.name}</span>" in page
    assert f"<small>{cast.energy.name}, for {cast.waterworks.name}</small>" in page


def test_it_ends_at_once(client: FlaskClient, cast: Cast) -> None:
    made = _through(cast)
    sign_in(client, cast.rival)
    submit(client, "/act-as", capacity=f"{cast.waterworks.id}-{cast.energy.id}")

    made.ended_at = clock.now()
    db.session.flush()  # the next request looks in the database

    assert "<small>" not in client.get("/organisations").text


def test_a_question_asked_for_somebody_is_hers_and_names_both(client: FlaskClient, cast: Cast) -> None:
    organisations.representation(cast.customer, cast.outsider)
    shelf = community.category("Taps")
    row = sign_in(client, cast.outsider)

    submit(client, "/act-as", capacity=f"p{cast.customer.id}")
    assert row.representing_person_id == cast.customer.id
    sent = {"title": "How do I close the tap?", "body": "It drips all night.", "category": str(shelf.id)}
    submit(client, "/ask", **sent, audience="public", similar_seen="1")

    question = db.session.scalars(select(Question)).one()
    shared = db.session.get_one(HelpRequest, question.id)
    assert (question.asker_id, shared.asker_id, shared.entered_by_id) == (
        cast.customer.id,
        cast.customer.id,
        cast.outsider.id,
    )
    fact = db.session.scalars(select(DomainEvent).where(DomainEvent.kind == "question_asked")).one()
    assert (fact.actor_id, fact.representing_person_id) == (cast.outsider.id, cast.customer.id)
    page = client.get(question_url(question.id, question.title)).text
    assert cast.outsider.name in page
    assert f"for {cast.customer.name}</span>" in page


def test_who_represents_confirms_answers_of_others_but_not_her_own(client: FlaskClient, cast: Cast) -> None:
    organisations.representation(cast.customer, cast.outsider)
    question = community.question(cast.customer)
    others, own = community.answer(question, cast.peer), community.answer(question, cast.outsider)
    sign_in(client, cast.outsider)
    assert submit(client, f"/answers/{others.id}/accept").status_code == 403
    submit(client, "/act-as", capacity=f"p{cast.customer.id}")

    assert submit(client, f"/answers/{own.id}/accept").status_code == 403
    assert submit(client, f"/answers/{others.id}/accept").status_code == 303
    db.session.refresh(others)
    assert others.accepted_at is not None


def test_nobody_represents_without_consent_or_beyond_the_time(cast: Cast) -> None:
    made = organisations.representation(cast.customer, cast.outsider, consented_at=None)
    assert acting(cast.outsider).on_behalf_of(cast.customer.id).asker_id == cast.outsider.id

    made.consented_at = clock.now()
    db.session.flush()  # the query looks in the database
    who = acting(cast.outsider).on_behalf_of(cast.customer.id)
    assert who.asker_id == cast.customer.id
    assert can_write(who)
    assert can_write(who, work="agreements").reason == "not_let_do_this"
    assert who.in_capacity(None).asker_id == cast.outsider.id
    assert replace(who, represents=()).representing is None

    made.asked_at, made.until = clock.now() - timedelta(days=2), clock.now()
    db.session.flush()  # the query looks in the database
    assert acting(cast.outsider).on_behalf_of(cast.customer.id).asker_id == cast.outsider.id


@pytest.mark.parametrize("chosen", ["p{customer}", "{waterworks}-{energy}", "{waterworks}-{plumbers}", "p{agent}"])
def test_nobody_takes_a_capacity_that_nobody_gave(client: FlaskClient, cast: Cast, chosen: str) -> None:
    _through(cast, accepted_at=None, accepted_by_id=None)
    organisations.representation(cast.customer, cast.rival, consented_at=None)
    sign_in(client, cast.rival)
    ids = {name: getattr(cast, name).id for name in ("customer", "agent", "waterworks", "energy", "plumbers")}

    assert submit(client, "/act-as", capacity=chosen.format(**ids)).status_code == 404
