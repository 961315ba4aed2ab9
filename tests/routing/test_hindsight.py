"""Stored decisions judge another model: what was invited, with which chance, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from app.community.services import answering, judging
from app.db import db
from app.ranking.features import COLUMNS
from app.ranking.model import default_model
from app.routing import hindsight
from app.routing.kept import read
from app.routing.models import RoutingDecision
from tests.accounts import make as accounts
from tests.cast import acting
from tests.providers import make as providers
from tests.routing import make


@pytest.fixture
def decided(cast, clock):
    """Four questions about meters: the peer, who knows, answers each that she is invited to; two are accepted."""
    make.past(cast, cast.peer, answers=12, accepted=8, days_ago=1)
    for number in range(4):
        person = accounts.person(f"Neighbour {number}")
        providers.provider(person)
        make.past(cast, person, answers=2, days_ago=3)
    make.learn_history()
    for number in range(4):
        question = make.ask(cast, title=f"Which meter reading {number}?")
        clock.shift(timedelta(minutes=30))
        if any(offer.provider_id == cast.peer_provider.id for offer in make.offers(question)):
            answer = answering.post_answer(acting(cast.peer), question, text=make.composed("The first number."))
            if number < 2:
                judging.accept(acting(cast.customer), question, answer)
        make.catch_up()
    clock.shift(timedelta(hours=25))


def other_model():
    """Return a model that cares for nothing but who was silent for long."""
    model = default_model()
    return replace(model, version="other", weights=np.where(np.arange(len(default_model().weights)) == 2, -3.0, 0.0))


def test_decisions_come_back_with_what_came_of_them(cast, decided):
    make.ask(cast, title="One more reading, too young to be judged?")

    found = hindsight.stored(db.session())

    assert len(found) == 4
    for each in found:
        assert len(each.invited) == len(each.waits) == 3
        assert each.propensities.sum() == pytest.approx(3)
        peers = each.stored.pool.ids[each.invited] == cast.peer_provider.id
        assert each.waits[peers].tolist() == [pytest.approx(30)] * int(peers.sum())
        assert np.isinf(each.waits[~peers]).all()
    assert sum(int(each.solved.sum()) for each in found) == 2

    rows = db.session.scalars(db.select(RoutingDecision).order_by(RoutingDecision.id).limit(1)).one()
    rows.numbers = replace(read(rows.numbers), columns=("another",) * len(COLUMNS)).to_bytes()
    db.session.flush()
    assert len(hindsight.stored(db.session())) == 3  # of other factors nothing can be said


def test_the_model_that_decided_would_have_asked_with_the_stored_chances(decided):
    found = hindsight.stored(db.session())

    for each, propensities in zip(found, hindsight.of_model(found, default_model()), strict=True):
        np.testing.assert_allclose(propensities, each.propensities, atol=1e-9)
    for reward in ("answered", "minutes"):
        itself = hindsight.compare_models(db.session(), default_model(), default_model(), margin=0.0, reward=reward)
        assert (itself.difference.low, itself.difference.mean, itself.difference.high) == (0, 0, 0)
        assert itself.is_not_worse


def test_rewards_are_answers_or_minutes(decided):
    found = hindsight.stored(db.session())

    answered, minutes = (
        np.concatenate([each.rewards for each in hindsight.judged(found, reward, expected_by=default_model())])
        for reward in ("answered", "minutes")
    )

    assert set(answered.tolist()) == {0.0, 1.0}
    assert set(np.round(minutes[(answered == 1) & (minutes < 0)]).tolist()) == {-30.0}
    assert set(minutes[answered == 0].tolist()) == {-120.0}
    assert (minutes > 1_000).sum() == 2
    other = hindsight.compare_models(db.session(), other_model(), default_model(), margin=0.1).difference
    assert other.low < other.mean < other.high
    assert other.decisions == 4


def test_with_no_decisions_nothing_is_claimed(database):
    found = hindsight.compare_models(db.session(), default_model(), other_model(), margin=1.0)

    assert not found.is_not_worse
    assert not found.is_worse
