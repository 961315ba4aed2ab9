"""Evidence: no source speaks for many, loops are one source, and accounts nobody knows move nobody far."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ranking.evidence import (
    FREE_VERDICTS,
    SOURCE_SHARE,
    _circles,
    capped,
    loops_of,
    source_shares,
    standing,
    weighed,
)

PROVIDERS = 3
verdicts = st.lists(
    st.tuples(st.integers(0, PROVIDERS - 1), st.integers(0, 30), st.integers(0, 1024)), min_size=1, max_size=120
)
NOBODYS = np.array([-1, -2, -3])


def columns(rows: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    provider, source, weight = (np.array([row[part] for row in rows]) for part in range(3))
    return provider, source, weight / 1024


def plain_limit(sums: list[float]) -> float:
    """Lower the limit in small steps until it is allowed."""
    limit = max(FREE_VERDICTS, SOURCE_SHARE * sum(sums))
    while limit > max(FREE_VERDICTS, SOURCE_SHARE * sum(min(each, limit) for each in sums)) + 1e-12:
        limit = max(FREE_VERDICTS, SOURCE_SHARE * sum(min(each, limit) for each in sums))
    return limit


@settings(max_examples=60, deadline=None)
@given(verdicts)
def test_caps_equal_their_plain_version(rows):
    provider, source, weight = columns(rows)

    found = capped(provider, source, weight, owner=NOBODYS)

    for one in set(provider.tolist()):
        own = {s: weight[(provider == one) & (source == s)].sum() for s in source[provider == one].tolist()}
        limit = plain_limit(list(own.values()))
        for name, total in own.items():
            kept = found[(provider == one) & (source == name)].sum()
            assert kept == pytest.approx(min(total, limit), abs=1e-9)


@given(verdicts)
def test_caps_never_add_anything(rows):
    provider, source, weight = columns(rows)

    found = capped(provider, source, weight, owner=NOBODYS)

    assert np.all(found <= weight + 1e-12)
    assert np.all(found >= 0)


def test_a_few_verdicts_of_one_person_count_in_full():
    provider, source = np.zeros(3, dtype=np.int64), np.full(3, 5)

    assert capped(provider, source, np.ones(3), owner=NOBODYS).tolist() == [1, 1, 1]


def test_many_verdicts_of_one_organisation_are_capped_at_its_share():
    provider, source = np.zeros(300, dtype=np.int64), np.append(np.arange(200), np.full(100, 999))

    found = capped(provider, source, np.ones(300), owner=NOBODYS)

    assert found[200:].sum() == pytest.approx(SOURCE_SHARE * found.sum(), rel=1e-6)
    assert found[:200].tolist() == [1.0] * 200


def ring_of_partners() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return three providers with 100 customers each; the organisation of each praises the other two 40 times."""
    owner = np.array([-10, -11, -12])
    provider, source = [], []
    for one in range(3):
        provider += [one] * 180
        source += [1_000 * one + n for n in range(100)] + [int(owner[(one + step) % 3]) for step in (1, 2)] * 40
    return np.array(provider), np.array(source), np.ones(len(provider)), owner


def test_partners_who_praise_each_other_are_one_source():
    provider, source, weight, owner = ring_of_partners()

    found = capped(provider, source, weight, owner=owner)
    apart = capped(provider, source, weight, owner=NOBODYS)

    for one in range(3):
        own, praise = provider == one, (provider == one) & (source < 0)
        assert found[praise].sum() <= max(FREE_VERDICTS, SOURCE_SHARE * found[own].sum()) + 1e-6
        assert found[praise].sum() < apart[praise].sum()
    assert set(loops_of(provider, source, weight, owner=owner).values()) == {-12}


def test_praise_in_one_direction_is_no_loop():
    provider, source = np.zeros(60, dtype=np.int64), np.append(np.arange(20), np.full(40, -11))

    assert loops_of(provider, source, np.ones(60), owner=np.array([-10, -11])) == {}


def test_no_verdicts_need_no_caps():
    nothing = np.zeros(0, dtype=np.int64)

    assert len(capped(nothing, nothing, np.zeros(0), owner=NOBODYS)) == 0
    assert [len(part) for part in source_shares(nothing, nothing, np.zeros(0))] == [0, 0, 0]


def test_shares_are_summed_by_provider_and_source():
    provider, source, sums = source_shares(np.array([1, 0, 1]), np.array([7, 7, 7]), np.array([0.5, 1.0, 0.25]))

    assert (provider.tolist(), source.tolist(), sums.tolist()) == ([0, 1], [7, 7], [1.0, 0.75])


@pytest.mark.parametrize("good", [0.0, 1.0])
@pytest.mark.parametrize("fresh", [100.0, 1_000.0, 1_000_000.0])
def test_any_number_of_unknown_accounts_moves_a_provider_only_within_its_doubt(good, fresh):
    known = np.array([200.0])

    before = standing(np.array([60.0]), known, share=0.3)
    after = standing(
        *weighed(np.array([60.0]), known, np.array([good * fresh]), np.array([fresh]), share=0.3), share=0.3
    )

    error = np.sqrt(0.3 * 0.7 / 200)
    assert 0 < abs(after[0] - before[0]) < error


def test_a_few_unknown_customers_count_in_full():
    found = weighed(np.array([3.0]), np.array([10.0]), np.array([1.0]), np.array([1.0]), share=0.3)

    assert [each.tolist() for each in found] == [[4.0], [11.0]]


@given(st.floats(0, 500), st.floats(0, 1), st.floats(0, 500), st.floats(0, 1), st.floats(0.01, 0.99))
def test_more_confirmed_solutions_never_lower_a_standing(known, known_share, unknown, unknown_share, share):
    known_good, unknown_good = known * known_share, unknown * unknown_share

    def place(good: float, other_good: float) -> float:
        counts = (np.array([each]) for each in (good, known, other_good, unknown))
        return float(standing(*weighed(*counts, share=share), share=share)[0])

    base = place(known_good, unknown_good)
    assert place(min(known, known_good + 1), unknown_good) >= base - 1e-12
    assert place(known_good, min(unknown, unknown_good + 1)) >= base - 1e-12


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=25))
def test_circles_are_those_who_reach_each_other(edges):
    follows: dict[int, list[int]] = {}
    for one, other in edges:
        follows.setdefault(one, []).append(other)
    reach = {(one, one) for one in range(8)} | set(edges)
    for middle in range(8):
        reach |= {(a, b) for a in range(8) for b in range(8) if {(a, middle), (middle, b)} <= reach}

    found = _circles(follows)

    nodes = {node for edge in edges for node in edge}
    together = {node: set(circle) for circle in found for node in circle}
    assert sorted(node for circle in found for node in circle) == sorted(nodes)
    for node in nodes:
        assert together[node] == {other for other in nodes if {(node, other), (other, node)} <= reach}
