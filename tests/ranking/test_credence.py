"""Whose verdicts make a record: sums kept event by event equal those from scratch, and what is taken back is gone."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ranking.credence import Known, strangers_of, vouches_of, weighed_verdicts
from app.ranking.events import Accepted, Answered, Asked, Event, Joined, Unaccepted, Withdrawn
from app.ranking.need import need_of
from app.ranking.pool import pool_of
from app.ranking.reasons import record_of
from app.ranking.snapshot import load_state, save_state
from app.ranking.state import State
from tests.ranking.make import DAY, HOUR, MONDAY, random_events

SUMS = ("known_judged", "known_accepted", "unknown_judged", "unknown_accepted")
OPERATOR, HELPER, RIVAL = 900, 1, 2


def known_events(seed: int) -> list[Event]:
    """Return a random community in which askers confirm, now and then somebody else who had asked the same."""
    rng = np.random.default_rng([seed, 9])
    asker: dict[int, int] = {}
    of: dict[int, int] = {}
    found: list[Event] = []
    for event in random_events(seed):
        match event:
            case Asked():
                asker[event.request] = event.asker
            case Answered():
                of[event.answer] = event.request
            case Accepted():
                person = asker[of[event.answer]] if rng.random() < 0.8 else int(rng.integers(0, 12))
                event = event._replace(person=None if rng.random() < 0.1 else person)
        found.append(event)
    return found


def plain_sums(state: State) -> dict[int, list[float]]:
    """Add up verdict by verdict: provider row → the four sums."""
    answers, requests, words = state.answers, state.requests, state.words or {}
    sums = {row: [0.0] * 4 for row in range(len(state.providers))}
    for row in range(len(answers)):
        if answers["counts_as"][row] != row or answers["profile"][row]:
            continue
        group = [one for one in range(len(answers)) if answers["counts_as"][one] == row]
        confirmed = [one for one in group if answers["confirmations"][one] > 0]
        heard = [words.get(int(requests["asker"][answers["request"][row]]), 0.0)]
        for one in confirmed:
            who = int(answers["confirmer"][one])
            heard.append(1.0 if who == -1 else words.get(who, 0.0))
        word = max(heard) if state.words is not None else 1.0
        known = round(word * float(answers["allowed"][row]) * 1024) / 1024
        parts = (known, known, 1 - word, 1 - word)
        counts = (requests["judged"][answers["request"][row]], bool(confirmed)) * 2
        for place, (part, counted) in enumerate(zip(parts, counts, strict=True)):
            sums[int(answers["provider"][row])][place] += part * bool(counted)
    return sums


def found_sums(state: State) -> dict[int, list[float]]:
    return {row: [float(state.providers[name][row]) for name in SUMS] for row in range(len(state.providers))}


def verified(*people: int, **more: tuple[tuple[int, int], ...]) -> Known:
    return Known(seats=tuple((person, person) for person in people), **more)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 1.0), st.integers(0, 500))
def test_sums_kept_event_by_event_equal_those_from_scratch(seed, part, taken):
    events = known_events(seed)
    early = int(part * len(events))
    state = State()
    state.apply_all(events[:early])
    state.upkeep(events[-1].at, verified(0, 3))

    state.apply_all(events[early:])
    answers = [event.answer for event in events if isinstance(event, Answered)]
    if answers:
        state.apply(Withdrawn(events[-1].at, answers[taken % len(answers)]))

    assert found_sums(state) == plain_sums(state)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_computing_them_anew_gives_the_same_sums(seed):
    events = known_events(seed)
    state = State()
    state.apply_all(events)

    state.upkeep(events[-1].at, verified(0, 3))

    assert found_sums(state) == plain_sums(state)
    assert any(sums[0] for sums in found_sums(state).values())


def test_while_nobody_is_verified_the_sums_are_the_plain_counts():
    events = known_events(1)
    state, untouched = State(), State()
    for one in (state, untouched):
        one.apply_all(events)
    state.upkeep(events[-1].at, verified(0))
    state.upkeep(events[-1].at, Known())
    untouched.upkeep(events[-1].at)

    for one in (state, untouched):
        solved, judged = weighed_verdicts(one, share=0.2)
        assert solved.tolist() == one.providers["accepted"].tolist()
        assert judged.tolist() == one.providers["judged"].tolist()


def helped(answer: int, asker: int, provider: int = HELPER, *, accepted: bool = True) -> list[Event]:
    """Return one request with one answer, and its confirmation by the asker."""
    at = MONDAY + answer * HOUR
    events: list[Event] = [
        Asked(at, answer, asker, "printer jam", "paper", (3,)),
        Answered(at + 60, answer, answer, provider, provider),
    ]
    return [*events, Accepted(at + 120, answer, asker)] if accepted else events


def community() -> State:
    """Return a community in which an operator confirmed ten helpers, who confirmed the two that are compared."""
    state = State()
    answer = 0
    for person in range(100, 110):
        state.apply_all(helped(answer, OPERATOR, person))
        for provider in (HELPER, RIVAL):
            for accepted in (True, False, False):
                answer += 1
                state.apply_all(helped(answer, person, provider, accepted=accepted))
        answer += 1
    state.upkeep(MONDAY + 10 * DAY, verified(OPERATOR))
    return state


def chance_of_solving(state: State, provider: int) -> float:
    solved, judged = weighed_verdicts(state, share=0.2)
    row = state.provider_row[provider]
    return float((solved[row] + 10) / (judged[row] + 50))


def test_whom_a_trusted_person_confirmed_is_trusted():
    state = community()

    assert state.words is not None
    assert state.words[OPERATOR] == 1
    assert all(state.words[person] > 0 for person in range(100, 110))


def test_a_thousand_fresh_accounts_do_no_more_than_a_dozen():
    state = community()
    before = chance_of_solving(state, HELPER)

    for fresh in range(1_000):
        state.apply_all(helped(10_000 + fresh, 20_000 + fresh))
    at_once = chance_of_solving(state, HELPER)
    state.upkeep(MONDAY + 60 * DAY, verified(OPERATOR))
    later = chance_of_solving(state, HELPER)

    counts = state.providers["accepted"][state.provider_row[HELPER]]
    assert counts > 1_000
    assert before < at_once < before + 0.1
    assert before < later < before + 0.1


def test_the_first_customers_of_a_helper_count_though_nobody_knows_them():
    state = community()
    before = chance_of_solving(state, HELPER)

    state.apply_all(helped(10_000, 20_000))

    assert chance_of_solving(state, HELPER) > before


def test_what_is_taken_back_leaves_nothing_behind():
    state, untouched = community(), community()
    asked, answered, accepted = helped(10_000, 105)
    for one in (state, untouched):
        one.apply_all([asked, answered])

    state.apply_all([accepted, Unaccepted(MONDAY, 10_000), accepted, Unaccepted(MONDAY, 10_000)])

    assert found_sums(state) == found_sums(untouched)


def test_without_the_ring_everything_is_as_before():
    state, untouched = community(), community()
    ring = range(20_000, 20_050)
    answers = []
    for number, person in enumerate(ring):
        state.apply_all(helped(10_000 + number, person, 20_000 + (number + 1) % 50))
        state.apply_all(helped(11_000 + number, person))
        answers += [10_000 + number, 11_000 + number]
    state.apply_all(helped(12_000, 105, 20_007))
    answers.append(12_000)
    state.upkeep(MONDAY + 60 * DAY, verified(OPERATOR))

    for answer in answers:
        state.apply(Withdrawn(MONDAY, answer))
    for one in (state, untouched):
        one.upkeep(MONDAY + 60 * DAY, verified(OPERATOR))

    for provider in (HELPER, RIVAL):
        row, its = state.provider_row[provider], untouched.provider_row[provider]
        for name in SUMS:
            assert state.providers[name][row] == untouched.providers[name][its]
    assert state.words == untouched.words


def test_an_organisation_cannot_praise_its_way_up():
    staff = range(300, 340)
    state = State()
    for number in range(400):
        state.apply_all(helped(number, 300 + number % 40))
    everybody = Known(seats=tuple((person, -7) for person in staff))

    state.upkeep(MONDAY + 30 * DAY, everybody)

    solved, _ = weighed_verdicts(state, share=0.2)
    assert state.providers["accepted"][state.provider_row[HELPER]] == 400
    assert solved[state.provider_row[HELPER]] < 20


def test_imported_people_are_known_by_the_operator_who_imported_them():
    state = State()
    for number in range(30):
        state.apply_all(helped(number, 300 + number))

    state.upkeep(MONDAY + 30 * DAY, Known(imported=tuple(range(300, 330))))

    solved, judged = weighed_verdicts(state, share=0.2)
    assert solved[state.provider_row[HELPER]] == judged[state.provider_row[HELPER]] == 30


def test_a_stored_state_knows_whose_word_weighs_what():
    state = community()
    file = BytesIO()
    save_state(state, file)
    file.seek(0)

    again = load_state(file)
    for one in (state, again):
        one.apply_all(helped(10_000, 105))

    assert again.words == state.words
    assert found_sums(again) == found_sums(state)


def test_the_pool_goes_by_words_and_the_record_by_counts():
    state = community()
    for fresh in range(100):
        state.apply_all(helped(10_000 + fresh, 20_000 + fresh))
    row = state.provider_row[HELPER]

    need = need_of(state, at=MONDAY + 20 * DAY, asker=-5, title="printer")
    found = record_of(state, HELPER, MONDAY + 20 * DAY)

    assert pool_of(state, need).confirmed[row] < 20
    assert found["confirmed"] == 110
    assert found["strangers"] == 100
    assert strangers_of(state, row) == 100


def test_the_record_is_silent_about_strangers_where_they_count_in_full():
    state = State()
    state.apply_all([*helped(1, 50), Joined(MONDAY, RIVAL)])

    assert "strangers" not in record_of(state, HELPER, MONDAY)
    assert strangers_of(state, state.provider_row[RIVAL]) == 0


@pytest.mark.parametrize("person", [None, 50])
def test_a_vouch_needs_somebody_who_gives_it(person):
    state = State()
    asked, answered, accepted = helped(1, 50)
    state.apply_all([asked, answered, accepted._replace(person=person)])

    assert vouches_of(state).giver.tolist() == ([] if person is None else [50])


def test_a_confirmation_by_nobody_in_particular_counts_in_full():
    state = community()
    asked, answered, accepted = helped(10_000, 20_000)
    row = state.provider_row[HELPER]
    before = float(state.providers["known_accepted"][row])

    state.apply_all([asked, answered, accepted._replace(person=None)])

    assert state.providers["known_accepted"][row] == before + 1


def test_few_strangers_do_as_much_as_a_thousand():
    few, many = community(), community()
    for state, fresh in ((few, 12), (many, 1_000)):
        for number in range(fresh):
            state.apply_all(helped(10_000 + number, 20_000 + number))

    assert chance_of_solving(many, HELPER) == pytest.approx(chance_of_solving(few, HELPER))
