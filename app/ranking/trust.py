"""How much the word of each person weighs: trust that flows from the verified along "I confirm that you helped me".

A personalised walk, as EigenTrust (Kamvar, Schlosser, Garcia-Molina, WWW 2003) and TrustRank (Gyöngyi, Garcia-Molina,
Pedersen, VLDB 2004) take it, in which a person keeps most of what reaches her, until her word counts once, and passes
on the rest; a vouch carries no more than VOUCH_CARRIES, as the edges of Advogato (Levien 2009) and SumUp (Tran, Min,
Li, Subramanian, NSDI 2009) have a capacity. What is kept is not passed on, so trust is split and never multiplied:
however many accounts a group opens, and however they confirm each other, together they weigh no more than what the
vouches carry that lead into the group from outside. That is a theorem (`group_bound`), not a threshold on behaviour.

Only the one who was helped gives trust, by saying so: an edge that anybody can make on her own, by following or
thanking, would carry trust to whoever wants it (SybilRank on such edges fails). What a vouch is worth fades with time.

The result depends on the vouches and the seeds alone, not on what was computed before, and is rounded to 1/1024, so
that taking something away restores what was there before it, to the last bit.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SOURCE_GIVES = 25.0  # voices: what a verified person, or a whole organisation, brings in for itself and to pass on
IMPORTED_GIVES = 2.0  # voices: her own, and one to pass on; an operator answers for those whom he imports
VOUCH_CARRIES = 0.5  # voices, when fresh: two people who vouch for somebody make one voice at most
KEPT = 0.75  # of what reaches a person, until it makes one voice
PASSED_ON = 0.95  # of what a person has beyond her own voice; the rest of the way gets lost
FEWEST_VOUCHES = 8.0  # a vouch carries at most an eighth of what is passed on: one more takes little from the others
HALF_LIFE_S = 365 * 86_400.0
STEPS = 1024.0  # weights are whole multiples of 1/1024: sums of them are exact in any order
PRECISION = 1e-7
MOST_ROUNDS = 200


class Vouches(NamedTuple):
    """Who confirmed whose help: (e,) givers and receivers as rows of people, `at` in seconds since 1970."""

    giver: Ints
    receiver: Ints
    at: Floats


def source_flow(people: int, person: Ints, source: Ints) -> Floats:
    """Return what each of `people` brings in, in voices (n,): every source gives the same, split over its people.

    person, source: (m,) pairs, a source being one verified person or one organisation with a seat for each of its
    people. A source is one source, however many seats it hands out.
    """
    pairs = np.unique(np.column_stack((person, source)), axis=0) if len(person) else np.zeros((0, 2), dtype=np.int64)
    _, of, seats = np.unique(pairs[:, 1], return_inverse=True, return_counts=True)
    flow = np.zeros(people)
    np.add.at(flow, pairs[:, 0], SOURCE_GIVES / seats[of])
    return flow


def weights(given: Floats, vouches: Vouches, *, now: float) -> Floats:
    """Return how much each person's word weighs, (n,) in [0, 1].

    given: (n,) voices that come from outside, 0 for whoever must be vouched for; now: seconds since 1970, as of which
    vouches have faded. Vouches for oneself count nothing, several for the same person as much as their sum, at most
    one. Raises ValueError unless `given` is finite and at least 0 and the vouches are between these people.
    """
    n = len(given)
    if not np.all(np.isfinite(given)) or np.any(given < 0):
        raise ValueError("what a source gives must be finite and at least 0")
    giver, receiver, strength = _edges(vouches, n, now)
    if n == 0:
        return np.zeros(0)
    # Of what a giver passes on, each receiver gets a share by strength, and no more than the vouch can carry.
    total = np.bincount(giver, weights=strength, minlength=n)
    share = PASSED_ON * strength / np.maximum(total[giver], FEWEST_VOUCHES)
    most = VOUCH_CARRIES * strength * np.maximum(1.0, given[giver])
    has = given.copy()
    # A contraction: each round changes the sum of |has| by at most PASSED_ON times the round before.
    for _ in range(MOST_ROUNDS):
        passed = has - np.minimum(KEPT * has, 1.0)
        following = given + np.bincount(receiver, weights=np.minimum(share * passed[giver], most), minlength=n)
        moved = float(np.abs(following - has).sum())
        has = following
        if moved < PRECISION:
            break
    return np.round(np.minimum(KEPT * has, 1.0) * STEPS) / STEPS


def group_bound(given: Floats, vouches: Vouches, group: NDArray[np.bool_], *, now: float) -> float:
    """Return what a group of people (mask, (n,)) can weigh together at most, whatever they do among themselves.

    The sum of what they bring in and of what the vouches from outside into the group can carry.
    """
    giver, receiver, strength = _edges(vouches, len(given), now)
    entering = ~group[giver] & group[receiver]
    carried = VOUCH_CARRIES * strength[entering] * np.maximum(1.0, given[giver[entering]])
    return float(given[group].sum() + carried.sum())


def _edges(vouches: Vouches, n: int, now: float) -> tuple[Ints, Ints, Floats]:
    """Return one edge per giver and receiver: who, whom, and how strong, in (0, 1]."""
    giver, receiver = vouches.giver, vouches.receiver
    if not len(giver) == len(receiver) == len(vouches.at):
        raise ValueError("vouches need a giver, a receiver and a time each")
    if len(giver) and (min(giver.min(), receiver.min()) < 0 or max(giver.max(), receiver.max()) >= n):
        raise ValueError("a vouch is between people who are not there")
    other = giver != receiver
    age = np.maximum(0.0, now - vouches.at[other])
    keys, place = np.unique(giver[other] * np.int64(n) + receiver[other], return_inverse=True)
    strength = np.minimum(1.0, np.bincount(place, weights=2.0 ** (-age / HALF_LIFE_S), minlength=len(keys)))
    alive = strength > 0
    return keys[alive] // n, keys[alive] % n, strength[alive]
