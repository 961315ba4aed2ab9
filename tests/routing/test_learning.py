"""Outcomes, refits and reviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.community.services import answering, judging
from app.db import db
from app.outbox.deliver import happening
from app.outbox.models import DomainEvent
from app.providers.models import Provider
from app.reactions.routing import observe
from app.routing import learning, modelstore
from app.routing.models import Offer, Outcome, RankingModel, RoutingDecision
from app.routing.services import latest_decision
from tests.cast import acting
from tests.routing import make


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
    assert [each.version for each in db.session.scalars(db.select(RankingModel))] == ["default-1"]


@pytest.mark.parametrize("better", [True, False])
def test_a_learned_model_is_promoted_only_when_it_is_better(cast, question, monkeypatch, better):
    metrics = {"step": 1.0, "mrr_before": 0.5, "mrr_after": 0.6 if better else 0.5, "questions": 60.0}
    monkeypatch.setattr(
        learning,
        "learn",
        lambda _samples, start, *, version: replace(start, version=version, metrics=metrics),
    )

    learned = learning.refit()

    assert learned.is_promoted is better
    assert latest_model() == ("learned-2" if better else "default-1")
    assert {each.version for each in db.session.scalars(db.select(RankingModel))} == {"default-1", "learned-2"}


def latest_model() -> str:
    return modelstore.in_force()[1].version


def row_of(decision, provider_id) -> dict:
    return next(row for row in decision.candidates["rows"] if row["provider"] == provider_id)
