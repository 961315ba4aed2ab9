"""Acting for an organisation."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.db import db
from app.organisations.models import Membership
from app.outbox.models import DomainEvent
from tests.cast import Cast, sign_in, submit


def _switch(client: FlaskClient, capacity: object, **more: str):
    return submit(client, "/act-as", capacity=str(capacity), **more)


def test_a_person_acts_for_her_organisation_and_the_header_says_so(client: FlaskClient, cast: Cast) -> None:
    row = sign_in(client, cast.agent)

    answer = _switch(client, cast.waterworks.id, next="/questions")

    assert (answer.status_code, answer.location) == (303, "/questions")
    assert row.acting_for_organisation_id == cast.waterworks.id
    assert f"<small>{cast.waterworks.name}</small>" in client.get("/organisations").text
    fact = db.session.scalars(select(DomainEvent).where(DomainEvent.kind == "capacity_taken")).one()
    assert fact.acting_for_organisation_id == cast.waterworks.id


def test_and_for_herself_again(client: FlaskClient, cast: Cast) -> None:
    row = sign_in(client, cast.agent, for_organisation=cast.waterworks)

    _switch(client, "")

    assert row.acting_for_organisation_id is None
    assert "<small>" not in client.get("/organisations").text


def test_the_token_of_before_is_worth_nothing(client: FlaskClient, app: Flask, cast: Cast) -> None:
    sign_in(client, cast.agent)
    name, thief = app.config["SESSION_COOKIE_NAME"], app.test_client()
    thief.set_cookie(name, client.get_cookie(name).value)

    _switch(client, cast.waterworks.id)

    assert thief.get("/settings/sessions").status_code == 303
    assert client.get("/settings/sessions").status_code == 200


@pytest.mark.parametrize("whose", ["energy", "plumbers"])
def test_nobody_acts_for_an_organisation_without_a_seat(client: FlaskClient, cast: Cast, whose: str) -> None:
    row = sign_in(client, cast.agent)

    assert _switch(client, getattr(cast, whose).id).status_code == 404
    assert row.acting_for_organisation_id is None


@pytest.mark.parametrize("words", ["x", "-1", "0", "9" * 30, "1 OR 1=1", "１"])
def test_strange_capacities_are_absent(client: FlaskClient, cast: Cast, words: str) -> None:
    sign_in(client, cast.agent)

    assert _switch(client, words).status_code == 404


def test_a_seat_given_up_works_at_once(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.agent, for_organisation=cast.waterworks)
    seat = db.session.scalars(select(Membership).where(Membership.person_id == cast.agent.id)).one()
    seat.ended_at = clock.now()

    assert "<small>" not in client.get("/organisations").text
    assert _switch(client, cast.waterworks.id).status_code == 404


def test_a_suspended_person_has_no_seat_to_act_from(client: FlaskClient, cast: Cast) -> None:
    cast.agent.suspended_at = clock.now()
    sign_in(client, cast.agent)

    assert _switch(client, cast.waterworks.id).status_code == 404


def test_a_visitor_signs_in_first(client: FlaskClient, cast: Cast) -> None:
    assert _switch(client, cast.waterworks.id).location == "/sign-in"


def test_the_way_back_stays_here(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.agent)

    assert _switch(client, cast.waterworks.id, next="//evil.example").location == "/"


def test_it_is_no_address_to_visit(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/act-as").status_code == 405
