"""What would change a helper's place: acts of her own, each worth what the ranking itself says."""

from __future__ import annotations

import numpy as np
import pytest

from app.ranking.features import COLUMNS
from app.ranking.model import default_model
from app.routing import replaying, telling
from app.routing.changing import ACTS, LEAST_MINUTES, Change, changes
from app.routing.kept import kept_of
from app.routing.replaying import appraisal, stored
from app.routing.services import latest_decision
from tests.routing import make


@pytest.fixture
def decision(cast):
    make.past(cast, cast.peer, answers=9, accepted=6, days_ago=1)
    make.past(cast, cast.agent, answers=4, accepted=1, organisation=cast.waterworks, days_ago=20)
    make.learn_history()
    return latest_decision(make.ask(cast).id)


def of(decision, provider) -> list[Change]:
    row = next(row for row in decision.candidates["rows"] if row["provider"] == provider.id)
    return changes(decision.need, decision.candidates, row, default_model())


def test_every_act_makes_her_worth_more_and_never_lowers_her_place(cast, decision):
    for provider in (cast.peer_provider, cast.agent_provider, cast.partner_provider):
        for each in of(decision, provider):
            assert each.minutes >= LEAST_MINUTES
            assert each.place <= each.place_then


def test_who_was_silent_gains_by_answering_and_who_answered_today_does_not(cast, decision):
    assert "answer_the_day_before" in {each.act for each in of(decision, cast.agent_provider)}
    assert "answer_the_day_before" not in {each.act for each in of(decision, cast.peer_provider)}


def test_the_gain_is_what_the_ranking_itself_says(cast, decision):
    row = next(row for row in decision.candidates["rows"] if row["provider"] == cast.peer_provider.id)
    gained = next(each for each in of(decision, cast.peer_provider) if each.act == "reply_faster")

    faster = {**row, "record": {**row["record"]}}
    faster["record"]["speed_sum"] -= faster["record"]["speed_count"] * np.log(2)
    rows = [faster if each is row else each for each in decision.candidates["rows"]]
    again = appraisal(stored(decision.need, kept_of({**decision.candidates, "rows": rows})), default_model())

    worth = dict(zip([each["provider"] for each in rows], again.values.tolist(), strict=True))
    assert worth[row["provider"]] - row["value"] == pytest.approx(gained.minutes, abs=1e-6)


def test_nothing_of_the_decision_is_changed(cast, decision):
    before = [dict(row) for row in decision.candidates["rows"]]

    of(decision, cast.agent_provider)

    assert [dict(row) for row in decision.candidates["rows"]] == before


def test_a_decision_with_fewer_factors_offers_only_acts_it_knows(cast, decision):
    features = {cast.peer_provider: {"topic_vector": 1.0}, cast.agent_provider: {"topic_vector": 2.0}}
    made = make.decided(cast, 1, features=features, answered_by=None, columns=("topic_vector",))

    found = {each.act for each in of(made, cast.peer_provider)}

    assert found <= {"solve_more", "reply_faster"}
    assert replaying.stored_pool(kept_of(made.candidates)).features.shape == (2, len(COLUMNS))


def test_every_act_has_its_words(app):
    with app.test_request_context():
        said = [telling.would_change(Change(act, 90.0, 2, 5)) for act in ACTS]

    assert len(set(said)) == len(ACTS)
    assert all("place 2 instead of 5" in sentence for sentence in said)
