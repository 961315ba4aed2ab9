"""What became of a promise: computed from what happened to it, and from nothing else.

Pure. A promise is open until it is kept, or its time is over. Its date may move with the yes of whom it was made to;
moved without, it is broken there and then, whatever is done afterwards. What is done after its time was broken, and is
late.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

PromiseState = Literal["open", "kept", "late", "broken", "released"]
PROMISE_STATES: tuple[PromiseState, ...] = ("open", "kept", "late", "broken", "released")

What = Literal["made", "moved", "moved_alone", "kept", "released"]


@dataclass(frozen=True)
class Step:
    """One thing that happened to a promise: `due_at` is the date it was made for, or moved to."""

    what: What
    at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """Where a promise stands. `renegotiated` counts the dates that were agreed anew; `broken_at` is when it was broken,
    also where it was done later.
    """

    state: PromiseState
    due_at: datetime
    renegotiated: int = 0
    is_moved_alone: bool = False
    broken_at: datetime | None = None
    done_at: datetime | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is to be expected of it any more."""
        return self.done_at is not None or self.state == "released"


def standing_of(steps: Iterable[Step], *, now: datetime, before: Standing | None = None) -> Standing:
    """Return where a promise stands after these steps, in their order; `before` is where it stood before the first.

    Raises ValueError where it was never made.
    """
    found = before
    for step in steps:
        if step.what == "made":
            assert step.due_at is not None
            found = Standing("open", step.due_at)
        elif found is None:
            raise ValueError("a promise begins with being made")
        else:
            found = _after(found, step)
    if found is None:
        raise ValueError("a promise begins with being made")
    return by(found, now)


def by(standing: Standing, now: datetime) -> Standing:
    """Return where it stands at this moment, nothing having happened since: open and past its time is broken."""
    if standing.state == "open" and standing.due_at < now:
        return replace(standing, state="broken", broken_at=standing.due_at)
    return standing


def _after(standing: Standing, step: Step) -> Standing:
    standing = by(standing, step.at)
    if standing.is_settled:
        return standing
    if step.what == "released":
        # What is broken stays so: that nobody needs it any more does not mend it.
        return standing if standing.state == "broken" else replace(standing, state="released")
    if step.what == "kept":
        if standing.state == "open":
            return replace(standing, state="kept", done_at=step.at)
        return replace(standing, state="broken" if standing.is_moved_alone else "late", done_at=step.at)
    assert step.due_at is not None
    if step.what == "moved":
        return replace(standing, due_at=step.due_at, renegotiated=standing.renegotiated + 1)
    return replace(
        standing,
        state="broken",
        due_at=step.due_at,
        is_moved_alone=True,
        broken_at=standing.broken_at or step.at,
    )
