"""Many questions at once: one assignment for all against one after the other, judged by what is true of the people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench._figures import control, state
from bench._living import OFFER_HOURS, REMEMBERED_DAYS, Ask, Course, Life, Moment
from bench._people import HOURS_A_DAY, TAIL_DAYS, WORLDS, Question, World, words_about, world
from bench._policies import MOST_OPEN, Ours

ROW = "assignment"
WORLD, DAYS = "experts", 60  # where it matters who gets what
MORNINGS = 24  # a world, half a day apart
WAITING = 70
ROOM = 1  # invitations that each still takes: others wait for an answer already
CROWD = 10_000_000  # numbers of questions that are nobody's history


@dataclass(frozen=True)
class Way:
    """What one way of asking brings a question: minutes by the ranking's own reckoning, and by the truth."""

    reckoned: float
    true: float


def measure_assignment(seeds: Sequence[int]) -> None:
    """State what both ways save where seventy questions of all sorts wait at once."""
    found: list[tuple[Way, Way, Way]] = []
    for seed in seeds:
        made = world(WORLDS[WORLD], days=DAYS, seed=seed)
        policy = Ours(seed)
        course = Life(made, policy, seed=seed).live()
        found += [_morning(made, course, policy, number, seed) for number in range(MORNINGS)]
    together, greedy, anybody = (
        np.array([(way.reckoned, way.true) for way in ways]) for ways in zip(*found, strict=True)
    )
    told = f"{together[:, 0].mean():,.0f}, {greedy[:, 0].mean():,.0f} minutes a question"
    held = bool(together[:, 0].mean() > greedy[:, 0].mean())
    state(ROW, f"{WAITING} questions wait: value by one assignment, one by one", told, "more", held)
    mean, low, high = _mean(together[:, 1] - greedy[:, 1])
    told = f"{mean:,.0f} minutes a question ({low:,.0f} to {high:,.0f}) more than {greedy[:, 1].mean():,.0f}"
    state(ROW, "one assignment truly saves more than one by one", told, "more than 0", low > 0)
    mean, low, high = _mean(anybody[:, 1] - greedy[:, 1])
    told = f"{mean:,.0f} ({low:,.0f} to {high:,.0f})"
    control(ROW, "asking anybody saves more than one by one", told, fails=low <= 0)


def _morning(made: World, course: Course, policy: Ours, number: int, seed: int) -> tuple[Way, Way, Way]:
    """Let questions nobody has seen wait, and ask in three ways: together, one by one, anybody."""
    rng = np.random.default_rng([seed, 19, number])
    at = float(made.hours - TAIL_DAYS * HOURS_A_DAY + 12 * number)
    asks = []
    for topic in rng.integers(0, made.customs.topics, WAITING).tolist():
        question = Question(CROWD, at, topic, words_about(topic, 4, rng), words_about(topic, 12, rng), ())
        asks.append(Ask(question, frozenset(), 1))
    members = np.flatnonzero((made.joins <= at) & (course.gone > at))
    moment = Moment(at, members, np.full(len(made), float(MOST_OPEN - ROOM)), np.zeros(len(made)))
    ways = (
        policy.share_out(asks, moment),
        policy.one_by_one(asks, moment),
        [[person] for person in rng.permutation(members)[:WAITING].tolist()],
    )
    values = [policy.values(ask, moment) for ask in asks]
    return tuple(  # type: ignore[return-value]
        Way(
            reckoned=float(np.mean([sum(worth[p] for p in people) for worth, people in zip(values, way, strict=True)])),
            true=_minutes_saved(made, asks, at, way) / WAITING,
        )
        for way in ways
    )


def _minutes_saved(made: World, asks: Sequence[Ask], at: float, chosen: list[list[int]]) -> float:
    """Return the minutes that these invitations save in all, expected by what is true of each of the people."""
    asked = np.zeros(len(made))
    total = 0.0
    for ask, people in zip(asks, chosen, strict=True):
        unsolved = 1.0
        for person in people:
            asked[person] += 1
            load = asked[person] / REMEMBERED_DAYS / made.comfortable[person]
            fresh = 1.0 if load <= 1 else float(np.exp(1 - load))
            skill = made.skill[person]
            interest = 0.4 + 0.6 * skill[ask.question.topic] / skill.max()
            comes = made.there[person, int(at) : int(at + OFFER_HOURS)].any()
            unsolved *= 1 - comes * made.will[person] * interest * fresh * skill[ask.question.topic]
        total += (1 - unsolved) * 60 * (TAIL_DAYS * HOURS_A_DAY - OFFER_HOURS / 2)
    return total


def _mean(values: np.ndarray) -> tuple[float, float, float]:
    error = 1.96 * float(values.std(ddof=1)) / float(np.sqrt(len(values)))
    return float(values.mean()), float(values.mean()) - error, float(values.mean()) + error
