"""What people should look at: rings among confirmations, and loops of those who praise each other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.ranking.credence import Known, given_verdicts
from app.ranking.evidence import loops_of
from app.ranking.memory import Memory
from app.ranking.rings import Ring, rings
from app.ranking.trust import Vouches

FEWEST_CASES = 10  # among the members of a loop that is worth a look


@dataclass(frozen=True)
class Loop:
    """Sources (people and organisations, numbered as in Known) that confirm each other's providers in a circle, each
    beyond its share; inside: solved and unsolved cases between them, of `received` by their providers in all.
    """

    sources: tuple[int, ...]
    inside: int
    received: int


def rings_among(vouches: Vouches, words: Mapping[int, float]) -> list[Ring]:
    """Return the rings among who confirmed whose help, people by their ids; words: what the word of each weighs."""
    people, place = np.unique(np.concatenate((vouches.giver, vouches.receiver)), return_inverse=True)
    weight = np.array([words.get(person, 0.0) for person in people.tolist()])
    half = len(vouches.giver)
    found = rings(place[:half], place[half:], vouches.at, weight=weight)
    return [replace(each, voters=people[each.voters], targets=people[each.targets]) for each in found]


def loops_in(state: Memory, known: Known) -> list[Loop]:
    """Return the loops among the verdicts of those who are known; none while nobody is verified."""
    if state.words is None:
        return []
    provider, source, word, owner = given_verdicts(state, known)
    names = loops_of(provider, source, word, owner=owner)
    found: list[Loop] = []
    for name in sorted(set(names.values())):
        sources = tuple(sorted(source for source, loop in names.items() if loop == name))
        theirs = np.isin(owner[provider], sources)
        between = theirs & np.isin(source, sources) & (source != owner[provider])
        # Two who helped each other a few times are no news.
        if between.sum() >= FEWEST_CASES:
            found.append(Loop(sources, int(between.sum()), int(theirs.sum())))
    return found
