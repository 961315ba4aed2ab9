"""Asking invites whoever helps best; invitations are answered; nobody is invited who must not be."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from app import clock
from app.db import db
from app.errors import Conflict, NotAllowed
from app.organisations.models import Membership
from app.outbox.models import DomainEvent
from app.ranking.features import COLUMNS
from app.routing import modelstore, services, upkeep
from app.routing.eligibility import code_for, ranges
from app.routing.kept import read
from app.routing.models import Offer, RoutingDecision
from app.routing.policy import can_answer_offer
from app.routing.replaying import appraisal, stored
from app.routing.settings import DECIDED_TOGETHER
from app.sitesettings.services import change_setting
from tests.accounts import make as accounts
from tests.cast import acting
from tests.community import make as community
from tests.providers import make as providers
from tests.routing import make


def decision_of(question) -> RoutingDecision:
    return services.latest_decision(question.id)


def invited(question) -> list[int]:
    return [offer.provider_id for offer in make.offers(question)]


def own_offer(question, provider) -> Offer:
    return next(offer for offer in make.offers(question) if offer.provider_id == provider.id)


def reason_against(question, provider) -> str | None:
    return code_for(provider.id, decision_of(question).exclusions)


@pytest.fixture
def history(cast):
    """The peer solved most, the agent some; both lately."""
    make.past(cast, cast.peer, answers=12, accepted=8, days_ago=1)
    make.past(cast, cast.agent, answers=4, accepted=1, organisation=cast.waterworks, days_ago=2)
    make.learn_history()


def test_asking_stores_a_decision_and_invites_the_first_few(cast, history):
    question = make.ask(cast)

    decision = decision_of(question)
    assert decision.purpose == "ask"
    assert decision.candidates["rows"][0]["provider"] == cast.peer_provider.id
    assert len(make.offers(question)) == 3
    assert decision.model.version == make.SHIPPED
    assert decision.state_key is not None


def test_every_row_of_a_decision_says_all_that_is_promised(cast, history):
    decision = decision_of(make.ask(cast))

    for row in decision.candidates["rows"]:
        assert len(row["features"]) == len(row["parts"]) == len(COLUMNS)
        assert sum(row["parts"]) == pytest.approx(row["score"], abs=1e-6)
        assert sum(row["minutes"]) == pytest.approx(row["value"], abs=1e-6)
        assert 0 <= row["propensity"] <= 1
        assert row["reasons"]


def test_a_stored_decision_replays_to_the_same_scores_and_values(cast, history):
    decision = decision_of(make.ask(cast))
    db.session.expire_all()

    again = appraisal(stored(decision.need, read(decision.numbers)), modelstore.numbers_of(decision.model))

    rows = decision.candidates["rows"]
    np.testing.assert_allclose(again.scores, [row["score"] for row in rows], atol=1e-9)
    np.testing.assert_allclose(again.values, [row["value"] for row in rows], rtol=1e-9)
    np.testing.assert_allclose(again.contributions, [row["parts"] for row in rows], atol=1e-9)


def test_routing_and_offers_are_facts(cast, history):
    question = make.ask(cast)

    kinds = [
        each.kind
        for each in db.session.scalars(db.select(DomainEvent).where(DomainEvent.help_request_id == question.id))
    ]
    assert kinds == ["question_asked", "request_routed", *["offer_made"] * 3]


def test_without_any_history_newcomers_are_invited(cast):
    question = make.ask(cast)

    assert len(make.offers(question)) == 3
    assert decision_of(question).state_key is None


def test_nobody_to_invite_is_no_error(database):
    asker = accounts.person("Alone")
    question = services.ask(
        acting(asker), title="Is anybody there at all?", text=make.composed(), category_id=community.category().id
    )

    assert make.offers(question) == []
    assert decision_of(question).candidates_count == 0


def test_the_asker_is_never_invited(cast, history):
    question = services.ask(
        acting(cast.peer), title="Who can help the helper?", text=make.composed(), category_id=community.category().id
    )

    assert cast.peer_provider.id not in invited(question)
    assert reason_against(question, cast.peer_provider) == "is_the_asker"


@pytest.mark.parametrize(
    "change, code",
    [
        (lambda cast: setattr(cast.peer, "can_sign_in", False), "cannot_sign_in"),
        (lambda cast: setattr(cast.peer, "suspended_at", clock.now()), "suspended"),
        (lambda cast: setattr(cast.peer, "erased_at", clock.now()), "account_gone"),
        (lambda cast: setattr(cast.peer, "languages", ["fr"]), "other_language"),
        (lambda cast: setattr(cast.peer_provider, "paused_at", clock.now()), "paused"),
        (lambda cast: setattr(cast.peer_provider, "most_open_offers", 0), "enough_invitations"),
    ],
)
def test_who_must_not_be_invited_is_left_out_with_the_reason(cast, history, change, code):
    change(cast)
    db.session.flush()

    question = make.ask(cast)

    assert cast.peer_provider.id not in invited(question)
    assert reason_against(question, cast.peer_provider) == code


def test_an_agent_who_left_is_not_invited_for_the_organisation(cast, history):
    membership = db.session.scalars(db.select(Membership).where(Membership.person_id == cast.agent.id)).one()
    membership.ended_at = clock.now()
    db.session.flush()

    question = make.ask(cast)

    assert reason_against(question, cast.agent_provider) == "left_the_organisation"


def test_a_closed_organisation_is_not_invited(cast, history):
    cast.waterworks.closed_at = clock.now()
    db.session.flush()

    question = make.ask(cast)

    assert reason_against(question, cast.agent_provider) == "organisation_closed"
    assert reason_against(question, cast.desk_provider) == "organisation_closed"


def test_a_question_for_one_organisation_reaches_only_its_people(cast, history):
    shelf = community.category()
    question = services.ask(
        acting(cast.agent),
        title="Who of us knows this meter?",
        text=make.composed(),
        category_id=shelf.id,
        audience=f"org:{cast.waterworks.id}",
    )

    assert reason_against(question, cast.peer_provider) == "may_not_see"
    assert reason_against(question, cast.partner_provider) == "may_not_see"
    assert set(invited(question)) <= {cast.desk_provider.id}


def test_a_list_shows_a_person_once_and_an_organisation_once(cast, history):
    second = providers.provider(cast.agent)
    make.past(cast, cast.agent, answers=3, days_ago=1)
    make.learn_history()

    decision = decision_of(make.ask(cast))

    listed = {row["provider"] for row in decision.candidates["rows"]}
    assert len(listed & {second.id, cast.agent_provider.id}) == 1
    assert len(listed & {cast.desk_provider.id, cast.agent_provider.id}) <= 1
    left = [code_for(each.id, decision.exclusions) for each in (second, cast.agent_provider, cast.desk_provider)]
    assert "another_capacity" in left


def test_open_invitations_fill_up_and_are_not_passed(cast, history):
    cast.peer_provider.most_open_offers = 2
    shelf = community.category()
    questions = [make.ask(cast, title=f"Which meter reading {n}?", category=shelf) for n in range(3)]

    got = [cast.peer_provider.id in invited(question) for question in questions]

    assert sum(got) == 2
    assert reason_against(questions[2], cast.peer_provider) == "enough_invitations"


def test_accepting_and_declining_an_invitation(cast, history):
    question = make.ask(cast)
    by_provider = {offer.provider_id: offer for offer in make.offers(question)}
    peers = by_provider[cast.peer_provider.id]

    services.accept_offer(acting(cast.peer), peers)
    db.session.refresh(peers)

    assert peers.state == "accepted"
    with pytest.raises(NotAllowed, match="already_answered_offer"):
        services.decline_offer(acting(cast.peer), peers)


def test_anothers_invitation_cannot_be_answered(cast, history):
    offer = own_offer(make.ask(cast), cast.peer_provider)

    for person in (cast.agent, cast.customer, cast.operator):
        with pytest.raises(NotAllowed, match="not_your_offer"):
            services.accept_offer(acting(person), offer)


def test_two_answers_to_one_invitation_at_once_leave_the_first(cast, history):
    offer = own_offer(make.ask(cast), cast.peer_provider)
    db.session.execute(
        db.update(Offer)
        .where(Offer.id == offer.id)
        .values(state="accepted")
        .execution_options(synchronize_session=False)
    )

    with pytest.raises(Conflict):
        services.decline_offer(acting(cast.peer), offer)


def test_after_a_refusal_somebody_else_is_invited_and_nobody_twice(cast, history):
    extra = [accounts.person(f"Extra {n}") for n in range(3)]
    for person in extra:
        providers.provider(person)
        make.past(cast, person, answers=2, days_ago=3)
    make.learn_history()
    question = make.ask(cast)
    before = invited(question)

    services.decline_offer(acting(cast.peer), own_offer(question, cast.peer_provider))

    after = invited(question)
    assert len(after) == len(before) + 1
    assert len(set(after)) == len(after)
    assert decision_of(question).purpose == "next"
    assert decision_of(question).previous_id is not None


def test_after_a_refusal_nobody_is_invited_to_an_answered_question(cast, history):
    question = make.ask(cast)
    community.answer(question, cast.agent)
    before = invited(question)

    services.decline_offer(acting(cast.peer), own_offer(question, cast.peer_provider))

    assert invited(question) == before


def test_an_invitation_nobody_answers_ends(cast, history, clock):
    question = make.ask(cast)
    clock.shift(timedelta(hours=49))

    upkeep.expire_offers()

    states = [offer.state for offer in make.offers(question)]
    assert states[:3] == ["expired"] * 3


@pytest.fixture
def crowd(cast, history):
    """Six more helpers who know a little, so that there is somebody to ask next."""
    found = []
    for number in range(6):
        person = accounts.person(f"Extra {number}")
        found.append(providers.provider(person))
        make.past(cast, person, answers=2, days_ago=3)
    make.learn_history()
    return found


def overdue(cast, clock, *, questions: int) -> list:
    """Return that many questions whose invitations nobody answered in time."""
    shelf = community.category()
    asked = [make.ask(cast, title=f"Which meter reading {n}?", category=shelf) for n in range(questions)]
    clock.shift(timedelta(hours=49))
    return asked


def test_questions_that_wait_are_decided_about_together(cast, crowd, clock):
    questions = overdue(cast, clock, questions=3)

    upkeep.expire_offers()

    decisions = [decision_of(question) for question in questions]
    assert [decision.purpose for decision in decisions] == ["next"] * 3
    assert len({decision.seed for decision in decisions}) == 1
    assert [decision.need["together"] for decision in decisions] == [3] * 3
    for question, decision in zip(questions, decisions, strict=True):
        again = make.offers(question)[3:]
        rows = {row["provider"]: row for row in decision.candidates["rows"]}
        assert {offer.decision_id for offer in again} == {decision.id}
        assert len(again) == 3
        assert all(offer.propensity == pytest.approx(rows[offer.provider_id]["propensity"]) for offer in again)
        assert sum(row["propensity"] for row in rows.values()) == pytest.approx(3, abs=1e-6)
        assert len(invited(question)) == len(set(invited(question)))


def test_a_decision_made_together_replays_to_the_same_values(cast, crowd, clock):
    questions = overdue(cast, clock, questions=2)
    upkeep.expire_offers()
    db.session.expire_all()

    for decision in map(decision_of, questions):
        again = appraisal(stored(decision.need, read(decision.numbers)), modelstore.numbers_of(decision.model))
        np.testing.assert_allclose(again.values, [row["value"] for row in decision.candidates["rows"]], rtol=1e-9)


def test_together_nobody_is_asked_more_than_she_takes(cast, crowd, clock):
    questions = overdue(cast, clock, questions=4)
    for each in crowd:
        each.most_open_offers = 1
    db.session.flush()
    before = {question.id: set(invited(question)) for question in questions}

    upkeep.expire_offers()

    fresh = [provider for question in questions for provider in set(invited(question)) - before[question.id]]
    ours = {each.id for each in crowd}
    assert all(fresh.count(provider) <= 1 for provider in ours)
    assert ours & set(fresh)


def test_what_was_answered_meanwhile_stays_as_it_is(cast, crowd, clock):
    (question,) = overdue(cast, clock, questions=1)
    offers = make.offers(question)
    services.accept_offer(acting(cast.peer), own_offer(question, cast.peer_provider))

    services.expire(offers)

    db.session.expire_all()
    states = sorted(offer.state for offer in offers)
    assert states == ["accepted", "expired", "expired"]
    assert len(invited(question)) == 5


def test_no_more_questions_at_once_than_the_setting_says(cast, crowd, clock):
    questions = overdue(cast, clock, questions=3)
    change_setting(acting(cast.operator), DECIDED_TOGETHER.name, "2")
    db.session.commit()

    upkeep.expire_offers()

    assert sorted(decision_of(question).need["together"] for question in questions) == [1, 2, 2]


def test_what_needs_nobody_any_more_gets_nobody(cast, crowd, clock):
    answered, locked, closed, waiting = overdue(cast, clock, questions=4)
    community.answer(answered, cast.agent)
    locked.locked_at = answered.created_at
    closed.request.state = "closed"
    db.session.flush()

    upkeep.expire_offers()

    assert [len(make.offers(question)) for question in (answered, locked, closed, waiting)] == [3, 3, 3, 6]


def test_a_desk_is_answered_for_by_whoever_works_there(cast):
    offer = Offer(provider=cast.desk_provider, state="offered")

    assert can_answer_offer(acting(cast.agent), offer)
    assert can_answer_offer(acting(cast.rival), offer).reason == "not_your_offer"


def test_ids_become_ranges():
    assert ranges([5, 1, 2, 3, 9, 8]) == [[1, 3], [5, 5], [8, 9]]
    assert code_for(2, {"paused": [[1, 3]]}) == "paused"
    assert code_for(4, {"paused": [[1, 3]]}) is None
