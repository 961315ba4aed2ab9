"""The world in which the ranking is attacked: providers of known quality, people who rate them and vouch for each
other, and what an attacker adds. Votes and vouches only; how places follow from them is in _manipulation_methods.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.ranking.trust import Vouches

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY_S = 86_400.0
NOW = 1_700_000_000.0
PROVIDERS = 50
PEOPLE = 1_000
VERIFIED = 30  # of the people; each a source of trust of her own
RATINGS_EACH = 12
VOUCHES_EACH = 8  # on average; some people vouch for nobody, some are vouched for by nobody
ATTACKER = 34  # truly the 35th: qualities fall with the number
BEST = 10
RING_VOUCHES = 20  # by each sybil, within the ring


@dataclass(frozen=True)
class World:
    """People 0 … n-1, of whom the first VERIFIED are verified; honest (n,) says who is no sybil.

    votes: (m,) person, provider, good (0 or 1), on_case: whether the person had a case with that provider;
    vouches as in the product; group: (n,) the source of verdicts a person belongs to, her own number or that of her
    organisation (negative); owner: (PROVIDERS,) the source each provider belongs to; seats: (s, 2) people and the
    organisations they have a seat at; quality: (PROVIDERS,) the true share of good cases.
    """

    honest: NDArray[np.bool_]
    person: Ints
    provider: Ints
    good: Floats
    on_case: NDArray[np.bool_]
    vouches: Vouches
    group: Ints
    owner: Ints
    seats: Ints
    quality: Floats

    @property
    def people(self) -> int:
        """How many accounts there are."""
        return len(self.honest)


def honest_world(rng: np.random.Generator) -> World:
    """Return the world before anybody attacks it: 12,000 ratings of real cases, vouches drawn with unequal luck."""
    quality = np.sort(rng.beta(6, 4, PROVIDERS))[::-1]
    person = np.repeat(np.arange(PEOPLE), RATINGS_EACH)
    provider = np.concatenate([rng.choice(PROVIDERS, RATINGS_EACH, replace=False) for _ in range(PEOPLE)])
    good = (rng.random(len(person)) < quality[provider]).astype(float)
    liked = rng.lognormal(0, 0.5, PEOPLE)
    giver = np.repeat(np.arange(PEOPLE), rng.poisson(VOUCHES_EACH, PEOPLE))
    receiver = rng.choice(PEOPLE, len(giver), p=liked / liked.sum())
    at = NOW - rng.uniform(0, 365, len(giver)) * DAY_S
    return World(
        honest=np.ones(PEOPLE, dtype=np.bool_),
        person=person,
        provider=provider.astype(np.int64),
        good=good,
        on_case=np.ones(len(person), dtype=np.bool_),
        vouches=Vouches(giver, receiver.astype(np.int64), at),
        group=np.arange(PEOPLE),
        owner=-1 - np.arange(PROVIDERS),
        seats=np.zeros((0, 2), dtype=np.int64),
        quality=quality,
    )


@dataclass(frozen=True)
class Mix:
    """How the sybils behave: how many of the best each votes down, how many honest votes it casts, how they confirm
    each other (dense, in a chain of hubs, not at all), whether they have cases with those they vote down, whether they
    vouch for honest people too, and how many days ago they came.
    """

    down: int = 3
    camouflage: int = 5
    ring: str = "dense"
    cases_with_rivals: bool = False
    vouch_outward: bool = True
    days: float = 30.0


MIXES = {
    "plan": Mix(),
    "loud": Mix(down=10, camouflage=0),
    "quiet": Mix(down=0, camouflage=9),
    "chain": Mix(ring="chain"),
    "alone": Mix(ring="none"),
    "cases": Mix(cases_with_rivals=True),
    "patient": Mix(days=365.0),
}


def attacked(world: World, rng: np.random.Generator, *, sybils: int, victims: Ints, mix: Mix) -> World:
    """Return the world with sybils that vote the attacker up, and these people deceived into vouching for some."""
    first, n = world.people, world.people + sybils
    if sybils == 0:
        return world
    own = np.arange(first, n)
    rivals = np.concatenate([rng.choice(BEST, mix.down, replace=False) for _ in own]).astype(np.int64)
    elsewhere = rng.integers(0, PROVIDERS, mix.camouflage * sybils)
    person = np.concatenate((own, np.repeat(own, mix.down), np.repeat(own, mix.camouflage)))
    provider = np.concatenate((np.full(sybils, ATTACKER), rivals, elsewhere))
    good = np.concatenate(
        (np.ones(sybils), np.zeros(len(rivals)), (rng.random(len(elsewhere)) < world.quality[elsewhere]).astype(float))
    )
    # The attacker plays the other side of its own accounts' cases; nobody else does, unless they bother to ask.
    on_case = np.concatenate((np.ones(sybils), np.full(len(person) - sybils, mix.cases_with_rivals))).astype(np.bool_)
    giver, receiver = _ring(own, rng, mix)
    giver = np.concatenate((giver, victims))
    receiver = np.concatenate((receiver, rng.choice(own, len(victims))))
    at = NOW - rng.uniform(0, mix.days, len(giver)) * DAY_S
    return replace(
        world,
        honest=np.concatenate((world.honest, np.zeros(sybils, dtype=np.bool_))),
        person=np.concatenate((world.person, person)),
        provider=np.concatenate((world.provider, provider)),
        good=np.concatenate((world.good, good)),
        on_case=np.concatenate((world.on_case, on_case)),
        vouches=Vouches(*(np.concatenate(pair) for pair in zip(world.vouches, (giver, receiver, at), strict=True))),
        group=np.concatenate((world.group, own)),
    )


def without(world: World, gone: NDArray[np.bool_]) -> World:
    """Return the world without these people (mask), their votes and every vouch by or for them; the rest renumbered."""
    number = np.cumsum(~gone) - 1
    votes = ~gone[world.person]
    vouches = ~gone[world.vouches.giver] & ~gone[world.vouches.receiver]
    return replace(
        world,
        honest=world.honest[~gone],
        person=number[world.person[votes]],
        provider=world.provider[votes],
        good=world.good[votes],
        on_case=world.on_case[votes],
        vouches=Vouches(
            number[world.vouches.giver[vouches]], number[world.vouches.receiver[vouches]], world.vouches.at[vouches]
        ),
        group=world.group[~gone],
    )


def _ring(own: Ints, rng: np.random.Generator, mix: Mix) -> tuple[Ints, Ints]:
    """Return who of the sybils vouches for whom, and, where they do, for which honest people."""
    match mix.ring:
        case "dense":
            giver = np.repeat(own, RING_VOUCHES)
            receiver = rng.choice(own, len(giver))
        case "chain":
            giver, receiver = own, np.roll(own, -1)
        case _:
            giver, receiver = own[:0], own[:0]
    if mix.vouch_outward:
        giver = np.concatenate((giver, np.repeat(own, 5)))
        receiver = np.concatenate((receiver, rng.integers(0, PEOPLE, 5 * len(own))))
    return giver, receiver


def with_verdicts(world: World, person: Ints, provider: Ints, good: Floats) -> World:
    """Return the world with further verdicts on real cases."""
    return replace(
        world,
        person=np.concatenate((world.person, person)),
        provider=np.concatenate((world.provider, provider)),
        good=np.concatenate((world.good, good)),
        on_case=np.concatenate((world.on_case, np.ones(len(person), dtype=np.bool_))),
    )


def newcomers(world: World, count: int) -> tuple[World, Ints]:
    """Return the world with fresh accounts that nobody vouches for, and their numbers."""
    own = np.arange(world.people, world.people + count)
    honest = np.concatenate((world.honest, np.zeros(count, dtype=np.bool_)))
    return replace(world, honest=honest, group=np.concatenate((world.group, own))), own
