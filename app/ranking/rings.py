"""Rings: groups that confirm the same few far more than chance and common interest explain. Found to be looked at.

FRAUDAR (Hooi, Song, Beutel, Shah, Shin, Faloutsos, KDD 2016): take away, one by one, whoever is tied least to the rest,
and keep the densest block on the way. A confirmation weighs less the more the confirmed has (column weights), so votes
for popular people, which a ring casts to look honest, and the earlier life of an account that was taken over, hide
little. A block is reported where it is denser than any that chance makes of the same confirmations, dealt out anew.

Nothing follows from a ring by itself: the ranking does not read what is found here; people judge the evidence.
"""

from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

POPULAR = 5.0  # a confirmation of somebody who has d of them weighs 1 / ln(d + 5), as in FRAUDAR
DEALT_ANEW = 3  # times, to see how dense chance gets
DENSER = 1.3  # than the densest of those
FEWEST_VOTERS = 5
FEWEST_TARGETS = 3
MOST_RINGS = 10
WINDOWS_DAYS = (7.0, 30.0, 90.0)
LEAST_WEIGHT = 0.02  # below it, words do not differ
MEMBER_SHARE = 0.5  # of what the members usually have within the ring
DAY_S = 86_400.0


@dataclass(frozen=True)
class Ring:
    """A group and what speaks for its being one.

    voters, targets: people, ascending; some may be both. inside: confirmations from voters to targets, of `given` by
    the voters and `received` by the targets in all; expected: how many of them chance would put inside; density: how
    many times the densest block of chance; first_at, last_at: the days (seconds) between which nine in ten of the
    inside ones were given; trusted: the part of the voters whose word weighs, in [0, 1].
    """

    voters: Ints
    targets: Ints
    inside: int
    given: int
    received: int
    expected: float
    density: float
    first_at: float
    last_at: float
    trusted: float


def rings(voter: Ints, target: Ints, at: Floats, *, weight: Floats, seed: int = 0) -> list[Ring]:
    """Return the rings among these confirmations, the densest first.

    voter, target: (e,) people, whole numbers; at: (e,) seconds since 1970; weight: what the word of each person weighs,
    (n,) for people 0 … n-1, only to be told with the rest. Several confirmations of one person by another count once.
    The same confirmations and seed give the same rings.
    """
    pairs, first = np.unique(np.column_stack((voter, target)), axis=0, return_index=True)
    pairs, times = pairs[pairs[:, 0] != pairs[:, 1]], at[first[pairs[:, 0] != pairs[:, 1]]]
    # Who confirmed one or two people cannot be told from a satisfied customer of somebody much asked that week.
    _, place, count = np.unique(pairs[:, 0], return_inverse=True, return_counts=True)
    tell = count[place] >= FEWEST_TARGETS
    pairs, times = pairs[tell], times[tell]
    if len(pairs) == 0:
        return []
    rng = np.random.default_rng(seed)
    givers, of = np.unique(pairs[:, 0], return_inverse=True)
    column = np.unique(pairs[:, 1], return_inverse=True)[1]
    words = weight[givers]

    def speaks(at: Floats, words: Floats) -> Floats:
        return (_burst(column, at) + _distrust(words)[of]) / np.log(np.bincount(column) + POPULAR)[column]

    chance = max(_densest(pairs, speaks(rng.permutation(times), rng.permutation(words)))[2] for _ in range(DEALT_ANEW))
    weights = speaks(times, words)
    found: list[Ring] = []
    left = np.ones(len(pairs), dtype=np.bool_)
    while len(found) < MOST_RINGS and np.any(left):
        voters, targets, density = _densest(pairs[left], weights[left])
        if density < DENSER * chance:
            break
        voters, targets = _members(pairs[left], weights[left], voters, targets)
        inside = np.isin(pairs[:, 0], voters) & np.isin(pairs[:, 1], targets)
        left &= ~inside
        if len(voters) >= FEWEST_VOTERS:
            found.append(_ring(pairs, times, voters, targets, weight, density / chance))
        elif not np.any(inside):
            break
    return found


def _burst(column: Ints, at: Floats) -> Floats:
    """Return ln of how many times more the confirmed got around that day than over the whole time; (e,), at least 0.

    column: (e,) who is confirmed, numbered from 0. Of several windows the one that says most.
    """
    span = max(float(at.max() - at.min()), 1.0)
    order = np.lexsort((at, column))
    # One number that sorts by the confirmed, then by time: a search in it counts what she got in a window.
    key = column[order] * (4 * span) + (at[order] - at.min())
    others = (np.bincount(column) - 1.0)[column[order]]
    burst = np.zeros(len(at))
    for days in WINDOWS_DAYS:
        half = min(days * DAY_S, span) / 2
        near = np.searchsorted(key, key + half, side="right") - np.searchsorted(key, key - half) - 1
        usual = others * min(1.0, 2 * half / span)
        burst = np.maximum(burst, np.log((1.0 + near) / (1.0 + usual)))
    found = np.empty(len(at))
    found[order] = burst
    return found


def _distrust(words: Floats) -> Floats:
    """Return ln of how many times less a giver's word weighs than the mean one's; (n,), at least 0."""
    return np.maximum(0.0, np.log((words.mean() + LEAST_WEIGHT) / (words + LEAST_WEIGHT)))


def _densest(pairs: Ints, weights: Floats) -> tuple[Ints, Ints, float]:
    """Return the voters and targets of the densest block, and its density: weight of its edges per person in it."""
    voters, row = np.unique(pairs[:, 0], return_inverse=True)
    targets, column = np.unique(pairs[:, 1], return_inverse=True)
    n, nodes = len(voters), len(voters) + len(targets)
    ends = np.concatenate((row, column + n))
    both = np.concatenate((weights, weights))
    order = np.argsort(ends, kind="stable")
    others, weight_of = np.concatenate((column + n, row))[order].tolist(), both[order].tolist()
    starts = np.concatenate(([0], np.cumsum(np.bincount(ends, minlength=nodes)))).tolist()
    tied = np.bincount(ends, weights=both, minlength=nodes).tolist()
    heap = [(tie, node) for node, tie in enumerate(tied)]
    heapify(heap)
    gone = [False] * nodes
    total, left = float(weights.sum()), nodes
    best, best_left = total / left, left
    removed: list[int] = []
    while left > 1:
        tie, node = heappop(heap)
        if gone[node] or tie != tied[node]:
            continue
        gone[node] = True
        removed.append(node)
        left -= 1
        total -= tie
        for place in range(starts[node], starts[node + 1]):
            other = others[place]
            if not gone[other]:
                tied[other] -= weight_of[place]
                heappush(heap, (tied[other], other))
        if total / left > best + 1e-12:
            best, best_left = total / left, left
    kept = np.ones(nodes, dtype=np.bool_)
    kept[removed[: nodes - best_left]] = False
    return voters[kept[:n]], targets[kept[n:]], best


def _members(pairs: Ints, weights: Floats, voters: Ints, targets: Ints) -> tuple[Ints, Ints]:
    """Return whoever has at least half the usual ties of the block: without those in it by the way, with latecomers."""
    for _ in range(2):
        voters = _tied(pairs[:, 0], weights, np.isin(pairs[:, 1], targets), voters)
        targets = _tied(pairs[:, 1], weights, np.isin(pairs[:, 0], voters), targets)
    return voters, targets


def _tied(people: Ints, weights: Floats, inside: NDArray[np.bool_], usual: Ints) -> Ints:
    """Return the people whose ties `inside` weigh at least half the median of those of the `usual` ones."""
    names, place = np.unique(people[inside], return_inverse=True)
    ties = np.bincount(place, weights=weights[inside], minlength=len(names))
    own = np.isin(names, usual)
    return names[ties >= MEMBER_SHARE * np.median(ties[own])] if np.any(own) else names[:0]


def _ring(pairs: Ints, times: Floats, voters: Ints, targets: Ints, weight: Floats, density: float) -> Ring:
    by, of = np.isin(pairs[:, 0], voters), np.isin(pairs[:, 1], targets)
    first_at, last_at = np.quantile(times[by & of], (0.05, 0.95))
    given, received = int(by.sum()), int(of.sum())
    return Ring(
        voters=voters,
        targets=targets,
        inside=int((by & of).sum()),
        given=given,
        received=received,
        expected=given * received / len(pairs),
        density=density,
        first_at=float(first_at // DAY_S * DAY_S),
        last_at=float(last_at // DAY_S * DAY_S),
        trusted=float(weight[voters].mean()),
    )
