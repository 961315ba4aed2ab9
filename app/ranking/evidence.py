"""What is known of each provider from verdicts whose givers are trusted more or less: solved or not, weighed.

A verdict weighs what its giver's word weighs (trust.py). Two rules keep any one source from speaking for many. No
person, no organisation and no loop of those that praise each other makes up more than SOURCE_SHARE of what is known of
a provider. And all accounts that nobody vouches for are one source together, which decides only what the others leave
open: their verdicts count, at the mix of good and bad that they have, up to `unknown_room`.

Arrays: m verdicts, p providers. Counts are real numbers, a voice being 1.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from app.ranking.value import confirmed_given_answer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SOURCE_SHARE = 0.05  # of all that is known of a provider, by one source
FREE_VERDICTS = 3.0  # that one source may give in any case: small communities have few sources
# Of strangers' verdicts count in full: this many while nobody who is known has spoken, ever fewer as they do, and a
# tenth of the square root of what the known said, which is little beside what chance alone does to that.
ENOUGH_GOOD = 10.0  # good verdicts after which a provider counts as known
FIRST_STRANGERS = 10.0
STRANGERS_LATER = 0.1
_ROUNDS = 60


def source_shares(provider: Ints, source: Ints, weight: Floats) -> tuple[Ints, Ints, Floats]:
    """Return (provider, source, sum of weights), one row for each pair that occurs, by provider and source.

    provider, source, weight: (m,), of verdicts; sources are whole numbers of the caller's choice.
    """
    if len(provider) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
    pairs, place = np.unique(np.column_stack((provider, source)), axis=0, return_inverse=True)
    sums = np.bincount(place.ravel(), weights=weight, minlength=len(pairs)).astype(np.float64)
    return pairs[:, 0], pairs[:, 1], sums


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
    names = np.unique(np.concatenate((by[strong], owner[at[strong]])))
    if len(names) == 0:
        return {}
    froms, tos = np.searchsorted(names, by[strong]), np.searchsorted(names, owner[at[strong]])
    graph = coo_array((np.ones(len(froms)), (froms, tos)), shape=(len(names), len(names)))
    _, label = connected_components(graph, connection="strong")
    first = np.full(label.max() + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, label, names)
    size = np.bincount(label)
    return {int(name): int(first[own]) for name, own in zip(names, label, strict=True) if size[own] > 1}


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
    return STRANGERS_LATER * np.sqrt(known + prior) + FIRST_STRANGERS * prior / (known + prior)


def standing(good: Floats, verdicts: Floats, *, share: float) -> Floats:
    """Return the share of good verdicts per provider, in (0, 1), shrunk to `share`: what the ranking goes by."""
    return confirmed_given_answer(good, verdicts, share=share)


def _factors(provider: Ints, source: Ints, weight: Floats, providers: int) -> Floats:
    """Return by how much each verdict is lowered so that its source has no more than its share; (m,) in (0, 1]."""
    pairs, place = np.unique(np.column_stack((provider, source)), axis=0, return_inverse=True)
    sums = np.bincount(place.ravel(), weights=weight, minlength=len(pairs)).astype(np.float64)
    limit = _limits(pairs[:, 0], sums, providers)[pairs[:, 0]]
    return np.minimum(1.0, limit / np.maximum(sums, 1e-300))[place.ravel()]


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
