"""Outcomes, refits and reviews."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import numpy as np
import pytest

from app import clock
from app.community.services import answering, judging
from app.db import db
from app.errors import Conflict, NotAllowed
from app.outbox.deliver import happening
from app.outbox.models import DomainEvent
from app.providers.models import Provider
from app.ranking import fit
from app.ranking.features import COLUMNS
from app.ranking.model import default_model
from app.ranking.offpolicy import Comparison, Estimate
from app.reactions.routing import observe
from app.routing import choosing, learning, modelqueries, modelstore
from app.routing.judging import side_by_side, tried
from app.routing.models import Offer, Outcome, RankingModel, RoutingDecision
from app.routing.services import latest_decision
from app.sitesettings.declare import forget_kept
from app.sitesettings.services import change_setting
from tests.cast import acting
from tests.routing import make
from tests.routing.make import FIRST, SECOND, SILENT, making


@pytest.fixture
def question(cast):
    make.past(cast, cast.peer, answers=6, accepted=2, days_ago=1)
    make.learn_history()
    return make.ask(cast)


def answer_and_accept(cast, question, clock):
    clock.shift(timedelta(minutes=12))
    answer = answering.post_answer(acting(cast.peer), question, text=make.composed("Send the first number only."))
    clock.shift(timedelta(minutes=5))
    judging.accept(acting(cast.customer), question, answer)
    make.catch_up()
    return answer


def test_an_answer_becomes_an_outcome_and_closes_the_invitation(cast, question, clock):
    answer_and_accept(cast, question, clock)

    outcomes = db.session.scalars(db.select(Outcome).order_by(Outcome.id)).all()
    assert [(each.kind, each.provider_id, each.minutes) for each in outcomes] == [
        ("answered", cast.peer_provider.id, 12),
        ("accepted", cast.peer_provider.id, 17),
    ]
    offer = db.session.get(Offer, outcomes[0].offer_id)
    assert offer.state == "answered"
    others = [each.state for each in make.offers(question) if each.id != offer.id]
    assert set(others) <= {"closed"}


def test_the_same_fact_brought_twice_is_one_outcome(cast, question, clock):
    answer_and_accept(cast, question, clock)
    count = db.session.scalar(db.select(db.func.count()).select_from(Outcome))

    for event in db.session.scalars(db.select(DomainEvent).where(DomainEvent.help_request_id == question.id)):
        if event.kind in ("answer_posted", "answer_accepted"):
            observe(happening(event))

    assert db.session.scalar(db.select(db.func.count()).select_from(Outcome)) == count


def test_a_first_answer_makes_a_provider(cast, question):
    answering.post_answer(acting(cast.outsider), question, text=make.composed("I had that too, try the other one."))
    make.catch_up()

    made = db.session.scalars(db.select(Provider).where(Provider.person_id == cast.outsider.id)).one()
    assert made.organisation_id is None


def test_the_asker_adding_to_her_own_question_is_no_outcome(cast, question):
    answering.post_answer(acting(cast.customer), question, text=make.composed("I forgot to say it is digital."))
    make.catch_up()

    assert db.session.scalar(db.select(db.func.count()).select_from(Outcome)) == 0


def test_a_vote_on_an_answer_is_an_outcome(cast, question, clock):
    answer = answer_and_accept(cast, question, clock)
    judging.vote(acting(cast.agent), answer, 1)
    make.catch_up()

    kinds = [each.kind for each in db.session.scalars(db.select(Outcome).order_by(Outcome.id))]
    assert kinds == ["answered", "accepted", "voted"]


def test_a_refit_reviews_what_happened_and_the_helpers_parts_have_changed(cast, question, clock):
    first = latest_decision(question.id)
    answer_and_accept(cast, question, clock)
    clock.shift(60)

    learned = learning.refit()

    assert learned.reviews == 1
    review = latest_decision(question.id)
    assert (review.purpose, review.previous_id) == ("review", first.id)
    then, now = (row_of(each, cast.peer_provider.id) for each in (first, review))
    assert now["record"]["confirmed"] == then["record"]["confirmed"] + 1
    assert now["parts"] != then["parts"]
    assert now["value"] > then["value"]


def test_a_refit_with_nothing_new_does_nothing_and_rewrites_nothing(cast, question, clock):
    answer_and_accept(cast, question, clock)
    learning.refit()
    before = [(d.id, d.candidates) for d in db.session.scalars(db.select(RoutingDecision))]

    assert learning.refit().reviews == 0

    assert [(d.id, d.candidates) for d in db.session.scalars(db.select(RoutingDecision))] == before


def test_few_decisions_leave_the_weights_alone(cast, question, clock):
    answer_and_accept(cast, question, clock)

    learned = learning.refit()

    assert learned.version == ""
    assert [each.version for each in db.session.scalars(db.select(RankingModel))] == [make.SHIPPED]


# The rule


@pytest.fixture(autouse=True)
def _settings_of_this_test():
    forget_kept()
    yield
    forget_kept()


def set_to(cast, **values: str) -> None:
    for name, value in values.items():
        change_setting(acting(cast.operator), f"routing.{name}", value)
    forget_kept()


@pytest.fixture
def mistaken(cast, monkeypatch):
    """The agent answers, strong in one factor; the weights in force begin with the peer, who is strong in another."""
    monkeypatch.setattr(fit, "FEWEST_QUESTIONS", 9)
    monkeypatch.setattr(learning, "review_what_changed", lambda: 0)  # a subject of its own, and slow
    set_to(cast, promotion_fewest="5")
    for number in range(20):
        features = {
            cast.peer_provider: {FIRST: making(FIRST, 3.0), SECOND: making(SECOND, 0.1 * (number % 3))},
            cast.agent_provider: {FIRST: making(FIRST, 0.5), SECOND: making(SECOND, 1.0 + 0.1 * (number % 2))},
        }
        make.decided(
            cast,
            number,
            features=features,
            answered_by=cast.agent_provider,
            invited={[cast.peer_provider, cast.agent_provider][number % 2]: 0.5},
        )


def test_a_candidate_that_is_no_worse_on_decisions_it_has_not_seen_comes_into_force(cast, mistaken):
    learned = learning.refit()

    assert (learned.is_promoted, learned.against) == (True, [])
    assert latest_model() == learned.version
    row = db.session.scalars(db.select(RankingModel).where(RankingModel.version == learned.version)).one()
    assert row.metrics["replay_after"] > row.metrics["replay_before"]
    assert row.metrics["replay_decisions"] == 5
    assert row.metrics["answers_difference"] > 0
    assert row.metrics["answers_decisions"] == 5
    assert row.metrics["beside"] == make.SHIPPED


def test_what_an_operator_chose_meanwhile_stays(cast, mistaken, monkeypatch):
    chosen = modelstore.add(replace(default_model(), version="chosen-by-hand"))

    def choose_meanwhile(*_args):
        modelstore.promote(chosen, "chosen")
        return difference(0.5, 0.1)

    monkeypatch.setattr(learning, "in_hindsight", choose_meanwhile)

    assert not learning.refit().is_promoted
    assert latest_model() == "chosen-by-hand"
    made = db.session.scalars(db.select(DomainEvent).where(DomainEvent.kind == "ranking_model_made")).one()
    assert made.payload["is_promoted"] is False


def test_the_job_learns_anew_only_after_new_decisions(cast, mistaken):
    learning.run_refit()
    learning.run_refit()

    learned = db.session.scalars(db.select(RankingModel).where(RankingModel.version != make.SHIPPED)).all()
    assert [each.version for each in learned] == ["learned-2"]
    features = {cast.agent_provider: {SECOND: making(SECOND, 1.0)}, cast.peer_provider: {FIRST: making(FIRST, 3.0)}}
    for number in range(100, 105):
        make.decided(cast, number, features=features, answered_by=cast.agent_provider)
    learning.run_refit()
    assert db.session.scalar(db.select(db.func.count()).select_from(RankingModel)) == 3


def test_learning_never_sees_the_decisions_it_is_judged_on(cast, mistaken, monkeypatch):
    seen = []
    monkeypatch.setattr(learning, "learn", lambda samples, start, *, version: seen.extend(samples) or start)

    learning.refit()

    assert len(seen) == 15


def swapped(_samples, start, *, version):
    """Learn that the second factor decides."""
    weights = np.where(np.array(COLUMNS) == SECOND, 9.0, 0.0)
    return replace(start, version=version, weights=weights)


def difference(mean: float, reach: float) -> Comparison:
    return Comparison(Estimate(mean, mean - reach, mean + reach, 40.0, 0.0, 40), 0.01)


def test_the_rule_of_the_settings_decides(cast, mistaken):
    _, start = modelstore.in_force()
    candidate = swapped([], start, version="learned-9")
    replayed = side_by_side(tried(db.session(), most=5), start, candidate)
    cases = [
        ("both", difference(0.0, 0.2), []),
        ("both", difference(-0.009, 0.2), []),
        ("both", difference(-0.02, 0.2), ["answers_worse"]),
        ("sure", difference(0.02, 0.2), ["answers_unsure"]),
        ("sure", difference(0.02, 0.025), []),
        ("replay", difference(-0.5, 0.1), []),
        ("by_hand", difference(0.5, 0.1), ["by_hand"]),
    ]

    for rule, estimated, against in cases:
        set_to(cast, promotion_rule=rule)
        assert learning.reasons_against(candidate, replayed, estimated) == against, (rule, estimated)
    set_to(cast, promotion_rule="both", promotion_fewest="6")
    assert learning.reasons_against(candidate, replayed, difference(0.0, 0.1)) == ["too_few"]
    same = replace(start, metrics={"step": 0.0})
    assert learning.reasons_against(same, replayed, difference(0.0, 0.1)) == ["nothing_new"]


def test_what_is_worse_on_the_replay_is_kept_and_not_used(cast, mistaken, monkeypatch):
    for number in range(20, 32):  # lately it is the peer who answers
        features = {
            cast.peer_provider: {FIRST: making(FIRST, 3.0)},
            cast.agent_provider: {SECOND: making(SECOND, 1.0)},
        }
        make.decided(cast, number, features=features, answered_by=cast.peer_provider)
    monkeypatch.setattr(learning, "learn", swapped)
    monkeypatch.setattr(learning, "in_hindsight", lambda *_args: difference(0.5, 0.1))

    learned = learning.refit()

    assert learned.against == ["replay_worse"]
    assert latest_model() == make.SHIPPED
    assert {each.version for each in db.session.scalars(db.select(RankingModel))} == {make.SHIPPED, learned.version}


def test_decisions_made_with_fewer_factors_teach_nothing_and_break_nothing(cast, mistaken):
    make.decided(
        cast,
        99,
        features={cast.peer_provider: {SILENT: 1.0}, cast.agent_provider: {SILENT: 2.0}},
        answered_by=cast.agent_provider,
        columns=(SILENT, "a_factor_of_old"),
        days_ago=1.5,
    )

    learned = learning.refit()

    assert learned.metrics["replay_decisions"] == 4, "of the five later ones, one knows too little"
    assert learned.version


# Versions


def test_the_first_question_puts_the_default_in_force(cast, question):
    steps = modelqueries.history()

    assert [(step.promotion.reason, step.promotion.model.version) for step in steps] == [("shipped", make.SHIPPED)]
    facts = db.session.scalars(db.select(DomainEvent).where(DomainEvent.kind == "ranking_model_promoted")).all()
    assert [(fact.actor_kind, fact.payload["reason"]) for fact in facts] == [("system", "shipped")]


def test_a_new_default_of_the_program_takes_over_from_the_old_one(cast, question, monkeypatch):
    monkeypatch.setattr(modelstore, "default_model", lambda: replace(default_model(), version="default-next"))

    assert modelstore.in_force()[1].version == "default-next"
    assert [step.promotion.model.version for step in modelqueries.history()] == ["default-next", make.SHIPPED]


def test_a_new_default_does_not_take_over_from_what_was_learned_or_chosen(cast, question, monkeypatch):
    modelstore.promote(modelstore.add(replace(default_model(), version="learned-2")), "learned")
    monkeypatch.setattr(modelstore, "default_model", lambda: replace(default_model(), version="default-next"))

    assert modelstore.in_force()[1].version == "learned-2"


def test_a_version_for_other_factors_can_be_read_and_gives_way_to_the_default(cast, question):
    old = foreign("learned-of-old")
    modelstore.promote(old, "learned")

    assert modelstore.usable(old) is None
    assert modelstore.weights_of(old) == {"silence_minutes": -0.5, "a_factor_of_old": 0.25}
    assert modelstore.in_force()[1].version == make.SHIPPED
    with pytest.raises(Conflict, match="model_for_other_factors"):
        choosing.choose_model(acting(cast.operator), old)


def test_an_operator_goes_back_and_old_decisions_keep_their_model(cast, question):
    first = latest_decision(question.id)
    learned = modelstore.add(replace(default_model(), version="learned-2"))
    modelstore.promote(learned, "learned")
    second = latest_decision(make.ask(cast, title="Which meter is the right one?").id)

    replaced = choosing.choose_model(acting(cast.operator), first.model)

    assert replaced.version == "learned-2"
    assert latest_model() == make.SHIPPED
    assert (first.model.version, second.model.version) == (make.SHIPPED, "learned-2")
    newest = modelqueries.history()[0]
    assert (newest.promotion.reason, newest.by, newest.before.version) == ("rolled_back", "Olga Operator", "learned-2")
    fact = db.session.scalars(db.select(DomainEvent).order_by(DomainEvent.id.desc())).first()
    assert (fact.kind, fact.actor_id) == ("ranking_model_promoted", cast.operator.id)
    assert fact.payload == {"model_id": first.model_id, "previous_id": learned.id, "reason": "rolled_back"}


@pytest.mark.parametrize("role", ["moderator", "peer", "agent"])
def test_nobody_else_puts_a_version_in_force(cast, question, role):
    row = modelstore.add(replace(default_model(), version="learned-2"))

    with pytest.raises(NotAllowed, match="operators_only"):
        choosing.choose_model(acting(cast.people[role]), row)


def test_two_choices_at_once_leave_the_first(cast, question, monkeypatch):
    row = modelstore.add(replace(default_model(), version="learned-2"))
    stale = modelstore.promoted_last()
    modelstore.promote(row, "chosen")
    monkeypatch.setattr(modelstore, "promoted_last", lambda: stale)

    with pytest.raises(Conflict, match="model_changed_meanwhile"):
        modelstore.promote(stale.model, "rolled_back")


def foreign(version: str) -> RankingModel:
    """Return a stored version made for other factors, as a program of another day left it."""
    file = BytesIO()
    text = {"version": version, "metrics": {}, "columns": ["silence_minutes", "a_factor_of_old"]}
    np.savez_compressed(file, weights=np.array([-0.5, 0.25]), curves=np.ones((2, 2)), text=np.array(json.dumps(text)))
    row = RankingModel(version=version, content=file.getvalue(), metrics={}, made_at=clock.now())
    db.session.add(row)
    db.session.flush()
    return row


def latest_model() -> str:
    return modelstore.in_force()[1].version


def row_of(decision, provider_id) -> dict:
    return next(row for row in decision.candidates["rows"] if row["provider"] == provider_id)
