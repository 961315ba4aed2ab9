"""Services and quotes for programs: asked for, quoted, agreed, with the same eyes and rules as the pages."""

from __future__ import annotations

import pytest
from flask import Flask

from app.privacy.queries import permitted_kinds
from tests.api.programs import program_of
from tests.cases import make
from tests.cast import Cast
from tests.marketplace import make as market

QUOTE = {
    "title": "Repair behind the wall",
    "lines": [{"words": "The work", "amount_cents": 12_000}, {"words": "Care", "amount_cents": 450, "per": "month"}],
    "valid_until": "2026-03-09T12:00:00+00:00",
    "change_terms": "Tell us.",
    "cancellation_terms": "Until the day before.",
    "done_within_days": 3,
}


def test_a_service_is_found_read_and_asked_for(app: Flask, cast: Cast) -> None:
    made = market.service(cast.waterworks, "Leak search", conditions=["The house is yours"])
    market.question(made, "address", why="We come there.")
    market.question(made, "birth_date", is_required=False)
    market.service(cast.energy, "Meter check")
    customer = program_of(app, cast.customer)

    (listed,) = customer.get("/services?q=leak").json["items"]
    assert (listed["id"], listed["organisation"]) == (made.id, "Waterworks")
    first = customer.get("/services?limit=1").json
    assert len(customer.get(f"/services?limit=1&after={first['next']}").json["items"]) == 1
    assert customer.get("/services?after=never").status_code == 422
    told = customer.get(f"/services/{made.id}").json
    assert [(each["kind"], each["why"], each["needed_by"][0]["required"]) for each in told["details"]] == [
        ("address", ["We come there."], True),
        ("birth_date", [], False),
    ]
    whole = {"details": ["Canary street 1"], "shown_to": [cast.waterworks.id], "conditions_hold": True}
    for wrong, field in (
        ({"details": []}, "details.0"),
        ({"details": ["Canary street 1", "the year of the monkey"]}, "details.1"),
        ({"details": ["Canary street 1", "", ""]}, "details"),
        ({"shown_to": []}, "shown_to"),
        ({"conditions_hold": False}, "conditions_hold"),
    ):
        refused = customer.post(f"/services/{made.id}/requests", {**whole, **wrong})
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)
    opened = customer.post(f"/services/{made.id}/requests", whole)

    assert opened.status_code == 201
    (case,) = customer.get("/cases").json["items"]
    assert case["id"] == opened.json["id"]
    assert program_of(app, cast.agent).get(f"/cases/{case['id']}").json["holder"] == "Waterworks"


def test_what_is_allowed_is_what_was_chosen(app: Flask, cast: Cast) -> None:
    made = market.service(cast.waterworks, "Leak search")
    market.question(made, "address", is_required=False)
    opened = program_of(app, cast.customer).post(f"/services/{made.id}/requests", {"details": ["Canary street 1"]})

    assert opened.status_code == 201
    assert not permitted_kinds([cast.waterworks.id], person_id=cast.customer.id, help_request_ids=[])


@pytest.mark.parametrize("answer", ["accept", "decline", "withdraw"])
def test_a_quote_is_made_and_answered(app: Flask, cast: Cast, answer: str) -> None:
    case = make.case(cast.customer, cast.waterworks, person=cast.agent)
    here = f"/cases/{case.public_id}"
    customer, agent, stranger = (program_of(app, one) for one in (cast.customer, cast.agent, cast.outsider))
    wrong = agent.post(f"{here}/quotes", {**QUOTE, "lines": []})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "lines")
    assert customer.post(f"{here}/quotes", QUOTE).status_code == 403
    made = agent.post(f"{here}/quotes", QUOTE)
    assert made.status_code == 201
    assert (made.json["totals"], made.json["first_year"]) == ({"once": 12_000, "month": 450}, 17_400)
    for reader in (customer, agent):
        (seen,) = reader.get(f"{here}/quotes").json["items"]
        assert (seen["id"], seen["state"]) == (made.json["id"], "open")
    assert stranger.get(f"{here}/quotes").status_code == 404
    assert stranger.get(f"{here}/agreements").status_code == 404
    who, other = (agent, customer) if answer == "withdraw" else (customer, agent)
    address = f"{here}/quotes/{made.json['id']}/{answer}"
    assert other.post(address, {}).status_code == 403

    done = who.post(address, {})

    assert done.status_code == (201 if answer == "accept" else 200)
    assert who.post(address, {}).status_code == 409
    agreed = customer.get(f"{here}/agreements").json["items"]
    if answer == "accept":
        assert [(each["quote"], each["content"]["title"]) for each in agreed] == [(made.json["id"], QUOTE["title"])]
        assert agreed[0]["digest"] == done.json["digest"]
        assert customer.get(here).json["promises"][0]["words"] == QUOTE["title"]
    else:
        assert agreed == []


def test_nobody_quotes_before_the_customer_confirmed_what_she_asks(app: Flask, cast: Cast) -> None:
    case = make.case(cast.customer, cast.waterworks, person=cast.agent, work_from=None)

    refused = program_of(app, cast.agent).post(f"/cases/{case.public_id}/quotes", QUOTE)

    assert (refused.status_code, refused.json["code"]) == (403, "not_confirmed")
