"""The state: what events do, that order and restarts change nothing, that what is taken back is gone."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest

from app.ranking.columns import HALF_LIFE_S
from app.ranking.events import Accepted, Answered, Asked, Joined, Unaccepted, Voted, Withdrawn
from app.ranking.features import features
from app.ranking.need import need_of
from app.ranking.snapshot import load_state, save_state, state_bytes
from app.ranking.state import State
from tests.ranking.make import DAY, HOUR, MONDAY, random_events, state_of

ASKED = Asked(MONDAY, 1, 50, "printer jam", "paper", (3,))


def answered(answer: int, provider: int, *, after: float = HOUR, request: int = 1) -> Answered:
    return Answered(MONDAY + after, request, answer, provider, provider)


def record(state: State, provider: int) -> dict[str, float]:
    row = state.provider_row[provider]
    names = ("answers", "judged", "accepted", "votes", "recent", "longer", "speed_count", "speed_sum", "last")
    return {name: float(state.providers[name][row]) for name in names}


def found(state: State, at: float) -> np.ndarray:
    return features(state, need_of(state, at=at, asker=-1, title="printer jam", body="late invoice", topics=(0, 1, 3)))


def test_the_asker_answering_herself_is_no_help():
    state = State()
    state.apply_all([ASKED, Answered(MONDAY + 1, 1, 9, 50, 50)])

    assert len(state.providers) == 0


def test_a_desk_answering_its_own_persons_question_is_no_help_either():
    state = State()
    state.apply_all([ASKED, Answered(MONDAY + 1, 1, 9, provider=77, person=50)])

    assert len(state.providers) == 0


def test_answering_twice_counts_once():
    state = State()
    state.apply_all([ASKED, answered(1, 7), answered(2, 7, after=5 * HOUR)])

    assert record(state, 7)["answers"] == 1
    assert record(state, 7)["last"] == MONDAY + HOUR


def test_a_second_answer_accepted_credits_its_provider_once():
    state = State()
    state.apply_all([ASKED, answered(1, 7), answered(2, 7), Accepted(MONDAY + DAY, 2), Accepted(MONDAY + DAY, 1)])

    assert record(state, 7)["accepted"] == 1

    state.apply(Unaccepted(MONDAY + DAY, 1))
    assert record(state, 7)["accepted"] == 1

    state.apply(Unaccepted(MONDAY + DAY, 2))
    assert record(state, 7)["accepted"] == 0


def test_taking_a_confirmation_back_restores_the_state():
    events = random_events(1)
    state, untouched = state_of(events), state_of(events)
    answer = next(a for a in range(200) if state.answers["provider"][a] >= 0 and state.answers["confirmations"][a] == 0)
    judged = bool(state.requests["judged"][state.answers["request"][answer]])
    assert judged

    number = int(state.answers["id"][answer])
    state.apply_all([Accepted(events[-1].at, number), Unaccepted(events[-1].at, number)])

    at = events[-1].at + DAY
    np.testing.assert_array_equal(found(state, at), found(untouched, at))
    np.testing.assert_array_equal(state.requests["solved_wait"], untouched.requests["solved_wait"])


def test_a_withdrawn_answer_leaves_no_trace():
    before = [ASKED, answered(1, 8)]
    with_it, without = State(), State()
    without.apply_all([*before, Joined(MONDAY, 7)])

    with_it.apply_all([*before, answered(2, 7), Voted(MONDAY, 2, 3), Accepted(MONDAY, 2), Withdrawn(MONDAY + DAY, 2)])

    assert record(with_it, 7) == pytest.approx(record(without, 7))
    at = MONDAY + 2 * DAY
    by_provider = [with_it.provider_row[p] for p in (7, 8)], [without.provider_row[p] for p in (7, 8)]
    np.testing.assert_allclose(found(with_it, at)[by_provider[0]], found(without, at)[by_provider[1]], atol=1e-12)


def test_withdrawing_the_first_answer_lets_the_second_count():
    withdrawn, plain = State(), State()
    plain.apply_all([ASKED, answered(2, 7, after=5 * HOUR), Accepted(MONDAY + DAY, 2)])

    withdrawn.apply_all([ASKED, answered(1, 7), answered(2, 7, after=5 * HOUR)])
    withdrawn.apply_all([Accepted(MONDAY + DAY, 2), Withdrawn(MONDAY + DAY, 1)])

    assert record(withdrawn, 7) == pytest.approx(record(plain, 7))


def test_an_answer_that_was_withdrawn_can_come_back_also_after_a_new_start():
    state, plain = State(), State()
    plain.apply_all([ASKED, answered(1, 7), Accepted(MONDAY + DAY, 1)])
    state.apply_all([ASKED, answered(1, 7), Withdrawn(MONDAY + DAY, 1)])
    assert record(state, 7)["answers"] == 0

    state = load_state(BytesIO(state_bytes(state)))
    state.apply_all([answered(1, 7), Accepted(MONDAY + DAY, 1)])

    assert record(state, 7) == pytest.approx(record(plain, 7))


def test_withdrawing_twice_is_refused():
    state = State()
    state.apply_all([ASKED, answered(1, 7), Withdrawn(MONDAY + DAY, 1)])

    with pytest.raises(ValueError):
        state.apply(Withdrawn(MONDAY + DAY, 1))


@pytest.mark.parametrize(
    "event",
    [Accepted(MONDAY, 404), Voted(MONDAY, 404, 1), Withdrawn(MONDAY, 404), answered(5, 7, request=404), ASKED],
)
def test_impossible_events_are_refused_and_change_nothing(event):
    state = State()
    state.apply_all([ASKED, answered(1, 7)])
    before = state_bytes(state)

    with pytest.raises(ValueError):
        state.apply(event)

    assert state_bytes(state) == before


def test_late_events_give_the_same_factors_as_punctual_ones():
    punctual = state_of([ASKED, answered(1, 7), answered(2, 8, after=30 * DAY)])
    late = state_of([ASKED, answered(2, 8, after=30 * DAY), answered(1, 7)])

    at = MONDAY + 40 * DAY
    order = [late.provider_row[int(p)] for p in punctual.providers["id"]]
    np.testing.assert_allclose(found(late, at)[order], found(punctual, at), rtol=1e-9)


def test_thirty_years_do_not_overflow_the_fading_sums():
    state = State()
    for year in range(30):
        at = MONDAY + year * 365 * DAY
        state.apply_all([Asked(at, year, 50, "printer", "", (3,)), Answered(at + HOUR, year, year, 7, 7)])

    now = MONDAY + 29 * 365 * DAY + DAY
    assert np.isfinite(found(state, now)).all()
    assert state.faded("recent", now)[0] == pytest.approx(2 ** (-23 * HOUR / HALF_LIFE_S["recent"]), rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_a_snapshot_answers_every_question_the_same_and_goes_on_the_same(seed):
    events = random_events(seed, questions=260)
    half = len(events) // 2
    state = state_of(events[:half])

    restored = load_state(BytesIO(state_bytes(state)))

    at = events[half].at
    np.testing.assert_array_equal(found(restored, at), found(state, at))
    for each in (state, restored):
        each.apply_all(events[half:])
        each.upkeep(events[-1].at)
    later = events[-1].at + DAY
    np.testing.assert_array_equal(found(restored, later), found(state, later))
    assert state_bytes(restored) == state_bytes(state)


def test_an_empty_state_survives_a_snapshot():
    assert load_state(BytesIO(state_bytes(State()))).events == 0


@pytest.mark.parametrize("spoil", [lambda data: b"", lambda data: data[: len(data) // 2], lambda data: b"x" * 100])
def test_a_broken_snapshot_is_refused(spoil):
    data = state_bytes(state_of(random_events(2)))

    with pytest.raises(ValueError):
        load_state(BytesIO(spoil(data)))


def test_a_snapshot_holds_no_pickle():
    file = BytesIO()
    save_state(state_of(random_events(2)), file)
    file.seek(0)

    with np.load(file, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_relearning_word_meanings_keeps_the_sums_right():
    events = random_events(7, questions=420)
    often, once = State(), State()
    for number, event in enumerate(events):
        often.apply(event)
        if number % 200 == 0:
            often.upkeep(event.at)
    often.upkeep(events[-1].at)
    once.apply_all(events)
    assert often.basis_texts > 0

    once._learn_basis()
    often._learn_basis()

    np.testing.assert_allclose(often.providers["vector"], once.providers["vector"], rtol=1e-4, atol=1e-6)
