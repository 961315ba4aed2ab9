"""How far the ranking can be bought: sybils, deceived people and colluding partners in a world of known quality."""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from bench import _manipulation_methods as methods
from bench._figures import conclude, control, state
from bench._manipulation_others import bought, hurt, undone
from bench._manipulation_partners import collusion, on_off, whitewash
from bench._manipulation_planted import detection
from bench._manipulation_runs import Outcome, Run, outcome
from bench._manipulation_world import MIXES

ROW = "3.4"
SYBILS = (0, 20, 100, 300, 1_000)
# Method, deceived people, name in the table.
ROWS = (
    (methods.sum_of_votes, 0, "sum of votes"),
    (methods.wilson, 0, "Wilson, one vote per person"),
    (methods.sybilrank, 5, "SybilRank weights (undirected), g=5"),
    (methods.trusted, 0, "trust weights, g=0"),
    (methods.trusted, 5, "trust weights, g=5"),
    (methods.trusted, 20, "trust weights, g=20"),
    (methods.trusted, 100, "trust weights, g=100"),
    (methods.equal_cap, 100, "naive walk, equal cap, g=100"),
)
Table = dict[tuple[str, int], list[Outcome]]


def main() -> None:
    """Print the table, then hold each demand of the test plan against it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-19", help="a range of seeds, FIRST-LAST")
    parser.add_argument("--mix", default="plan", choices=sorted(MIXES), help="how the sybils behave")
    given = parser.parse_args()
    first, last = (int(part) for part in given.seeds.split("-"))
    seeds = range(first, last + 1)
    run = Run(seeds, MIXES[given.mix])
    table = measure_table(run, given.mix)
    demands(table)
    controls(table)
    for measure_run in (bought, hurt, undone):
        measure_run(run)
    for measure_seeds in (collusion, whitewash, on_off, detection):
        measure_seeds(seeds)
    conclude()


def measure_table(run: Run, mix: str) -> Table:
    """Print the place of the attacker for every method and number of sybils; return what happened in each world."""
    print(f"Place of the attacker (truly 35th), median of {len(run.seeds)} worlds, mix {mix!r}; k sybils, g deceived")
    print("| method | " + " | ".join(f"k={k:,}" for k in SYBILS) + " |")
    print("| --- |" + " ---: |" * len(SYBILS))
    table: Table = {}
    for method, deceived, name in ROWS:
        for sybils in SYBILS:
            table[name, sybils] = outcome(run, method, sybils=sybils, deceived=deceived)
        cells = (f"{np.median([each.place for each in table[name, sybils]]):.0f}" for sybils in SYBILS)
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    return table


def gained(found: list[Outcome]) -> float:
    """Return how many places the attacker gained, in the middle of all worlds."""
    return float(np.median([each.gained for each in found]))


def rivals_lost(found: list[Outcome]) -> float:
    """Return how many places the ten best lost on average, in the middle of all worlds."""
    return float(np.median([each.rivals_lost for each in found]))


def demands(table: Table) -> None:
    """State what the table demands of trust weights."""
    attacks = [sybils for sybils in SYBILS if sybils]
    for deceived, places, lost in ((0, 2, 0.5), (5, 2, 0.5), (20, 5, 1.5), (100, 10, None)):
        name = f"trust weights, g={deceived}"
        most = max(gained(table[name, sybils]) for sybils in attacks)
        state(ROW, f"{name}: places gained, any k", f"{most:.1f}", f"<= {places}", most <= places)
        worst = max(rivals_lost(table[name, sybils]) for sybils in attacks)
        held = None if lost is None else worst <= lost
        state(ROW, f"{name}: places each of the ten best lost", f"{worst:.2f}", f"<= {lost}" if lost else "", held)
        by_k = [float(np.median([each.place for each in table[name, sybils]])) for sybils in attacks if sybils >= 100]
        change = max(by_k) - min(by_k)
        state(ROW, f"{name}: change of place from k=100 to 1,000", f"{change:.1f}", "<= 3", change <= 3)


def controls(table: Table) -> None:
    """The same measurements on methods that a ring can bend: they have to fail."""
    for name, most in (("sum of votes", 2), ("Wilson, one vote per person", 2), ("naive walk, equal cap, g=100", 10)):
        worst = max(gained(table[name, sybils]) for sybils in SYBILS)
        control(ROW, f"{name}: places gained", f"{worst:.1f} (demand: {most})", fails=worst > most)
    undirected = table["SybilRank weights (undirected), g=5", 1_000]
    control(ROW, "SybilRank: places gained, g=5", f"{gained(undirected):.1f} (demand: 2)", fails=gained(undirected) > 2)
    lost = rivals_lost(table["Wilson, one vote per person", 1_000])
    control(ROW, "Wilson: places the ten best lost", f"{lost:.1f} (demand: 0.5)", fails=lost > 0.5)


if __name__ == "__main__":
    main()
