"""Beside the table: what a place costs the attacker, which honest people are hurt, and whether it can all be undone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.ranking.trust import group_bound, source_flow
from bench import _manipulation_methods as methods
from bench._figures import control, state
from bench._manipulation_runs import Run, honest_world_of, outcome, worlds
from bench._manipulation_world import (
    ATTACKER,
    NOW,
    PEOPLE,
    VERIFIED,
    World,
    newcomers,
    with_verdicts,
    without,
)

ROW = "3.4"
BRIBED = 50


def bought(run: Run) -> None:
    """State what a place costs in deceived people, in cases of fresh accounts, in verdicts of ordinary customers."""
    free = _middle([each.gained for each in outcome(run, methods.trusted, sybils=300, deceived=0)])
    for deceived in (20, 100):
        gained = _middle([each.gained for each in outcome(run, methods.trusted, sybils=300, deceived=deceived)])
        cost = deceived / max(gained - free, 0.1)
        state(ROW, f"deceived people per place gained, g={deceived}", f"{cost:.0f}", ">= 4", cost >= 4)
    for cases, most in ((25, 1), (1_000, 2)):
        gain = _middle([_gain(world, *newcomers(world, cases)) for _, world in seeded(run.seeds)])
        state(ROW, f"places for {cases:,} paid cases of fresh accounts", f"{gain:.1f}", f"<= {most}", gain <= most)
    gains: list[int] = []
    for rng, world in seeded(run.seeds):
        gains.append(_gain(world, world, rng.choice(PEOPLE, BRIBED, replace=False)))
    state(ROW, "bribed verdicts of ordinary customers per place", f"{BRIBED / max(_middle(gains), 0.1):.0f}")


def hurt(run: Run) -> None:
    """State how many honest people lose more than a fifth of their weight, and that no ring outweighs its bound."""
    for deceived in (5, 20, 100):
        shares: list[float] = []
        for before, after in worlds(run, sybils=1_000, deceived=deceived):
            then, now = methods.word_weights(before), methods.word_weights(after)[:PEOPLE]
            shares.append(float(np.mean(now < 0.8 * then)))
        most = _middle(shares)
        state(ROW, f"honest people who lose > 20 % of weight, g={deceived}", f"{most:.2%}", "<= 0.5 %", most <= 0.005)
    over = 0
    for _, after in worlds(run, sybils=1_000, deceived=20):
        given = source_flow(after.people, np.arange(VERIFIED), np.arange(VERIFIED))
        most = group_bound(given, after.vouches, ~after.honest, now=NOW)
        over += int(methods.word_weights(after)[~after.honest].sum() > most)
    state(ROW, "rings that weigh more than the vouches into them can carry", str(over), "0", over == 0)


def undone(run: Run) -> None:
    """State that without the ring everything is as before it, to the last bit."""
    same, same_unrounded = 0, 0
    for before, after in worlds(run, sybils=300, deceived=20):
        restored = without(after, ~after.honest)
        same += int(np.array_equal(methods.trusted(before), methods.trusted(restored)))
        # As if sums were kept by adding and taking away weights that are no multiples of 1/1024.
        sums, ring = _up(before) / 3, _up(after) / 3 - _up(restored) / 3
        same_unrounded += int(np.array_equal(sums, sums + ring * 0.1 - ring * 0.1))
    n = len(run.seeds)
    state(ROW, "worlds whose numbers return exactly when the ring goes", f"{same} of {n}", f"{n}", same == n)
    control(ROW, "sums of weights that are not rounded return", f"{same_unrounded} of {n}", fails=same_unrounded < n)


def seeded(seeds: range) -> Iterator[tuple[np.random.Generator, World]]:
    """Yield the honest world of each seed with chance for what is done to it."""
    for seed in seeds:
        yield np.random.default_rng([seed, 1]), honest_world_of(seed)


def _gain(before: World, after: World, people: NDArray[np.int64]) -> int:
    """Return how many places the attacker gains when these people each give it a good verdict."""
    bought_from = with_verdicts(after, people, np.full(len(people), ATTACKER), np.ones(len(people)))
    then, now = methods.places(methods.trusted(before)), methods.places(methods.trusted(bought_from))
    return int(then[ATTACKER] - now[ATTACKER])


def _up(world: World) -> NDArray[np.float64]:
    weight = methods.word_weights(world)[world.person]
    return methods.per_provider(world, weight * world.good)


def _middle(numbers: list[int] | list[float]) -> float:
    return float(np.median(numbers))
