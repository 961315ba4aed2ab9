"""One request, several organisations: what opens when, who sees what; the whole is always what its parts are."""

from __future__ import annotations

import random
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.actor import SYSTEM
from app.cases.models.cases import Case
from app.cases.models.messages import Message
from app.cases.models.parts import PartCase, PlannedPart
from app.cases.queries.case_view import case_for, case_view
from app.cases.queries.parts import parts_for
from app.cases.services import bundling, moving
from app.cases.services.requesting import request_service, wish_for
from app.cases.states import OPEN_STATES, is_open
from app.cases.together import SETTLED, free_parts, is_whole_done
from app.db import db
from app.errors import DomainError, NotAllowed, NotFound
from app.marketplace.models.services import Service
from app.marketplace.queries.catalogue import others_like
from app.outbox.models import DomainEvent
from app.privacy.models import Grant, PersonalDetail
from app.privacy.queries import permitted_kinds
from tests.accounts import make as accounts
from tests.cases.make import composed
from tests.cast import Cast, acting, sign_in, submit
from tests.community import make as community
from tests.marketplace import make as market
from tests.organisations import make as organisations


class Car:
    """Buying a car: insurance first, then road tax, then the permit; a second insurer may take over."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        topic = community.tag("car-insurance")
        self.insurer, self.other = organisations.organisation("Insurer"), organisations.organisation("Second insurer")
        self.agents = {cast.waterworks.id: cast.agent, cast.energy.id: cast.rival, cast.plumbers.id: cast.partner}
        for each in (self.insurer, self.other):
            person = accounts.person(f"Agent of {each.name}")
            organisations.membership(person, each)
            self.agents[each.id] = person
        self.insurance = market.service(self.insurer, "Car insurance")
        self.second = market.service(self.other, "Cheaper car insurance")
        for service in (self.insurance, self.second):
            market.about(service, topic)
            market.question(service, "licence_plate", why="We look it up.")
            market.question(service, "birth_date")
        self.tax = market.service(cast.waterworks, "Road tax for your car")
        market.question(self.tax, "licence_plate", why="The tax is on this plate.")
        self.permit = market.service(cast.energy, "Parking permit", conditions=["You live here"])
        market.question(self.permit, "address")
        self.bundle = market.bundle(
            cast.plumbers, [self.insurance, self.tax, self.permit], needs={1: [0], 2: [1]}, title="Buying a car at once"
        )

    def ask(self, *, shown_to: Any = None) -> Case:
        wish = wish_for(self.bundle)
        given = {"licence_plate": "AB-123-C", "birth_date": "1985-04-27", "address": "Canary street 1"}
        return request_service(
            acting(self.cast.customer),
            wish,
            text=composed(),
            values={place: given[asked.kind] for place, asked in enumerate(wish.details)},
            shown_to=list(wish.organisations) if shown_to is None else shown_to,
            conditions_hold=True,
        )

    def parts(self, whole: Case) -> list[PlannedPart]:
        rows = sa.select(PlannedPart).where(PlannedPart.whole_id == whole.id).order_by(PlannedPart.position)
        return list(db.session.scalars(rows.execution_options(populate_existing=True)))

    def case_of(self, part: PlannedPart) -> Case:
        rows = sa.select(Case).join(PartCase, PartCase.case_id == Case.id).where(PartCase.planned_part_id == part.id)
        return db.session.scalars(rows.order_by(Case.id.desc())).first()  # type: ignore[return-value]

    def work(self, case: Case) -> Any:
        organisation_id = case.holder_organisation_id
        person = self.agents[organisation_id]
        return acting(person, for_organisation=case.holder)


@pytest.fixture
def car(cast: Cast) -> Car:
    return Car(cast)


def settle(*cases: Case) -> None:
    for case in cases:
        bundling.settle_case(SYSTEM, case.id)


def test_parts_open_in_their_order_and_the_whole_is_solved_with_the_last(car: Car) -> None:
    customer = acting(car.cast.customer)
    whole = car.ask()
    opened = []
    for _step in range(3):
        states = [part.state for part in car.parts(whole)]
        (part,) = (each for each in car.parts(whole) if each.state == "open")
        case = car.case_of(part)
        opened.append((states, case.holder.name, case.parent_id == whole.id, case.asker_id == whole.asker_id))
        moving.move(customer, case, "solved")
        settle(case)

    assert opened == [
        (["open", "waiting", "waiting"], "Insurer", True, True),
        (["solved", "open", "waiting"], "Waterworks", True, True),
        (["solved", "solved", "open"], "Energy", True, True),
    ]
    assert (whole.state, whole.state_reason) == ("solved", "All its parts are done.")


def test_the_whole_is_neither_solved_nor_closed_before_its_parts_and_opens_again_with_one(car: Car) -> None:
    customer = acting(car.cast.customer)
    whole = car.ask()
    for state in ("solved", "closed"):
        with pytest.raises(NotAllowed, match="parts_open"):
            moving.move(customer, whole, state)
    with pytest.raises(NotAllowed, match="parts_open"):
        moving.ask_if_solved(acting(car.cast.partner, for_organisation=car.cast.plumbers), whole)
    for part in car.parts(whole)[1:]:
        bundling.drop_part(customer, whole, part.id)
    first = car.case_of(car.parts(whole)[0])
    moving.move(customer, first, "solved")
    settle(first)
    assert whole.state == "solved"

    moving.reopen(customer, first)
    settle(first)

    assert is_open(whole.state)
    assert car.parts(whole)[0].state == "open"


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_refused_part_shows_its_consequence_and_another_provider(
    car: Car, client: FlaskClient, is_shown: bool
) -> None:
    whole = car.ask()
    first = car.case_of(car.parts(whole)[0])
    moving.move(car.work(first), first, "closed", reason="We do not insure this car.")
    settle(first)
    sign_in(client, car.cast.customer)

    page = client.get(f"/cases/{whole.public_id}").text
    part_id = car.parts(whole)[0].id
    address, second = f"/cases/{whole.public_id}/parts/{part_id}/ask", str(car.second.id)
    asked = submit(client, address, service=second, shown="yes" if is_shown else None)

    for words in ("We do not insure this car.", "Without Car insurance you cannot drive.", "Ask Second insurer"):
        assert words in page
    for words in ("Cheaper car insurance", "€45", "Second insurer may see: licence_plate, birth_date"):
        assert words in page  # what she would ask for, for which price, and what it takes
    seen = permitted_kinds([car.other.id], person_id=whole.asker_id, help_request_ids=[whole.id])
    assert seen == ({"licence_plate", "birth_date"} if is_shown else set())
    assert "Road tax for your car, Parking permit" in page  # what cannot begin without it
    assert asked.status_code == 303
    part = car.parts(whole)[0]
    assert (part.state, car.case_of(part).holder.name) == ("open", "Second insurer")
    db.session.expire_all()
    moving.move(acting(car.cast.customer), car.case_of(part), "solved")
    settle(car.case_of(part))
    assert [each.state for each in car.parts(whole)] == ["solved", "open", "waiting"]


def test_who_has_a_part_refuses_it_and_nobody_ends_a_whole_that_goes_on(car: Car, client: FlaskClient) -> None:
    whole = car.ask()
    part = car.case_of(car.parts(whole)[0])
    agent = car.work(part)
    assert agent.person_id is not None

    sign_in(client, car.cast.customer)
    own = client.get(f"/cases/{whole.public_id}").text
    sign_in(client, db.session.get_one(Person, agent.person_id), for_organisation=part.holder)
    inside = client.get(f"/cases/{part.public_id}").text

    assert "It has parts. Each of them says below whose turn it is." in own
    for path in ("solved", "close"):
        assert f"/cases/{whole.public_id}/{path}" not in own
    assert "Refuse this part" in inside
    assert "Cheaper car insurance" not in inside


def test_what_only_stands_on_the_same_shelf_is_no_other_provider_beside_one(car: Car) -> None:
    shelf = community.category("Cars")
    wash = market.service(car.cast.energy, "Washing your car", category=shelf)
    tyres = market.service(car.other, "New tyres", category=shelf)

    assert others_like(wash) == [tyres]
    assert others_like(wash, is_same_topic=True) == []
    assert others_like(car.insurance, is_same_topic=True) == [car.second]


def test_no_organisation_sees_another_part_or_its_details_without_a_grant(car: Car) -> None:
    whole = car.ask()
    for part in car.parts(whole)[:2]:
        moving.move(acting(car.cast.customer), car.case_of(part), "solved")
        settle(car.case_of(part))
    cases = {car.case_of(part).holder_organisation_id: car.case_of(part) for part in car.parts(whole)}
    family = [whole.id, *(case.id for case in cases.values())]

    for organisation_id, own in cases.items():
        viewer = car.work(own)
        assert case_for(viewer, own.public_id).id == own.id
        for hidden in (whole, *(case for each, case in cases.items() if each != organisation_id)):
            with pytest.raises(NotFound):
                case_view(viewer, hidden.id)
    holder = acting(car.cast.partner, for_organisation=car.cast.plumbers)
    seen = parts_for(holder, case_view(holder, whole.id))
    assert [(part.state, [each.public_id for each in part.providers]) for part in seen] == [
        ("solved", [None]),
        ("solved", [None]),
        ("open", [None]),
    ]
    permitted = {
        organisation_id: permitted_kinds([organisation_id], person_id=whole.asker_id, help_request_ids=family)
        for organisation_id in (*cases, car.cast.plumbers.id, car.other.id)
    }
    assert permitted == {
        car.insurer.id: {"licence_plate", "birth_date"},
        car.cast.waterworks.id: {"licence_plate"},
        car.cast.energy.id: {"address"},
        car.cast.plumbers.id: frozenset(),
        car.other.id: frozenset(),
    }
    told = db.session.scalars(sa.select(Message.body).where(Message.case_id.in_([each.id for each in cases.values()])))
    assert not [body for body in told if "12345" in body]  # what the customer wrote stays with the whole


def test_details_are_asked_once_and_kept_once(car: Car, database: Session) -> None:
    wish = wish_for(car.bundle)
    whole = car.ask()

    assert [(each.kind, sorted(each.needed_by.values())) for each in wish.details] == [
        ("licence_plate", ["Insurer", "Waterworks"]),
        ("birth_date", ["Insurer"]),
        ("address", ["Energy"]),
    ]
    rows = database.query(PersonalDetail).filter_by(help_request_id=whole.id)
    assert sorted(row.kind for row in rows) == ["address", "birth_date", "licence_plate"]
    assert all(row.until is not None for row in database.query(Grant))


@pytest.mark.parametrize("seed", range(6))
def test_parts_and_whole_agree_after_any_history(car: Car, seed: int) -> None:
    """Customer, agents and the program move at random; the settling comes late, twice, or in another order."""
    chance = random.Random(seed)
    customer, whole, late = acting(car.cast.customer), car.ask(), []
    for _step in range(30):
        part = chance.choice(car.parts(whole))
        rows = sa.select(Case).join(PartCase, PartCase.case_id == Case.id).where(PartCase.planned_part_id == part.id)
        case = chance.choice([whole, *db.session.scalars(rows)])
        does = chance.choice(("solve", "refuse", "leave", "reopen", "other", "drop", "wait", "close", "settle"))
        try:
            if does == "solve":
                moving.move(customer, case, "solved")
            elif does in {"refuse", "wait"} and case is not whole:
                moving.move(car.work(case), case, "closed" if does == "refuse" else "waiting", reason="We cannot.")
            elif does in {"leave", "close"}:
                moving.move(customer, case, "closed")
            elif does == "reopen":
                moving.reopen(customer, case)
            elif does == "other":
                bundling.ask_provider(customer, whole, part.id, chance.choice([car.second, car.insurance]))
            elif does == "drop" and chance.random() < 0.3:
                bundling.drop_part(customer, whole, part.id)
        except DomainError:
            continue
        late.append(case)
        if does == "settle" or chance.random() < 0.7:
            settle(*chance.sample(late, len(late)), late[-1])
            late.clear()
            hold_true(car, whole)
    settle(*late, whole)
    hold_true(car, whole)


def hold_true(car: Car, whole: Case) -> None:
    db.session.expire_all()
    parts = car.parts(whole)
    for part in parts:
        rows = db.session.execute(
            sa.select(PartCase, Case).join(PartCase.case).where(PartCase.planned_part_id == part.id)
        ).all()
        for row, case in rows:
            assert (row.outcome is None) == (case.state in OPEN_STATES), (row.outcome, case.state)
        going_on = [row for row, _case in rows if row.outcome is None]
        solved = [row for row, _case in rows if row.outcome == "solved"]
        assert (part.state == "solved") == bool(solved)
        assert (part.state == "open") == (bool(going_on) and not solved)
        assert (part.state == "waiting") == (not rows and part.dropped_at is None)
    states = {part.position: part.state for part in parts}
    if is_open(whole.state):
        assert not free_parts(states, {part.position: part.needs for part in parts})
        assert not is_whole_done(states.values())
    else:
        assert set(states.values()) <= SETTLED
    kinds = sa.select(DomainEvent.payload).where(
        DomainEvent.help_request_id == whole.id, DomainEvent.kind == "part_moved"
    )
    last: dict[int, str] = {}
    for payload in db.session.scalars(kinds.order_by(DomainEvent.id)):
        assert last.get(payload["planned_part_id"], "waiting") == payload["from_state"]
        last[payload["planned_part_id"]] = payload["to_state"]
    assert {part.id: part.state for part in parts} == {part.id: last.get(part.id, "waiting") for part in parts}


def test_somebody_asks_for_a_single_service_in_the_browsers_way(
    client: FlaskClient, cast: Cast, database: Session
) -> None:
    service = market.service(cast.waterworks, "Leak search", conditions=["The house is yours"])
    market.question(service, "address", why="We come there.")
    market.question(service, "birth_date", is_required=False)
    sign_in(client, cast.customer)
    path = f"/services/{service.id}/ask"
    whole = {"detail_0": "Canary street 1", f"show_{cast.waterworks.id}": "y", "conditions": "y"}

    assert "We come there." in client.get(path).text
    for left_out, words in (
        ("detail_0", "They cannot begin without this."),
        (f"show_{cast.waterworks.id}", "Waterworks cannot begin without seeing what it needs."),
        ("conditions", "This service is only for people for whom all of this holds."),
    ):
        answer = submit(client, path, **{**whole, left_out: ""})
        assert (answer.status_code, words in answer.text) == (422, True), words
    wrong = submit(client, path, **whole, detail_1="the year of the monkey")
    assert (wrong.status_code, "1985-04-27" in wrong.text) == (422, True)
    assert database.query(Case).count() == 0
    done = submit(client, path, **whole)

    case = database.query(Case).one()
    assert (done.status_code, done.location) == (303, f"/cases/{case.public_id}")
    assert (case.holder_organisation_id, case.service_id) == (cast.waterworks.id, service.id)
    assert permitted_kinds([cast.waterworks.id], person_id=cast.customer.id, help_request_ids=[case.id]) == {
        "address",
        "birth_date",
    }


def test_what_is_not_offered_cannot_be_asked_for(client: FlaskClient, cast: Cast) -> None:
    gone = market.service(cast.waterworks, "No longer there", state="withdrawn")
    part = market.service(cast.waterworks, "Road tax", state="withdrawn")
    bundle = market.bundle(cast.plumbers, [part, market.service(cast.energy, "Permit")])
    sign_in(client, cast.customer)

    assert client.get(f"/services/{gone.id}/ask").status_code == 410
    assert submit(client, f"/services/{bundle.id}/ask").status_code == 409
    assert db.session.query(Service).count() == 4
    assert db.session.query(Case).count() == 0
