"""Trust: flows from the verified along vouches, is split and never multiplied, fades, and can be undone exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ranking import trust
from app.ranking.trust import SOURCE_GIVES, VOUCH_CARRIES, Vouches, group_bound, source_flow, weights
from tests.ranking.make import DAY, MONDAY

PEOPLE = 9
edges = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1), st.integers(0, 900)), max_size=40)


def vouches(*pairs: tuple[int, int] | tuple[int, int, float]) -> Vouches:
    """Return vouches (giver, receiver, days ago); today where nothing is said."""
    columns = [(pair[0], pair[1], MONDAY - DAY * (pair[2] if len(pair) > 2 else 0)) for pair in pairs]
    giver, receiver, at = (np.array([row[part] for row in columns]) for part in range(3))
    return Vouches(giver.astype(np.int64), receiver.astype(np.int64), at.astype(np.float64))


def verified(people: int, *seeds: int) -> np.ndarray:
    return source_flow(people, np.array(seeds, dtype=np.int64), np.array(seeds, dtype=np.int64))


def plain_weights(given: np.ndarray, pairs: list[tuple[int, int, float]]) -> list[float]:
    """Walk person by person: a thousand rounds of everybody passing on what she does not keep."""
    strength: dict[tuple[int, int], float] = {}
    for giver, receiver, days in pairs:
        if giver != receiver:
            sum_of = strength.get((giver, receiver), 0.0) + 2 ** (-days / 365)
            strength[giver, receiver] = sum_of
    strength = {pair: min(1.0, each) for pair, each in strength.items()}
    has = [float(each) for each in given]
    for _ in range(1_000):
        following = [float(each) for each in given]
        for (giver, receiver), each in strength.items():
            total = sum(other for (by, _), other in strength.items() if by == giver)
            spare = has[giver] - min(1.0, 0.75 * has[giver])
            carried = 0.95 * spare * each / max(8.0, total)
            following[receiver] += min(carried, 0.5 * each * max(1.0, float(given[giver])))
        has = following
    return [min(1.0, 0.75 * each) for each in has]


@settings(max_examples=30, deadline=None)
@given(edges, st.sets(st.integers(0, PEOPLE - 1), max_size=3))
def test_weights_equal_their_plain_version(pairs, seeds):
    given_flow = verified(PEOPLE, *seeds)

    found = weights(given_flow, vouches(*pairs), now=MONDAY)

    assert found == pytest.approx(plain_weights(given_flow, pairs), abs=1 / 1024)


@settings(max_examples=60, deadline=None)
@given(edges, st.sets(st.integers(0, PEOPLE - 1), max_size=3), st.sets(st.integers(0, PEOPLE - 1)))
def test_no_group_outweighs_what_the_vouches_into_it_carry(pairs, seeds, group):
    given_flow, given_vouches = verified(PEOPLE, *seeds), vouches(*pairs)
    inside = np.isin(np.arange(PEOPLE), list(group))

    found = weights(given_flow, given_vouches, now=MONDAY)

    rounding = PEOPLE / 1024
    assert found[inside].sum() <= group_bound(given_flow, given_vouches, inside, now=MONDAY) + rounding


@given(edges, st.permutations(range(PEOPLE)))
@settings(max_examples=30, deadline=None)
def test_renaming_people_changes_nothing(pairs, order):
    renamed = [(order[giver], order[receiver], days) for giver, receiver, days in pairs]

    before = weights(verified(PEOPLE, 0, 1), vouches(*pairs), now=MONDAY)
    after = weights(verified(PEOPLE, order[0], order[1]), vouches(*renamed), now=MONDAY)

    assert after[list(order)] == pytest.approx(before, abs=1 / 1024)


def test_nobody_vouched_for_weighs_nothing_and_the_verified_weigh_one():
    found = weights(verified(3, 0), vouches((1, 2), (2, 1)), now=MONDAY)

    assert found.tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("accounts", [1, 10, 300])
def test_a_ring_weighs_no_more_for_being_larger(accounts):
    # Person 1 is vouched for and was deceived into vouching for the first account of the ring.
    ring = list(range(2, 2 + accounts))
    pairs = [(0, 1), (1, 2), *((by, of) for by in ring for of in ring[:40] if by != of)]

    found = weights(verified(2 + accounts, 0), vouches(*pairs), now=MONDAY)

    assert 0 < found[ring].sum() <= VOUCH_CARRIES


def test_a_deceived_person_takes_little_from_those_she_vouches_for():
    pairs = [(0, 1), *((1, person) for person in range(2, 6))]

    before = weights(verified(7, 0), vouches(*pairs), now=MONDAY)
    after = weights(verified(7, 0), vouches(*pairs, (1, 6)), now=MONDAY)

    assert after[2:6].tolist() == before[2:6].tolist()


def test_an_organisation_is_one_source_however_many_seats_it_hands_out():
    seats = np.arange(100)

    flow = source_flow(101, np.append(seats, 100), np.append(np.zeros(100, dtype=np.int64), 7))

    assert flow[:100].sum() == pytest.approx(SOURCE_GIVES)
    assert flow[100] == SOURCE_GIVES


def test_an_old_vouch_carries_less():
    fresh, old = (weights(verified(2, 0), vouches((0, 1, days)), now=MONDAY)[1] for days in (0, 1_460))

    assert old < fresh


def test_without_a_ring_everything_is_as_before_to_the_last_bit():
    honest = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4)]
    ring = [(3, 5), (5, 6), (6, 5), (5, 3)]

    before = weights(verified(7, 0), vouches(*honest), now=MONDAY)
    during = weights(verified(7, 0), vouches(*honest, *ring), now=MONDAY)
    after = weights(verified(7, 0), vouches(*honest), now=MONDAY)

    assert during[5] > 0
    assert np.array_equal(after, before)
    assert np.all(before * trust.STEPS == np.round(before * trust.STEPS))


@pytest.mark.parametrize("flow", [[-1.0, 0.0], [np.nan, 0.0], [np.inf, 0.0]])
def test_impossible_sources_are_refused(flow):
    with pytest.raises(ValueError):
        weights(np.array(flow), vouches((0, 1)), now=MONDAY)


def test_vouches_between_strangers_are_refused():
    with pytest.raises(ValueError):
        weights(np.zeros(2), vouches((0, 2)), now=MONDAY)


def test_a_vouch_without_a_time_is_refused():
    with pytest.raises(ValueError):
        weights(np.zeros(2), Vouches(np.array([0]), np.array([1]), np.zeros(0)), now=MONDAY)


def test_nobody_at_all_is_no_trouble():
    assert len(weights(np.zeros(0), vouches(), now=MONDAY)) == 0
