"""What must always hold, driven the way the evaluation and the product go: events, state, need, candidates, rank."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ranking.evaluate import candidates_for, evaluate
from app.ranking.events import Accepted, Answered, Asked, Joined, Voted
from app.ranking.exploration import first_wave
from app.ranking.features import COLUMNS
from app.ranking.model import default_model
from app.ranking.need import need_of
from app.ranking.pool import pool_of
from app.ranking.protocol import Help
from app.ranking.rank import appraise, rank
from app.ranking.state import State
from tests.ranking.make import DAY, MONDAY, SUBJECTS, need, pool, random_events, random_pool, state_of

LATER = MONDAY + 200 * DAY
QUESTION = Asked(LATER, 10_000, 10_000, "printer paper", SUBJECTS, (1,))


def ranked(state, *, seed=1, **more):
    asked, candidates = candidates_for(state, QUESTION)
    return candidates, rank(
        asked, candidates, default_model(), rng=np.random.default_rng(seed), k=len(candidates) or 1, **more
    )


def by_name(state, **more):
    """Return provider → value, propensity."""
    candidates, found = ranked(state, **more)
    return {
        int(candidates.ids[position]): (value, propensity)
        for position, value, propensity in zip(found.positions, found.values, found.propensities, strict=True)
    }


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_parts_of_real_candidates_sum_to_the_total(seed):
    _, found = ranked(state_of(random_events(seed)))

    np.testing.assert_allclose(found.contributions.sum(axis=1), found.scores, atol=1e-6)
    np.testing.assert_allclose(found.minutes.sum(axis=1), found.values, atol=1e-6)
    assert found.propensities.sum() == pytest.approx(min(3, len(found.positions)))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_who_joined_first_and_what_people_are_called_changes_nothing(seed):
    events, people = random_events(seed), 12
    order = np.random.default_rng(seed).permutation(people).tolist()
    called = {person: 500 + 7 * new for person, new in enumerate(np.random.default_rng(seed + 1).permutation(people))}

    one = by_name(state_of(events))
    other = by_name(state_of([*(Joined(0.0, person) for person in order), *events]))
    renamed = by_name(state_of([_called(event, called) for event in events]))

    assert set(one) == set(other)
    for person, (value, propensity) in one.items():
        assert other[person][0] == pytest.approx(value)
        assert renamed[called[person]][0] == pytest.approx(value)
        assert other[person][1] == pytest.approx(propensity, abs=1e-9)
        assert renamed[called[person]][1] == pytest.approx(propensity, abs=1e-9)


def _called(event, names):
    if isinstance(event, Asked):
        return event._replace(asker=names[event.asker])
    if isinstance(event, Answered):
        return event._replace(provider=names[event.provider], person=names[event.person])
    return event


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_one_more_acceptance_never_lowers_whoever_it_is_of(seed):
    events = random_events(seed)
    state = state_of(events)
    judged = {event.request for event in events if isinstance(event, Asked) and event.judged}
    accepted = {event.answer for event in events if isinstance(event, Accepted)}
    open_answers = [
        event
        for event in events
        if isinstance(event, Answered) and event.request in judged and event.answer not in accepted
    ]
    before = by_name(state)
    chosen = next((event for event in open_answers if event.provider in before), None)
    if chosen is None:
        return

    state.apply(Accepted(LATER - DAY, chosen.answer))

    assert by_name(state)[chosen.provider][0] >= before[chosen.provider][0] - 1e-9


@given(
    st.floats(0.005, 0.995),
    st.floats(10, 20_000),
    st.lists(st.floats(0, 5), min_size=len(COLUMNS), max_size=len(COLUMNS)),
)
def test_one_of_one_ranks_below_ninety_of_a_hundred(share, chance_minutes, features):
    candidates = pool(
        np.array([features, features]),
        answers=[1.0, 100.0],
        confirmed=[1.0, 90.0],
        judged=[1.0, 100.0],
        speed_count=[9.0] * 2,
    )

    worth = appraise(need(chance_minutes=chance_minutes, confirmed_share=share), candidates, default_model())

    assert worth.confirmed[0] < worth.confirmed[1]
    assert worth.values[0] < worth.values[1]


@pytest.mark.parametrize("newcomers", [0, 1, 40])
def test_a_cold_start_ranks_whoever_is_there(newcomers):
    state = State()
    state.apply_all(Joined(0.0, person) for person in range(newcomers))
    asked = need_of(state, at=LATER, asker=-1, title="printer", body="", topics=(1,))

    found = rank(asked, pool_of(state, asked), default_model(), rng=np.random.default_rng(1), k=100)

    assert len(found.positions) == newcomers
    assert len(found.wave) == min(3, newcomers)
    assert np.isfinite(found.values).all()
    np.testing.assert_allclose(found.propensities, min(3, newcomers) / max(1, newcomers))


@pytest.mark.parametrize("answers", [0, 1, 3])
def test_an_archive_of_hardly_anything_is_measured_without_a_number_that_is_none(answers):
    events = [Asked(MONDAY + n * DAY, n, 100 + n, "printer", "") for n in range(10)]
    given_ = [Answered(MONDAY + n * DAY + 60, n, n, 1, 1) for n in range(answers)]
    helpers = {n: {1: Help(1.0, 0, False)} for n in range(answers)}

    found = evaluate(sorted([*events, *given_], key=lambda event: event.at), helpers, model=default_model())

    assert "NaN" not in json.dumps(found)
    assert "Infinity" not in json.dumps(found)


def test_an_empty_archive_is_refused():
    with pytest.raises(ValueError, match="questions"):
        evaluate([], {}, model=default_model())


@pytest.mark.parametrize("at", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    "event",
    [
        Asked(0.0, 900, 1, "printer", ""),
        Answered(0.0, 1, 900, 2, 2),
        Accepted(0.0, 1),
        Voted(0.0, 1, 1),
        Joined(0.0, 900),
    ],
)
def test_an_event_at_no_time_is_refused_and_leaves_no_trace(event, at):
    state = state_of([Asked(MONDAY, 1, 1, "printer", ""), Answered(MONDAY + 60, 1, 1, 2, 2)])
    before = by_name(state)

    with pytest.raises(ValueError, match="time"):
        state.apply(event._replace(at=at))

    assert by_name(state) == before
    assert state.events == 2


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -1.0, 0.0])
@pytest.mark.parametrize("name", ["at", "chance_minutes", "confirmed_share", "notice", "total"])
def test_a_need_with_numbers_that_cannot_be_is_refused(name, value):
    given_ = {name: value} if name in ("notice", "total") else {}
    asked = need() if given_ else replace(need(), **{name: value})
    if (name in ("at", "total") and np.isfinite(value)) or (name == "chance_minutes" and value == 0):
        appraise(asked, random_pool(1, 5), default_model(), **given_)
        return

    with pytest.raises(ValueError, match="request"):
        appraise(asked, random_pool(1, 5), default_model(), **given_)


def test_numbers_too_large_to_reckon_with_are_refused():
    candidates = random_pool(2, 5)

    with pytest.raises(ValueError, match="large"):
        appraise(need(), replace(candidates, features=np.full_like(candidates.features, 1e308)), default_model())
    with pytest.raises(ValueError, match="large"):
        appraise(need(), replace(candidates, terms=np.full_like(candidates.terms, 1e308)), default_model())


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("column", [0, 1])
def test_a_wave_of_values_that_are_none_is_refused(column, value):
    numbers = [np.array([3.0, 2.0, 1.0, 0.0]) for _ in range(2)]
    numbers[column][1] = value

    with pytest.raises(ValueError, match="finite"):
        first_wave(*numbers, np.ones(4, bool), np.arange(4, dtype=np.uint64), places=2, rng=np.random.default_rng(1))


def test_a_wave_of_unequal_lengths_is_refused():
    with pytest.raises(ValueError, match="lengths"):
        first_wave(
            np.ones(4),
            np.ones(3),
            np.ones(4, bool),
            np.arange(4, dtype=np.uint64),
            places=2,
            rng=np.random.default_rng(1),
        )


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 60), st.sampled_from([0.05, 0.2, 0.5]), st.integers(1, 6))
def test_the_uncertain_get_at_least_their_share_of_every_wave(seed, n, share, places):
    candidates = random_pool(seed, n)

    found = rank(need(), candidates, default_model(), rng=np.random.default_rng(1), k=n, places=places, explore=share)

    uncertain = candidates.uncertain[found.positions]
    if uncertain.any():
        least = min(share * min(places, n), int(uncertain.sum()))
        assert found.propensities[uncertain].sum() >= least - 1e-9
        assert (found.propensities[uncertain] > 0).all()
