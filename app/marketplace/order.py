"""The order of a bundle's parts: who waits for whom. Positions in, positions out; knows no rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Needs = Mapping[int, Sequence[int]]


def is_possible(needs: Needs) -> bool:
    """Say whether the parts can be done one after the other: each waits for known parts only, none for itself."""
    left = {position: set(before) for position, before in needs.items()}
    if any(before - set(left) for before in left.values()):
        return False
    while free := [position for position, before in left.items() if not before]:
        for position in free:
            del left[position]
        for before in left.values():
            before.difference_update(free)
    return not left


def waiting_for(needs: Needs, position: int) -> list[int]:
    """Return every part that cannot begin without this one, near or far, in order."""
    found: set[int] = set()
    front = {position}
    while front:
        front = {each for each, before in needs.items() if front & set(before)} - found
        found |= front
    return sorted(found - {position})


def days_in_all(needs: Needs, days: Mapping[int, int | None]) -> int | None:
    """Return how many days the longest chain of parts takes; None where a part promises no time.

    The order must be possible.
    """
    whole: dict[int, int] = {}
    while len(whole) < len(needs):
        for position, before in needs.items():
            own = days[position]
            if own is None:
                return None
            if position not in whole and all(each in whole for each in before):
                whole[position] = own + max((whole[each] for each in before), default=0)
    return max(whole.values(), default=None)
