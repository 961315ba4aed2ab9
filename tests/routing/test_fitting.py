"""Services that fit a request: found by the words that tell them apart, shown where somebody asks."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.cases.models.holding import CaseMove
from app.db import db
from app.marketplace.models.services import Service
from app.routing.fitting import EXTENSION, services_for
from app.routing.service_records import ServiceRecord, told
from app.search import query_log
from tests.cases import make as cases
from tests.cases.make_promises import promise
from tests.cast import Cast, sign_in
from tests.community import make as community
from tests.marketplace import make as market


@pytest.fixture
def services(app: Any, cast: Cast) -> dict[str, Service]:
    app.extensions.pop(EXTENSION, None)
    texts = {
        "leak": ("Leak search", "We find where the water comes from, without breaking the wall."),
        "permit": ("Parking permit", "We arrange the permit for your street and your car."),
        "meter": ("Meter reading", "We read the water meter for you every month."),
        "solar": ("Solar roof check", "We look at panels and inverter."),
    }
    made = {key: market.service(cast.waterworks, title, body=body) for key, (title, body) in texts.items()}
    market.about(made["solar"], community.tag("photovoltaic"))
    return made


@pytest.mark.parametrize(
    "asked, best",
    [
        ("Where does this leak in my bathroom wall come from?", "leak"),
        ("How do I get a parking permit for my new car", "permit"),
        ("Is my photovoltaic yield too low?", "solar"),
    ],
)
def test_the_best_fitting_service_comes_first(services: dict[str, Service], asked: str, best: str) -> None:
    assert services_for(asked)[0].service is services[best]


@pytest.mark.parametrize("asked", ["", "What do we say about this with them?", "My passport is lost", "? !"])
def test_a_request_with_no_telling_word_in_common_fits_none(services: dict[str, Service], asked: str) -> None:
    assert list(services_for(asked)) == []


def test_what_is_withdrawn_is_forgotten_at_once(services: dict[str, Service], database: Session) -> None:
    assert services_for("parking permit")
    services["permit"].state = "withdrawn"
    database.flush()

    assert list(services_for("parking permit")) == []


def test_who_is_about_to_ask_sees_who_does_it(
    client: FlaskClient, services: dict[str, Service], cast: Cast, count_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_log, "WRITTEN_EVERY_S", 1e9)  # what was counted is written for many pages at once
    title = "How do I get a parking permit for my car?"
    with count_queries() as ran:
        fragment = client.get("/ask/similar", query_string={"q": title}, headers={"X-Fragment": "1"}).text
    page = client.get("/ask/similar", query_string={"q": title}).text
    question = community.question(cast.customer, title=title)
    sign_in(client, cast.customer)
    own = client.get(f"/q/{question.id}/how-do-i-get-a-parking-permit-for-my-car").text
    sign_in(client, cast.peer)
    others = client.get(f"/q/{question.id}/how-do-i-get-a-parking-permit-for-my-car").text

    assert ran.count <= 12, ran
    for seen in (fragment, page, own):
        assert f"/services/{services['permit'].id}/parking-permit" in seen
    assert "Somebody does this for you" not in others


def went(service: Service, cast: Cast, *, solved: int = 0, closed: int = 0, kept: int = 0, broken: int = 0) -> None:
    """Let cases of a service have ended so often, and promises in them have been kept and broken."""
    for number in range(solved + closed):
        made = cases.case(cast.customer, cast.waterworks, person=cast.agent, service_id=service.id, state="closed")
        to_state, by = ("solved", cast.customer) if number < solved else ("closed", cast.agent)
        move = {"from_state": "with_helper", "to_state": to_state, "moved_by_id": by.id, "moved_at": made.held_since}
        db.session.add(CaseMove(case_id=made.id, **move))
        for _n in range(kept if number == 0 else 0):
            promise(made, cast.agent, state="kept", done_at=made.held_since)
        for _n in range(broken if number == 0 else 0):
            promise(made, cast.agent, state="broken", broken_at=made.held_since)
    db.session.flush()


def test_of_two_that_fit_alike_the_one_that_went_better_comes_first(app: Any, cast: Cast) -> None:
    app.extensions.pop(EXTENSION, None)
    for number in range(8):
        market.service(cast.waterworks, f"Something else {number}", body="We do other things.")
    body = "We arrange the permit for your street."
    once, often, badly = (market.service(cast.waterworks, "Parking permit", body=body) for _ in range(3))
    went(once, cast, solved=1)
    went(often, cast, solved=9, closed=1, kept=9, broken=1)
    went(badly, cast, closed=4, broken=3)

    found = services_for("How do I get a parking permit?")

    assert [each.service for each in found] == [often, once, badly]
    assert [told(each.record) for each in found] == [
        "So far: solved 9 of 10 times, 9 of 10 promises kept in time.",
        "Little is known yet of how it goes.",
        "So far: solved 0 of 4 times, 0 of 3 promises kept in time.",
    ]


def test_words_still_count_and_what_the_customer_called_off_does_not(services: dict[str, Service], cast: Cast) -> None:
    went(services["leak"], cast, solved=8)
    made = cases.case(cast.customer, cast.waterworks, service_id=services["permit"].id, state="closed")
    off = {"from_state": "received", "to_state": "closed", "moved_by_id": cast.customer.id, "moved_at": made.held_since}
    db.session.add(CaseMove(case_id=made.id, **off))
    db.session.flush()

    (best, *_others) = services_for("A parking permit for my street, where the leak was")

    assert best.service is services["permit"]
    assert best.record == ServiceRecord()


def test_one_of_one_stands_below_ninety_of_a_hundred() -> None:
    assert ServiceRecord(solved=1, ended=1).share < ServiceRecord(solved=90, ended=100).share
    assert ServiceRecord(solved=0, ended=1).share < ServiceRecord().share < ServiceRecord(solved=1, ended=1).share
