"""How parts make a whole: where a part stands by the cases opened for it, which part may begin, and when all is done.

Pure: states and positions in, states out. The tables keep what comes out, so that it can be found; a test holds one
against the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from app.cases.states import is_open

PartState = Literal["waiting", "open", "solved", "refused", "dropped"]
PART_STATES: tuple[PartState, ...] = ("waiting", "open", "solved", "refused", "dropped")

Outcome = Literal["solved", "refused", "left"]
OUTCOMES: tuple[Outcome, ...] = ("solved", "refused", "left")

# Nothing is to be done for these any more; what comes after them may begin.
SETTLED = frozenset({"solved", "dropped"})


def outcome_of(state: str, *, was: str, by: str | None) -> Outcome | None:
    """Return what a case opened for a part has come to; None while it goes on.

    `was` is the state from which it was closed, `by` who closed it: "customer", "holder" or "program".
    """
    if is_open(state):
        return None
    if state == "solved" or was == "solved":
        return "solved"
    return "refused" if by == "holder" else "left"


def part_state(outcomes: Iterable[str | None], *, is_dropped: bool) -> PartState:
    """Return where a part stands by what became of its cases."""
    found = set(outcomes)
    if "solved" in found:
        return "solved"
    if None in found:
        return "open"
    if is_dropped:
        return "dropped"
    return "refused" if found else "waiting"


def free_parts(states: Mapping[int, str], needs: Mapping[int, Sequence[int]]) -> list[int]:
    """Return the positions of the parts that wait although everything before them is settled."""
    return [
        position
        for position, state in sorted(states.items())
        if state == "waiting" and all(states[each] in SETTLED for each in needs[position])
    ]


def is_whole_done(states: Iterable[str]) -> bool:
    """Say whether nothing is left to do: each part solved, or arranged by the customer herself; one solved at least."""
    found = list(states)
    return bool(found) and all(state in SETTLED for state in found) and "solved" in found
