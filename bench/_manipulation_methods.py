"""Ways to make places out of votes: simple ones that fall to an attack, and the ranking's own. Each takes a world and
returns one number per provider, the higher the better.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from app.ranking import evidence, trust
from bench._manipulation_world import NOW, PROVIDERS, VERIFIED, World

Floats = NDArray[np.float64]

NEWCOMERS = 0.0  # the quantile of all providers at which who has no record yet stands: where the lowest does
WALK_STEPS = 10  # of SybilRank: about log n
EQUAL_CAP = 0.01


def places(scores: Floats) -> NDArray[np.int64]:
    """Return each provider's place, from 1; of equal ones the first."""
    place = np.empty(len(scores), dtype=np.int64)
    place[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return place


def per_provider(world: World, weights: NDArray[np.generic] | None = None) -> Floats:
    """Return the sum of the weights of each provider's votes; without weights, how many votes there are."""
    return np.bincount(world.provider, weights=weights, minlength=PROVIDERS).astype(float)


def sum_of_votes(world: World) -> Floats:
    """Votes up minus votes down."""
    return per_provider(world, 2 * world.good - 1)


def wilson(world: World) -> Floats:
    """The lower Wilson bound of the share of good votes, one vote per person and provider."""
    return _wilson(per_provider(world, world.good), per_provider(world))


def sybilrank(world: World) -> Floats:
    """Votes weighed by a short walk from the verified over undirected edges, divided by degree (Cao et al. 2012)."""
    n = world.people
    ends = np.concatenate((world.vouches.giver, world.vouches.receiver))
    others = np.concatenate((world.vouches.receiver, world.vouches.giver))
    edges = coo_array((np.ones(len(ends)), (ends, others)), shape=(n, n)).tocsr()
    degree = np.maximum(1.0, np.bincount(ends, minlength=n))
    mass = np.zeros(n)
    mass[:VERIFIED] = n / VERIFIED
    for _ in range(WALK_STEPS):
        mass = edges.T @ (mass / degree)
    weight = np.minimum(1.0, mass / degree / np.median((mass / degree)[world.honest]))
    return _plain(world, weight)


def equal_cap(world: World) -> Floats:
    """Votes weighed by the naive walk (EigenTrust), every weight cut at the same low value."""
    given = trust.source_flow(world.people, np.arange(VERIFIED), np.arange(VERIFIED))
    given /= given.sum()
    n = world.people
    degree = np.maximum(1.0, np.bincount(world.vouches.giver, minlength=n))
    edges = coo_array((1 / degree[world.vouches.giver], (world.vouches.receiver, world.vouches.giver)), shape=(n, n))
    edges = edges.tocsr()
    mass = given.copy()
    for _ in range(60):
        mass = 0.15 * given + 0.85 * (edges @ mass)
    return _plain(world, np.minimum(1.0, mass / (EQUAL_CAP / n)))


def word_weights(world: World) -> Floats:
    """Return what everybody's word weighs by the ranking's own rule."""
    seats = world.seats
    person = np.concatenate((np.arange(VERIFIED), seats[:, 0]))
    source = np.concatenate((np.arange(VERIFIED), seats[:, 1]))
    given = trust.source_flow(world.people, person, source)
    return trust.weights(given, world.vouches, now=NOW)


def trusted(world: World, *, newcomers: float = NEWCOMERS) -> Floats:
    """The ranking's own: verdicts by the weight of their givers, capped by source, the unknown as one source.

    newcomers: the quantile of the providers at which one without a record stands.
    """
    word = word_weights(world)[world.person]
    known = evidence.capped(world.provider, world.group[world.person], word, owner=world.owner)
    # Of those nobody vouches for, only what they say of cases of their own is a verdict at all.
    unknown = np.where(world.on_case, 1.0 - word, 0.0)
    sums = [per_provider(world, each) for each in (known * world.good, known, unknown * world.good, unknown)]
    share = float(sums[0].sum() / max(1e-9, sums[1].sum()))
    good, verdicts = evidence.weighed(*sums, share=share)
    start = float(np.quantile((good + 1) / (verdicts + 2), newcomers))
    return evidence.standing(good, verdicts, share=start)


def _plain(world: World, weight: Floats) -> Floats:
    """Return the share of good votes by weight, shrunk to the mean with the weight of ten average votes."""
    each = weight[world.person]
    good = per_provider(world, each * world.good)
    n = per_provider(world, each)
    prior = 10 * float(each[world.honest[world.person]].mean())
    return (good + prior * float(good.sum() / n.sum())) / (n + prior)


def _wilson(good: Floats, n: Floats, z: float = 1.96) -> Floats:
    """Return the lower bound; 0 where there is no vote. Source: E. B. Wilson (1927), J. Am. Stat. Assoc. 22, p. 209."""
    n = np.maximum(n, 1e-9)
    share = good / n
    return (share + z**2 / (2 * n) - z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))) / (1 + z**2 / n)
