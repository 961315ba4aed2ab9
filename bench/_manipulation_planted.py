"""Rings planted in a community whose people have interests in common, and how well they are found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.ranking.rings import rings
from bench import _manipulation_methods as methods
from bench._figures import control, state
from bench._manipulation_runs import Run, worlds
from bench._manipulation_world import DAY_S, MIXES, NOW, PEOPLE

ROW = "3.4"
HELPERS = 400
TOPICS = 10
CONFIRM_EACH = 12
KEEN = 8.0  # times as likely to confirm helpers in one's own topic
DAYS = 700
TARGETS = 20
HIJACKED = 0.5  # of the ring are accounts with an honest past
SIZES = (20, 50, 100)
# Share of the targets that each member confirms, and over how many days; by turns.
WAYS = ((0.8, 10), (0.5, 10), (0.8, 60))


class Planted(NamedTuple):
    """Confirmations (voter, target, at) with the accounts of the ring among the voters."""

    voter: NDArray[np.int64]
    target: NDArray[np.int64]
    at: NDArray[np.float64]
    members: NDArray[np.int64]


class Found(NamedTuple):
    """How much of what was reported is true, how much of what is true was reported, and in how many rings."""

    precision: float
    recall: float
    rings: int


def detection(seeds: range) -> None:
    """State how well planted rings are found, that nothing is found where there is none, and the flagging of g=100."""
    for size in SIZES:
        found = [look(planted(seed, size, *WAYS[seed % len(WAYS)])) for seed in seeds]
        precision, recall = (float(np.mean([each[part] for each in found])) for part in (0, 1))
        said = f"precision {precision:.2f}, recall {recall:.2f}"
        held = precision >= 0.9 and recall >= 0.8
        state(ROW, f"ring of {size}, half hijacked accounts, camouflage 1:1", said, ">= 0.9, >= 0.8", held)
    false = sum(look(planted(seed, 0, 0.0, 1)).rings for seed in seeds)
    state(ROW, "rings reported where there is none", str(false), "0", false == 0)
    slow = float(np.mean([look(planted(seed, 20, 0.5, 120)).recall for seed in seeds]))
    state(ROW, "ring of 20 that takes 120 days and half the targets: recall", f"{slow:.2f}")
    blind = float(np.mean([look(_undated(planted(seed, 50, 0.8, 10), seed)).recall for seed in seeds]))
    control(ROW, "ring of 50 whose dates are dealt anew: recall", f"{blind:.2f}", fails=blind < 0.8)
    _flagged(seeds)


def planted(seed: int, size: int, share: float, days: int) -> Planted:
    """Return a community with a ring in it: `size` accounts that confirm a share of the targets within some days."""
    rng = np.random.default_rng([seed, size])
    liked, topic = rng.lognormal(0, 1, HELPERS), rng.integers(0, TOPICS, HELPERS)
    voters: list[NDArray[np.int64]] = []
    targets: list[NDArray[np.int64]] = []
    for person in range(2 * PEOPLE):
        odds = liked * np.where(topic == rng.integers(0, TOPICS), KEEN, 1.0)
        count = min(100, int(rng.geometric(1 / CONFIRM_EACH)))
        targets.append(rng.choice(HELPERS, count, replace=False, p=odds / odds.sum()))
        voters.append(np.full(count, person))
    at = [NOW - rng.uniform(0, DAYS, sum(map(len, voters))) * DAY_S]
    taken = rng.choice(2 * PEOPLE, round(size * HIJACKED), replace=False)
    members = np.concatenate((taken, np.arange(2 * PEOPLE, 2 * PEOPLE + size - len(taken))))
    praised = rng.choice(HELPERS, TARGETS, replace=False)
    for member in members:
        own = praised[rng.random(TARGETS) < share]
        hidden = rng.choice(HELPERS, len(own), p=liked / liked.sum())
        targets.append(np.concatenate((own, hidden)))
        voters.append(np.full(2 * len(own), member))
        at.append(NOW - rng.uniform(0, days, 2 * len(own)) * DAY_S)
    return Planted(np.concatenate(voters), np.concatenate(targets), np.concatenate(at), members)


def look(one: Planted) -> Found:
    """Return how well the ring's voters are found."""
    # Voters and targets are different accounts here, so targets are numbered after all voters.
    people = int(one.voter.max()) + 1
    found = rings(one.voter, one.target + people, one.at, weight=np.zeros(people))
    named = np.unique(np.concatenate([each.voters for each in found])) if found else np.zeros(0, dtype=np.int64)
    hits = int(np.isin(named, one.members).sum())
    return Found(hits / max(1, len(named)), hits / max(1, len(one.members)), len(found))


def _flagged(seeds: range) -> None:
    """State whether the ring of the table is reported when a tenth of the people were deceived into vouching for it."""
    for sybils in (100, 1_000):
        flagged = 0
        for _, after in worlds(Run(seeds, MIXES["plan"]), sybils=sybils, deceived=100):
            ring = np.flatnonzero(~after.honest)
            found = rings(*after.vouches, weight=methods.word_weights(after))
            named = np.unique(np.concatenate([each.voters for each in found])) if found else ring[:0]
            hits = np.isin(named, ring).sum()
            flagged += int(hits >= 0.9 * len(named) and hits >= 0.8 * len(ring))
        n = len(seeds)
        state(ROW, f"worlds with g=100, k={sybils:,} whose ring is reported", f"{flagged} of {n}", f"{n}", flagged == n)


def _undated(one: Planted, seed: int) -> Planted:
    return one._replace(at=np.random.default_rng(seed).permutation(one.at))
