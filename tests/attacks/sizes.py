"""How large an attack is, and how its figures are kept: a sample in each run, everything under `./dev bench attack_*`.

A test states each figure with `hold`, which fails it where the demand is missed. Controls are stated with `must_fail`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

from bench._figures import control, state

SEED = 20_261_122
FULL = "SAMEN_ATTACK_FULL"
Each = TypeVar("Each")


def is_full() -> bool:
    """Say whether this is the run that takes its time."""
    return bool(os.environ.get(FULL))


def of_size(sample: int, full: int) -> int:
    """Return how many to try: a few in each run, all under ./dev bench."""
    return full if is_full() else sample


def drawn(these: Sequence[Each], sample: int) -> list[Each]:
    """Return all of these under ./dev bench, else a sample, the same in each run."""
    return list(these) if is_full() or len(these) <= sample else random.Random(SEED).sample(list(these), sample)


def hold(row: str, what: str, measured: object, demand: str, *, held: bool, details: Sequence[object] = ()) -> None:
    """State a figure, and fail where it does not meet its demand, with the first few of what is wrong."""
    state(row, what, str(measured), demand, held)
    assert held, f"{row} {what}: {measured}, demanded {demand}\n" + "\n".join(map(str, details[:99]))


def must_fail(row: str, what: str, measured: object, *, fails: bool) -> None:
    """State what the same measurement says of something broken on purpose, and fail where it sees nothing there."""
    control(row, what, str(measured), fails=fails)
    assert fails, f"{row} control {what} saw nothing: {measured}"
