"""A world of people with habits, moods and limits: what ours saves there, against imitation, chance and taking turns.

    ./dev bench simulator [--seeds 11,12] [--days 60] [--world town]     worlds: see _people.WORLDS

Minutes saved are against the same world left to chance, per question, over its second half unless it says otherwise;
intervals over the days. Ours is app.ranking as the product calls it (_policies.py); the constants it has were chosen on
the seeds 1 and 2, so others are the judge.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from bench._figures import conclude, control, state
from bench._judging import measure_estimates
from bench._living import Course, Life, Policy
from bench._people import HOURS_A_DAY, TAIL_DAYS, WARM_UP_DAYS, WORLDS, World, world
from bench._policies import AtRandom, HistoryOnly, Nobody, Ours, RoundRobin
from bench._rush import measure_assignment

ROW = "simulator"
LONGEST_H = TAIL_DAYS * HOURS_A_DAY
UNASKED_DAYS = 30.0  # what a newcomer counts who is not asked in that time
LONG_ENOUGH_DAYS = 14.0  # a member, to count in the spread of the load


@dataclass(frozen=True)
class Lived:
    """What one policy made of one world. saved, solved: of each question of the second half; day: of the question."""

    name: str
    saved: np.ndarray
    saved_at_all: float
    solved: np.ndarray
    day: np.ndarray
    newcomer_days: float
    gini: float
    stopped: int
    left: int
    offers: float


def main() -> None:
    """Print the table and state the figures."""
    parser = argparse.ArgumentParser(prog="./dev bench simulator", description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="11,12")
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--world", default="town", choices=sorted(WORLDS))
    options = parser.parse_args()
    seeds = [int(seed) for seed in options.seeds.split(",")]
    worlds = [(seed, world(WORLDS[options.world], days=options.days, seed=seed)) for seed in seeds]
    lives = [live_all(made, seed) for seed, made in worlds]
    print_table(options.world, lives)
    state_figures(lives)
    tireless = world(WORLDS["tireless"], days=options.days, seed=seeds[0])
    state_tireless(tireless, seeds[0])
    measure_assignment(seeds)
    measure_estimates(worlds=60, decisions=200, seed=seeds[0])
    conclude()


def live_all(made: World, seed: int) -> list[Lived]:
    """Let every policy live the same world."""
    by_chance = Life(made, Nobody(), seed=seed).live()
    policies: list[Policy] = [
        HistoryOnly(),
        Ours(seed),
        Ours(seed, together=False),
        Ours(seed, cares=False),
        AtRandom(seed),
        RoundRobin(),
    ]
    return [lived(each.name, made, Life(made, each, seed=seed).live(), by_chance) for each in policies]


def lived(name: str, made: World, course: Course, by_chance: Course) -> Lived:
    """Measure one life against chance."""
    routed = np.arange(made.first_routed, len(made.questions))
    late = routed[len(routed) // 2 :]
    saved = 60 * (np.minimum(by_chance.solved, LONGEST_H) - np.minimum(course.solved, LONGEST_H))
    new = np.flatnonzero(made.joins > 0)
    waited = np.minimum(course.first_asked[new] - made.joins[new], UNASKED_DAYS * HOURS_A_DAY) / HOURS_A_DAY
    member = (np.minimum(course.gone, made.hours) - np.maximum(made.joins, WARM_UP_DAYS * HOURS_A_DAY)) / HOURS_A_DAY
    counted = member >= LONG_ENOUGH_DAYS
    return Lived(
        name=name,
        saved=saved[late],
        saved_at_all=float(saved[routed].mean()),
        solved=course.solved[late] < LONGEST_H,
        day=np.array([int(made.questions[number].at // HOURS_A_DAY) for number in late]),
        newcomer_days=float(waited.mean()) if len(new) else 0.0,
        gini=gini(course.offers[counted] / member[counted]),
        stopped=int(course.tired.sum()),
        left=int((np.isfinite(course.gone) & ~course.tired).sum()),
        offers=float(course.offers.sum() / len(routed)),
    )


def gini(load: np.ndarray) -> float:
    """Return the Gini coefficient of invitations a day over members: 0 all the same, 1 one does it all."""
    ordered, n = np.sort(load), len(load)
    total = float(ordered.sum())
    return float(2 * (np.arange(1, n + 1) @ ordered) / (n * total) - (n + 1) / n) if total else 0.0


def difference(one: list[Lived], other: list[Lived]) -> tuple[float, float, float]:
    """Return the mean difference in minutes saved per question, and its 95 % interval over the days of all worlds."""
    days = []
    for mine, theirs in zip(one, other, strict=True):
        apart = mine.saved - theirs.saved
        days += [(float(apart[mine.day == day].sum()), int((mine.day == day).sum())) for day in np.unique(mine.day)]
    sums, counts = np.array(days).T
    mean = float(sums.sum() / counts.sum())
    error = float(np.sqrt(((sums - mean * counts) ** 2).sum() * len(sums) / (len(sums) - 1))) / float(counts.sum())
    return mean, mean - 1.96 * error, mean + 1.96 * error


def of(lives: list[list[Lived]], name: str) -> list[Lived]:
    """Return what one policy made of every world."""
    return [next(each for each in one if each.name == name) for one in lives]


def print_table(name: str, lives: list[list[Lived]]) -> None:
    """Print the mean over the worlds for every policy."""
    print(f"World {name!r}, mean over {len(lives)} seeds; second half of the time unless said otherwise.")
    print(
        "| policy | minutes saved a question | all the time | solved | newcomers' days to an invitation | Gini of load "
        "| stopped | newcomers left | invitations a question |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for position in range(len(lives[0])):
        mine = [one[position] for one in lives]

        def mean(values: list[float]) -> float:
            return float(np.mean(values))

        print(
            f"| {mine[0].name} | {mean([each.saved.mean() for each in mine]):,.0f} "
            f"| {mean([each.saved_at_all for each in mine]):,.0f} | {mean([each.solved.mean() for each in mine]):.1%} "
            f"| {mean([each.newcomer_days for each in mine]):.1f} | {mean([each.gini for each in mine]):.2f} "
            f"| {mean([each.stopped for each in mine]):.0f} | {mean([each.left for each in mine]):.0f} "
            f"| {mean([each.offers for each in mine]):.1f} |"
        )


def state_figures(lives: list[list[Lived]]) -> None:
    """State that care beats imitation, and that without care it does not."""
    ours, history = of(lives, "ours"), of(lives, "history only")
    for name in ("history only", "random", "round robin"):
        mean, low, high = difference(ours, of(lives, name))
        told = f"{mean:,.0f} minutes a question ({low:,.0f} to {high:,.0f})"
        # Imitation is what care must beat; the others are what it is held against.
        demanded = name == "history only"
        state(
            ROW, f"ours saves more than {name}", told, "more than 0" if demanded else "", low > 0 if demanded else None
        )
    for what, mine, theirs, better in (
        ("solved share", [e.solved.mean() for e in ours], [e.solved.mean() for e in history], "more"),
        (
            "newcomers' days to an invitation",
            [e.newcomer_days for e in ours],
            [e.newcomer_days for e in history],
            "less",
        ),
        ("Gini of load", [e.gini for e in ours], [e.gini for e in history], "less"),
        ("helpers who stopped", [float(e.stopped) for e in ours], [float(e.stopped) for e in history], "less"),
    ):
        one, other = float(np.mean(mine)), float(np.mean(theirs))
        held = one > other if better == "more" else one < other
        state(ROW, f"{what}: ours, history only", f"{one:.3g}, {other:.3g}", f"{better} than history only", held)
    mean, low, high = difference(history, of(lives, "round robin"))
    told = f"{mean:,.0f} minutes a question ({low:,.0f} to {high:,.0f})"
    control(ROW, "history only saves more than round robin", told, fails=low <= 0)


def state_tireless(made: World, seed: int) -> None:
    """State what is left of the lead where nobody tires and nobody is new: the lead must come from care."""
    by_chance = Life(made, Nobody(), seed=seed).live()
    ours, history = (
        lived(each.name, made, Life(made, each, seed=seed).live(), by_chance) for each in (Ours(seed), HistoryOnly())
    )
    mean, low, high = difference([ours], [history])
    told = f"{mean:,.0f} minutes a question ({low:,.0f} to {high:,.0f})"
    control(ROW, "ours saves more where nobody tires or is new", told, fails=low <= 0)


if __name__ == "__main__":
    main()
