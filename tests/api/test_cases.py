"""Cases for programs: the same services and the same eyes as the pages."""

from __future__ import annotations

from flask import Flask

from app.cases.services.opening import open_case
from tests.api.programs import program_of
from tests.cases import make
from tests.cast import Cast, acting


def test_a_case_is_listed_read_and_answered(app: Flask, cast: Cast) -> None:
    made = open_case(
        acting(cast.customer), title="My bill is wrong", text=make.composed(), organisation_id=cast.waterworks.id
    )
    customer, agent, stranger = (program_of(app, one) for one in (cast.customer, cast.agent, cast.outsider))

    (listed,) = customer.get("/cases").json["items"]
    assert (listed["id"], listed["turn"], listed["holder"]) == (made.public_id, "holder", cast.waterworks.name)
    assert [one["id"] for one in agent.get("/cases?whose=worked_on").json["items"]] == [made.public_id]
    posted = agent.post(f"/cases/{made.public_id}/messages", {"body": "Which month is it?"})

    assert posted.status_code == 201
    (listed,) = customer.get("/cases").json["items"]
    assert (listed["state"], listed["holder_person"]) == ("with_helper", cast.agent.name)
    told = customer.get(f"/cases/{made.public_id}/timeline").json["items"]
    assert "Which month is it?" in " ".join(each["html"] or "" for each in told)
    assert stranger.get(f"/cases/{made.public_id}/timeline").status_code == 404
    assert stranger.get("/cases").json == {"items": [], "next": None}
    assert customer.get("/cases?after=never").status_code == 422
