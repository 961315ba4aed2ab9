"""The page of grants over HTTP: seen by whose they are, given, answered, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.db import db
from app.privacy.models import DetailAsk, Grant, PersonalDetail
from tests.cast import sign_in, submit
from tests.community import make as community
from tests.privacy import make


@pytest.fixture
def request_id(cast) -> int:
    return community.question(cast.customer).id


def grants() -> list[Grant]:
    return list(db.session.scalars(select(Grant).order_by(Grant.id).execution_options(populate_existing=True)))


def test_she_sees_what_holds_what_is_over_and_what_is_asked(client, cast, request_id, count_queries):
    sign_in(client, cast.customer)
    make.grant(cast.customer, cast.waterworks, "phone", help_request_id=request_id)
    make.grant(cast.customer, cast.energy, "requests", purpose="see_history", until=clock.now() + timedelta(days=9))
    make.grant(cast.customer, cast.plumbers, withdrawn_at=clock.now(), withdrawn_by_id=cast.customer.id)
    make.ask(cast.customer, cast.plumbers, cast.partner, request_id, reason="To send you the right part.")
    for _more in range(5):
        make.grant(cast.customer, cast.waterworks, "phone", help_request_id=community.question(cast.customer).id)

    with count_queries() as ran:
        page = client.get("/privacy")

    assert page.status_code == 200
    for words in ("Waterworks", "Phone number", "Energy", "Your requests at other organisations", "Taken back"):
        assert words in page.text
    assert "Plumbers asks to see:" in page.text
    assert "To send you the right part." in page.text
    assert ran.count <= 12, ran


def test_others_see_nothing_of_it(client, cast, request_id):
    held = make.grant(cast.customer, cast.waterworks)
    ask = make.ask(cast.customer, cast.plumbers, cast.partner, request_id, reason="canary")
    for person in (cast.agent, cast.partner, cast.operator):
        sign_in(client, person)

        page = client.get("/privacy").text
        assert "canary" not in page
        assert f"/privacy/grants/{held.id}" not in page
        assert submit(client, f"/privacy/grants/{held.id}/withdraw").status_code == 404
        assert submit(client, f"/privacy/asks/{ask.id}", answer="yes").status_code == 404
    assert [each.withdrawn_at for each in grants()] == [None]


def test_taking_back_is_one_press(client, cast):
    sign_in(client, cast.customer)
    held = make.grant(cast.customer, cast.waterworks)

    answer = submit(client, f"/privacy/grants/{held.id}/withdraw")

    assert answer.status_code == 303
    assert grants()[0].withdrawn_at == clock.now()
    assert "Waterworks cannot see it any more." in client.get("/privacy").text


def test_letting_an_organisation_see_more(client, cast):
    sign_in(client, cast.customer)

    for sent, words in (
        ({}, "Choose an organisation."),
        ({"organisation": "8999999", "kinds": "requests"}, "Choose an organisation."),
        ({"organisation": "what", "kinds": "requests"}, "Choose an organisation."),
        ({"organisation": str(cast.energy.id)}, "Choose what it may see."),
        ({"organisation": str(cast.energy.id), "kinds": "phone number"}, "Choose what it may see."),
        ({"organisation": str(cast.energy.id), "kinds": "requests", "period": "9"}, "Choose from the list."),
    ):
        refused = submit(client, "/privacy/grants", **{"period": "30", **sent})
        assert (refused.status_code, words in refused.text) == (422, True)
    done = submit(client, "/privacy/grants", organisation=str(cast.energy.id), kinds="requests", period="30")

    assert done.status_code == 303
    (given,) = grants()
    assert (given.kinds, given.purpose, given.until) == (["requests"], "see_history", clock.now() + timedelta(days=30))


def test_yes_with_what_was_missing_and_no(client, cast, request_id):
    sign_in(client, cast.customer)
    kinds = ["licence_plate", "phone"]
    make.detail(cast.customer, "phone", "0612345678", help_request_id=request_id)
    ask = make.ask(cast.customer, cast.waterworks, cast.agent, request_id, kinds=kinds)
    other = make.ask(cast.customer, cast.energy, cast.rival, request_id)

    page = client.get("/privacy").text
    assert f'id="ask-{ask.id}-licence_plate"' in page
    assert f'id="ask-{ask.id}-phone"' not in page, "she is asked for nothing twice"
    assert submit(client, f"/privacy/asks/{ask.id}", answer="perhaps").status_code == 422
    wrong = submit(client, f"/privacy/asks/{ask.id}", answer="yes", licence_plate="??")
    assert (wrong.status_code, 'value="??"' in wrong.text) == (422, True)
    yes = submit(client, f"/privacy/asks/{ask.id}", answer="yes", licence_plate="AB-123-C", next="/cases")
    no = submit(client, f"/privacy/asks/{other.id}", answer="no", next="https://elsewhere.example")

    assert (yes.location, no.location) == ("/cases", "/privacy")
    assert [(each.organisation_id, each.kinds) for each in grants()] == [(cast.waterworks.id, kinds)]
    assert db.session.scalars(select(PersonalDetail.value).order_by(PersonalDetail.id)).all() == [
        "0612345678",
        "AB-123-C",
    ]
    db.session.expire_all()
    assert db.session.get_one(DetailAsk, other.id).answer == "declined"
    assert submit(client, f"/privacy/asks/{ask.id}", answer="no").status_code == 409
