"""Figures: what was measured, beside what is demanded, in the words of one table.

A bench states each of its figures with `state`; it is printed at once and, under `./dev bench`, kept for the table
(devtools/benchmarks.py). A row is the name the test plan gives it (A1, W4, R10 …) or the subject ("pages", "search").
A test that cannot fail proves nothing: `control` states that the same measurement, made on something broken on purpose,
did fail.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn


@dataclass(frozen=True)
class Figure:
    """One line of the table; `held` says whether the demand is met, None where nothing is demanded."""

    row: str
    what: str
    measured: str
    demand: str = ""
    held: bool | None = None


def state(row: str, what: str, measured: str, demand: str = "", held: bool | None = None) -> None:
    """Print a figure and keep it for the table."""
    figure = Figure(row, what, measured, demand, held)
    sign = {True: "✓", False: "✗", None: "·"}[held]
    print(f"{sign} {row:<8} {what}: {measured}" + (f"  (demanded: {demand})" if demand else ""), flush=True)
    if kept := os.environ.get("SAMEN_FIGURES"):
        with Path(kept).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(figure)) + "\n")
    if held is False:
        _missed.append(figure)


def control(row: str, what: str, measured: str, *, fails: bool) -> None:
    """State what the same measurement says of something broken on purpose: it has to fail."""
    state(row, f"control: {what}", measured, "must fail", fails)


def conclude() -> NoReturn:
    """End the program: with 1 when a demand was not met."""
    sys.exit(1 if _missed else 0)


_missed: list[Figure] = []
