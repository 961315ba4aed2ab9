"""One attack in many worlds: where the attacker stands before and after, and what its best rivals lose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bench._manipulation_methods import places
from bench._manipulation_world import ATTACKER, BEST, Mix, World, attacked, honest_world

Method = Callable[[World], NDArray[np.float64]]


@dataclass(frozen=True)
class Run:
    """Which worlds, and how the sybils behave in them."""

    seeds: range
    mix: Mix


@dataclass(frozen=True)
class Outcome:
    """What one attack did in one world, in places."""

    place: int
    gained: int
    rivals_lost: float


def worlds(run: Run, *, sybils: int, deceived: int) -> Iterator[tuple[World, World]]:
    """Yield each world before and after the attack; the same seed gives the same world, whatever the attack."""
    for seed in run.seeds:
        before = honest_world_of(seed)
        rng = np.random.default_rng([seed, sybils, deceived])
        # The same people are deceived, however many accounts the attacker opens.
        victims = np.random.default_rng([seed, deceived]).choice(before.people, deceived, replace=False)
        yield before, attacked(before, rng, sybils=sybils, victims=victims, mix=run.mix)


@lru_cache(maxsize=256)
def honest_world_of(seed: int) -> World:
    """Return the world of a seed before anybody attacks it."""
    return honest_world(np.random.default_rng(seed))


def outcome(run: Run, method: Method, *, sybils: int, deceived: int) -> list[Outcome]:
    """Return what the attack did in each world under this method."""
    found: list[Outcome] = []
    for before, after in worlds(run, sybils=sybils, deceived=deceived):
        then, now = places(method(before)), places(method(after))
        found.append(
            Outcome(
                place=int(now[ATTACKER]),
                gained=int(then[ATTACKER] - now[ATTACKER]),
                rivals_lost=float((now[:BEST] - then[:BEST]).mean()),
            )
        )
    return found
