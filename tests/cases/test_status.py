"""Whose turn, since when and why: the same for the customer, the agent and programs, in random cases."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.cases.models.promises import CasePoint
from app.cases.queries.case_view import case_view
from app.cases.queries.status import as_json, status_of
from app.cases.services import disputing, promising
from app.cases.services.moving import ask_if_solved, move
from app.cases.services.opening import open_case
from app.cases.services.talking import post_message
from app.db import db
from app.errors import DomainError
from app.privacy.services import granting
from tests.accounts import make as accounts
from tests.cases import make
from tests.cases.make import composed
from tests.cases.make_promises import point, promise
from tests.cast import acting, sign_in
from tests.community import make as community


def one_random_case(chance: random.Random, cast, clock):
    """Drive a case through the services at random, and return it."""
    customer, agent = acting(cast.customer), acting(cast.agent, for_organisation=cast.waterworks)
    case = open_case(customer, title="The bill of May", text=composed(), organisation_id=cast.waterworks.id)

    def soon() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=chance.randrange(1, 9000))

    def answered() -> None:
        waiting = select(CasePoint).where(CasePoint.help_request_id == case.id, CasePoint.answer.is_(None))
        for each in db.session.scalars(waiting).all():
            if each.kind == "understanding":
                disputing.confirm_understanding(customer, case, each.id)
            elif each.kind == "date":
                promising.answer_date(customer, case, each.id, is_agreed=chance.random() < 0.5)
            else:
                disputing.end_dispute(agent, case, each.id, is_corrected=True, ground="You are right.")

    acts = [
        lambda: post_message(agent, case, text=composed("Here is news."), next_update_at=soon()),
        lambda: post_message(customer, case, text=composed("And now?")),
        lambda: move(agent, case, "waiting", reason="Which month?"),
        lambda: ask_if_solved(agent, case),
        lambda: move(customer, case, "solved"),
        lambda: disputing.state_understanding(agent, case, words="The bill is too high."),
        lambda: disputing.dispute(customer, case, about="amount", words="It was 20."),
        lambda: promising.make_promise(agent, case, kind="solution", words="It is solved.", due_at=soon()),
        answered,
    ]
    for _turn in range(chance.randrange(1, 7)):
        clock.shift(chance.randrange(0, 90_000))
        try:
            chance.choice(acts)()
        except DomainError:
            continue  # not where it stands now
    return case


def same_for_all(chance: random.Random, cast, clock, count: int) -> set[str]:
    seen = set()
    for _case in range(count):
        case, now = one_random_case(chance, cast, clock), datetime.now(UTC)
        told = {
            role: as_json(status_of(case_view(viewer, case.id), now=now))
            for role, viewer in (
                ("customer", acting(cast.customer)),
                ("agent", acting(cast.agent, for_organisation=cast.waterworks)),
            )
        }
        assert told["customer"] == told["agent"]
        if told["agent"]["state"] in {"received", "with_helper", "waiting"}:
            assert told["agent"]["next_update_at"] is not None
        seen.add(f"{told['agent']['state']} {told['agent']['why']}")
    return seen


def test_customer_and_agent_see_the_same_status_in_random_cases(cast, clock):
    seen = same_for_all(random.Random(67), cast, clock, 30)

    assert len(seen) >= 5, "histories that differ"


@pytest.mark.long
@pytest.mark.timeout(900)
def test_customer_and_agent_see_the_same_status_in_a_thousand_random_cases(cast, clock):
    assert len(same_for_all(random.Random(68), cast, clock, 1000)) >= 7


def test_programs_see_what_people_see(client, cast):
    case = make.case(cast.customer, cast.waterworks, person=cast.agent)
    promise(case, cast.agent, kind="solution")
    point(case, cast.agent)
    expected = as_json(status_of(case_view(acting(cast.customer), case.id), now=datetime.now(UTC)))
    for person in (cast.customer, cast.agent):
        _row, secret = accounts.api_token(person, "read")
        db.session.commit()

        answer = client.get(f"/api/v1/cases/{case.public_id}", headers={"Authorization": f"Bearer {secret}"})

        assert answer.status_code == 200, answer.text
        found = {name: answer.json[name] for name in ("state", "turn", "why", "reason", "holder", "is_held_up")}
        assert found == {name: expected[name] for name in found}
        for moment in ("since", "next_update_at", "ultimate_at"):
            assert datetime.fromisoformat(answer.json[moment]) == datetime.fromisoformat(expected[moment])
        assert [each["state"] for each in answer.json["promises"]] == ["open"]
    _row, secret = accounts.api_token(cast.rival, "read")
    db.session.commit()
    hidden = client.get(f"/api/v1/cases/{case.public_id}", headers={"Authorization": f"Bearer {secret}"})
    assert hidden.status_code == 404


def test_agent_sees_the_whole_customer_as_far_as_she_lets_it(client, cast, count_queries):
    from_here = make.case(cast.customer, cast.waterworks, person=cast.agent, title="Here at the waterworks")
    elsewhere = make.case(cast.customer, cast.energy, title="Elsewhere canary")
    community.question(cast.customer, title="Asked in public")
    community.question(cast.customer, title="Asked inside", audience=f"org:{cast.energy.id}")
    promise(from_here, cast.agent, words="We call you.")
    promise(elsewhere, cast.rival, words="Promised elsewhere canary.")
    give = make_grants(cast)
    address = f"/customers/{cast.customer.handle}"
    sign_in(client, cast.agent, for_organisation=cast.waterworks)

    page = client.get(address)

    assert page.status_code == 200
    assert "Here at the waterworks" in page.text
    assert "We call you." in page.text
    assert "canary" not in page.text
    assert page.text.count("not for Waterworks to see") == 4
    give("requests", "promises", "grants", "activity")
    with count_queries() as ran:
        page = client.get(f"/customers/{cast.customer.id}")
    assert ran.count <= 12, ran
    assert "Elsewhere canary" in page.text
    assert "Promised elsewhere canary." in page.text
    assert elsewhere.public_id not in page.text
    assert "not for Waterworks to see" not in page.text
    assert "Asked in public" in page.text
    assert "Asked inside" not in page.text
    for person in (cast.partner, cast.customer, cast.operator):
        sign_in(client, person)
        assert client.get(address).status_code == 404


def make_grants(cast):
    from_customer = acting(cast.customer)

    def give(*kinds: str) -> None:
        granting.give_grant(
            from_customer,
            person_id=cast.customer.id,
            organisation_id=cast.waterworks.id,
            purpose="see_history",
            kinds=kinds,
        )

    return give
