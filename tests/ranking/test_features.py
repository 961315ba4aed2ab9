"""Each factor against its plain second version, and what must hold for all of them."""

from __future__ import annotations

import numpy as np
import pytest

from app.ranking.events import Answered, Asked, Described, Joined
from app.ranking.features import COLUMNS, features
from app.ranking.need import need_of
from app.ranking.state import State
from tests.ranking.make import DAY, HOUR, MONDAY, random_events, state_of
from tests.ranking.plain import Plain, word_counts

TITLE, BODY, TOPICS = "printer paper jam", "the invoice of my energy contract is late and the router is slow", (0, 2)


@pytest.mark.parametrize("seed", range(6))
def test_every_factor_equals_its_plain_version(seed):
    events = random_events(seed)
    state, plain = state_of(events), Plain(events)
    now = events[-1].at + 5 * HOUR

    need = need_of(state, at=now, asker=-1, title=TITLE, body=BODY, topics=TOPICS)
    found = features(state, need)

    query = word_counts(TITLE, BODY)
    similar, profile = plain.similar_answered(query, now), plain.profile_match(query)
    vectors = {number: state.requests["vector"][row].tolist() for number, row in state.request_row.items()}
    alike = plain.alike_lately(vectors, need.vector.tolist(), now)
    for row, provider in enumerate(state.providers["id"].tolist()):
        expected = {
            "steady_activity": plain.steady_activity(provider, now),
            "momentum": plain.momentum(provider, now),
            "silence_minutes": plain.silence_minutes(provider, now),
            "topic_answers": plain.topic_answers(provider, TOPICS, now),
            "similar_answered": similar.get(provider, 0.0),
            "alike_lately": alike.get(provider, 0.0),
            "profile_match": profile.get(provider, 0.0),
            "asked_hour": plain.asked_hour(provider, now),
            "usual_week": plain.usual_week(provider, now),
        }
        for column, value in expected.items():
            assert found[row, COLUMNS.index(column)] == pytest.approx(value, rel=1e-5, abs=1e-6), column


def test_topic_vector_prefers_who_answered_the_same_subject():
    events = []
    for number in range(300):
        about = "printer paper jam toner cartridge" if number % 2 else "insurance policy claim premium damage"
        at = MONDAY + number * HOUR
        events += [
            Asked(at, number, 900, about, f"w{number % 7} {about.split()[number % 5]}"),
            Answered(at + 60, number, number, number % 2, number % 2),
        ]
    state = state_of(sorted(events, key=lambda event: event.at))

    need = need_of(state, at=events[-1].at + DAY, asker=900, title="toner cartridge")
    vector = features(state, need)[:, COLUMNS.index("topic_vector")]

    assert vector[state.provider_row[1]] > 0.5
    assert abs(vector[state.provider_row[0]]) < 0.2


def test_order_of_words_and_topics_changes_nothing():
    state = state_of(random_events(3))
    one = need_of(state, at=MONDAY + 400 * DAY, asker=-1, title="paper printer", body="late invoice", topics=(2, 0))
    other = need_of(state, at=MONDAY + 400 * DAY, asker=-1, title="printer paper", body="invoice late", topics=(0, 2))

    np.testing.assert_allclose(features(state, one), features(state, other), rtol=1e-12)


def test_renaming_providers_changes_nothing():
    events = random_events(4)
    renamed = [
        event._replace(provider=1000 - event.provider, person=1000 - event.person)
        if isinstance(event, Answered)
        else event._replace(asker=1000 - event.asker)
        if isinstance(event, Asked)
        else event
        for event in events
    ]
    one, other = state_of(events), state_of(renamed)

    asked = {"at": events[-1].at + DAY, "asker": -1, "title": TITLE, "body": BODY, "topics": TOPICS}
    need, again = need_of(one, **asked), need_of(other, **asked)

    np.testing.assert_array_equal(features(one, need), features(other, again))


def test_an_unknown_text_and_topic_give_finite_factors():
    state = state_of(random_events(5))

    found = features(state, need_of(state, at=MONDAY + 300 * DAY, asker=-1, title="qwxyz", topics=(99,)))

    assert np.isfinite(found).all()


def test_an_empty_community_has_no_candidates():
    state = State()
    state.upkeep(MONDAY)

    assert features(state, need_of(state, at=MONDAY, asker=1, title="printer")).shape == (0, len(COLUMNS))


def test_who_never_answered_counts_as_silent_for_two_years():
    state = State()
    state.apply(Joined(MONDAY, 7))

    found = features(state, need_of(state, at=MONDAY, asker=1, title="printer"))

    assert found[0, COLUMNS.index("silence_minutes")] == pytest.approx(np.log1p(730 * 1440))
    assert found[0, COLUMNS.index("steady_activity")] == 0


def test_a_description_is_topic_evidence_but_no_activity():
    state = State()
    state.apply(Asked(MONDAY, 1, 50, "other matter", "", (8,)))
    state.apply(Described(MONDAY + 1, 7, "parking permit for residents", (3,)))
    state.apply(Joined(MONDAY + 2, 8))

    found = features(state, need_of(state, at=MONDAY + 3, asker=50, title="parking permit", topics=(3,)))

    described, other = found[state.provider_row[7]], found[state.provider_row[8]]
    assert described[COLUMNS.index("topic_answers")] > other[COLUMNS.index("topic_answers")]
    assert described[COLUMNS.index("similar_answered")] > 0
    for column in ("steady_activity", "momentum", "silence_minutes", "asked_hour", "usual_week"):
        assert described[COLUMNS.index(column)] == other[COLUMNS.index(column)], column


def test_a_request_is_not_similar_to_itself():
    state = State()
    state.apply(Asked(MONDAY, 1, 50, "printer jam", ""))
    state.apply(Answered(MONDAY + HOUR, 1, 1, 7, 7))
    asked = {"at": MONDAY + DAY, "asker": 50, "title": "printer jam"}

    other, itself = (features(state, need_of(state, **asked, request=request))[0] for request in (2, 1))

    for column in ("similar_answered", "profile_match"):
        assert other[COLUMNS.index(column)] > 0 == itself[COLUMNS.index(column)]
