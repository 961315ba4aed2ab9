"""Attacks by providers: partners who praise each other, a new name for a bad record, good service that stops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.ranking import evidence
from bench import _manipulation_methods as methods
from bench._figures import control, state
from bench._manipulation_others import seeded
from bench._manipulation_world import ATTACKER, PEOPLE, PROVIDERS, VERIFIED, World, with_verdicts

ROW = "3.4"
PARTNERS = (ATTACKER, 29, 39)
STAFF = 20
SWAPPED_EACH = 5  # good cases that each of the staff gives to each of the other partners
OLD = 44  # of the lowest fifth
CASES = (5, 10, 20, 30)
TURNED = 4  # the fifth best turns bad


def collusion(seeds: range) -> None:
    """State what three partners gain whose staff praise each other in real but swapped cases."""
    gains: dict[bool, list[list[int]]] = {True: [], False: []}
    named = 0
    for rng, world in seeded(seeds):
        staffed, swapped = _partners(world, rng)
        word = methods.word_weights(swapped)[swapped.person]
        loops = evidence.loops_of(swapped.provider, swapped.group[swapped.person], word, owner=swapped.owner)
        named += int(
            set(loops) == {int(swapped.owner[partner]) for partner in PARTNERS} and len(set(loops.values())) == 1
        )
        for is_capped in gains:
            # Without the caps by organisation everybody speaks for herself.
            views = [each if is_capped else replace(each, group=np.arange(each.people)) for each in (staffed, swapped)]
            then, now = (methods.places(methods.trusted(view)) for view in views)
            gains[is_capped].append([int(then[partner] - now[partner]) for partner in PARTNERS])
    gain, free = float(np.median(gains[True])), float(np.median(gains[False]))
    state(ROW, "collusion: places gained by a partner, of three that swap cases", f"{gain:.1f}", "<= 2", gain <= 2)
    state(ROW, "collusion: by the luckiest of the three", f"{np.median(np.max(gains[True], axis=1)):.1f}")
    control(ROW, "collusion without caps by source: places gained", f"{free:.1f} (demand: 2)", fails=free > 2)
    n = len(seeds)
    state(ROW, "worlds whose three partners the daily look names as a loop", f"{named} of {n}", f"{n}", named == n)


def whitewash(seeds: range) -> None:
    """State where a bad provider would stand under a new name, with few cases, beside where it stands."""
    gained: dict[float, list[int]] = {methods.NEWCOMERS: [], 0.5: []}
    for rng, world in seeded(seeds):
        cases = [_renamed(world, n, rng) for n in CASES]
        for quantile, places in gained.items():
            old = int(methods.places(methods.trusted(world, newcomers=quantile))[OLD])
            new = [int(methods.places(methods.trusted(each, newcomers=quantile))[OLD]) for each in cases]
            places.append(int(np.median([old - each for each in new])))
    low, middle = (float(np.median(each)) for each in gained.values())
    said = f"a new name with {CASES[0]} to {CASES[-1]} cases, places above the old one"
    state(ROW, said, f"{low:.1f}", "<= 0", low <= 0)
    control(ROW, f"{said}, where newcomers start in the middle", f"{middle:.1f}", fails=middle > 0)


def on_off(seeds: range) -> None:
    """State how many bad cases bring a good provider that turned bad down to the middle of all."""
    needed: list[int] = []
    for rng, world in seeded(seeds):
        people = rng.integers(0, PEOPLE, 2_000)
        bad = 0
        while bad < len(people):
            bad += 20
            turned = with_verdicts(world, people[:bad], np.full(bad, TURNED), np.zeros(bad))
            if methods.places(methods.trusted(turned))[TURNED] > PROVIDERS // 2:
                break
        needed.append(bad)
    state(
        ROW,
        "on-off: bad cases until the fifth best, with 240 cases behind it, is below the middle",
        f"{np.median(needed):.0f}",
    )


def _partners(world: World, rng: np.random.Generator) -> tuple[World, World]:
    """Return the world in which three partners have staff with verified seats, and the one where they swap cases."""
    staff = rng.choice(np.arange(VERIFIED, PEOPLE), (len(PARTNERS), STAFF), replace=False)
    group = world.group.copy()
    for partner, people in zip(PARTNERS, staff, strict=True):
        group[people] = world.owner[partner]
    seats = np.column_stack((staff.ravel(), group[staff.ravel()]))
    staffed = replace(world, group=group, seats=seats)
    swapped = staffed
    for partner, people in zip(PARTNERS, staff, strict=True):
        for other in PARTNERS:
            if other != partner:
                by = np.repeat(people, SWAPPED_EACH)
                swapped = with_verdicts(swapped, by, np.full(len(by), other), np.ones(len(by)))
    return staffed, swapped


def _renamed(world: World, cases: int, rng: np.random.Generator) -> World:
    """Return the world in which the bad provider has so many cases of the same quality, and no others."""
    kept = world.provider != OLD
    bare = replace(
        world,
        person=world.person[kept],
        provider=world.provider[kept],
        good=world.good[kept],
        on_case=world.on_case[kept],
    )
    people = rng.choice(PEOPLE, cases, replace=False)
    good = (rng.random(cases) < world.quality[OLD]).astype(float)
    return with_verdicts(bare, people, np.full(cases, OLD), good)
