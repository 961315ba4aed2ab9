"""What is known of each provider from verdicts whose givers are trusted more or less: solved or not, weighed.

A verdict weighs what its giver's word weighs (trust.py). Two rules keep any one source from speaking for many. No
person, no organisation and no loop of those that praise each other makes up more than SOURCE_SHARE of what is known of
a provider. And all accounts that nobody vouches for are one source together, which decides only what the others leave
open: their verdicts count, at the mix of good and bad that they have, up to `unknown_room`.

Arrays: m verdicts, p providers. Counts are real numbers, a voice being 1.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.ranking.value import confirmed_given_answer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SOURCE_SHARE = 0.05  # of all that is known of a provider, by one source
FREE_VERDICTS = 3.0  # that one source may give in any case: small communities have few sources
ENOUGH_GOOD = 10.0  # good verdicts after which a provider counts as known
# Of strangers' verdicts count in full: this many while nobody who is known has spoken, ever fewer as they do, and a
# tenth of the square root of what the known said, which is little beside what chance alone does to that.
FIRST_STRANGERS = 10.0
STRANGERS_LATER = 0.1
_ROUNDS = 60


def source_shares(provider: Ints, source: Ints, weight: Floats) -> tuple[Ints, Ints, Floats]:
    """Return (provider, source, sum of weights), one row for each pair that occurs, by provider and source.

    provider, source, weight: (m,), of verdicts; sources are whole numbers of the caller's choice.
    """
    names, providers, sources, place = _pairs(provider, source)
    sums = np.bincount(place, weights=weight, minlength=len(providers)).astype(np.float64)
    return providers, names[sources], sums


def capped(provider: Ints, source: Ints, weight: Floats, *, owner: Ints) -> Floats:
    """Return the weights after no source has more than its share of what is known of a provider; (m,), never more.

    owner: (p,) the source that each provider belongs to, by which loops are found: sources that each have more than
    their share with the next one's provider, in a circle, are one source. Weights of one source with one provider are
    lowered by one factor.
    """
    if len(provider) == 0:
        return np.zeros(0)
    factor = _factors(provider, source, weight, len(owner))
    loops = loops_of(provider, source, weight, owner=owner)
    merged = np.array([loops.get(one, one) for one in source.tolist()], dtype=np.int64)
    if np.any(merged != source):
        # In the eyes of its members' providers a loop is one voice; for everybody else each member has its own.
        inside = np.array([loops.get(one, -1) for one in owner.tolist()], dtype=np.int64)[provider] == merged
        factor = np.minimum(factor, _factors(provider, np.where(inside, merged, source), weight, len(owner)))
    return weight * factor


def loops_of(provider: Ints, source: Ints, weight: Floats, *, owner: Ints) -> dict[int, int]:
    """Return the sources that praise each other in a circle, each with more than its share: source → its loop's name.

    A pair is a circle of two; the name is the smallest source in it. A provider's owner praising it is no circle.
    """
    at, by, sums = source_shares(provider, source, weight)
    limit = _limits(at, sums, len(owner))
    strong = (sums > limit[at] * (1 + 1e-9)) & (by != owner[at])
    praised: dict[int, list[int]] = defaultdict(list)
    for who, whom in zip(by[strong].tolist(), owner[at[strong]].tolist(), strict=True):
        praised[who].append(whom)
    return {each: min(circle) for circle in _circles(praised) if len(circle) > 1 for each in circle}


def weighed(
    known_good: Floats, known: Floats, unknown_good: Floats, unknown: Floats, *, share: float
) -> tuple[Floats, Floats]:
    """Return (good, all) verdicts of each provider with the unknown in their place; (p,) each.

    known: sums of weights; unknown: what is left of the verdicts' number; share: of verdicts that are good in general.
    The unknown count in full up to `unknown_room`, so that 1,000 fresh accounts do no more than a few customers might.
    """
    factor = np.minimum(1.0, unknown_room(known, share=share) / np.maximum(unknown, 1e-9))
    return known_good + factor * unknown_good, known + factor * unknown


def unknown_room(known: Floats, *, share: float) -> Floats:
    """Return how many verdicts of unknown accounts count in full beside so many known ones; (p,)."""
    prior = ENOUGH_GOOD / share
    return STRANGERS_LATER * np.sqrt(known + prior) + FIRST_STRANGERS * (prior / (known + prior)) ** 2


def standing(good: Floats, verdicts: Floats, *, share: float) -> Floats:
    """Return the share of good verdicts per provider, in (0, 1), shrunk to `share`: what the ranking goes by."""
    return confirmed_given_answer(good, verdicts, share=share)


def _factors(provider: Ints, source: Ints, weight: Floats, count: int) -> Floats:
    """Return by how much each verdict is lowered so that its source has no more than its share; (m,) in (0, 1]."""
    _, providers, _, place = _pairs(provider, source)
    sums = np.bincount(place, weights=weight, minlength=len(providers)).astype(np.float64)
    limit = _limits(providers, sums, count)[providers]
    return np.minimum(1.0, limit / np.maximum(sums, 1e-300))[place]


def _circles(follows: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Return the strongly connected parts of a graph (Kosaraju and Sharir's two passes); each node is in one."""
    finished: list[int] = []
    _walk(follows, list(follows), finished)
    back: dict[int, list[int]] = defaultdict(list)
    for node, others in follows.items():
        for other in others:
            back[other].append(node)
    circles: list[list[int]] = []
    seen: set[int] = set()
    for node in reversed(finished):
        if node not in seen:
            circle: list[int] = []
            _walk(back, [node], circle, seen)
            circles.append(circle)
    return circles


def _walk(
    follows: Mapping[int, Sequence[int]], starts: Sequence[int], finished: list[int], seen: set[int] | None = None
) -> None:
    """Add what can be reached from `starts` and was not `seen` to `finished`, each node after all that follow it."""
    seen = set() if seen is None else seen
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        under_way = [(start, iter(follows.get(start, ())))]
        while under_way:
            node, others = under_way[-1]
            following = next((other for other in others if other not in seen), None)
            if following is None:
                finished.append(node)
                under_way.pop()
            else:
                seen.add(following)
                under_way.append((following, iter(follows.get(following, ()))))


def _pairs(provider: Ints, source: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the sources' names, each pair that occurs as (provider, position in names), and each verdict's pair."""
    names, numbered = np.unique(source, return_inverse=True)
    # One number for both sorts ten times as fast as rows of two.
    keys, place = np.unique(provider * np.int64(max(1, len(names))) + numbered, return_inverse=True)
    providers, sources = np.divmod(keys, max(1, len(names)))
    return names, providers, sources, place


def _limits(provider: Ints, sums: Floats, providers: int) -> Floats:
    """Return the most that one source may say of each provider: the share of all that is said under that limit."""
    limit = np.maximum(FREE_VERDICTS, SOURCE_SHARE * np.bincount(provider, weights=sums, minlength=providers))
    for _ in range(_ROUNDS):
        said = np.bincount(provider, weights=np.minimum(sums, limit[provider]), minlength=providers)
        lower = np.maximum(FREE_VERDICTS, SOURCE_SHARE * said)
        if np.array_equal(lower, limit):
            break
        limit = lower
    return limit
