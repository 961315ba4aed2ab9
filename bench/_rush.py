"""Many questions at once: one assignment for all against one after the other, judged by what is true of the people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench._figures import control, state
from bench._living import OFFER_HOURS, REMEMBERED_DAYS, Ask, Course, Life, Moment
from bench._people import HOURS_A_DAY, TAIL_DAYS, WORLDS, Question, World, words_about, world
from bench._policies import MOST_OPEN, Ours

ROW = "assignment"
WORLD, DAYS = "experts", 60  # where it matters who gets what
MORNINGS, DAYS_OF_TAIL = 24, 12  # a world, half a day apart
DRAWS = 2
WAITING = 60
ROOM = 1  # invitations that each still takes: others wait for an answer already
CROWD = 10_000_000  # numbers of questions that are nobody's history


def measure_assignment(seeds: Sequence[int]) -> None:
    """State what both ways save where seventy questions of all sorts wait at once."""
    found: list[list[tuple[float, float]]] = []
    for seed in seeds:
        made = world(WORLDS[WORLD], days=DAYS, seed=seed)
        policy = Ours(seed)
        course = Life(made, policy, seed=seed).live()
        found += [_morning(made, course, policy, number, seed) for number in range(MORNINGS)]
    together, greedy, anybody = (np.array(ways) for ways in zip(*found, strict=True))
    told = f"{together[:, 0].mean():,.0f}, {greedy[:, 0].mean():,.0f} minutes a question"
    held = bool(together[:, 0].mean() > greedy[:, 0].mean())
    state(ROW, f"{WAITING} questions wait: value by one assignment, one by one", told, "more", held)
    mean, low, high = _mean(together[:, 1] - greedy[:, 1])
    told = f"{mean:,.0f} minutes a question ({low:,.0f} to {high:,.0f}) more than {greedy[:, 1].mean():,.0f}"
    state(ROW, "one assignment truly saves more than one by one", told, "more than 0", low > 0)
    mean, low, high = _mean(anybody[:, 1] - greedy[:, 1])
    told = f"{mean:,.0f} ({low:,.0f} to {high:,.0f})"
    control(ROW, "asking anybody saves more than one by one", told, fails=low <= 0)


def _morning(made: World, course: Course, policy: Ours, number: int, seed: int) -> list[tuple[float, float]]:
    """Let questions nobody has seen wait, and ask together, one by one, anybody.

    Return for each way what it brings a question in minutes: by the ranking's reckoning, and by what is true.
    """
    rng = np.random.default_rng([seed, 19, number])
    at = float(made.hours - TAIL_DAYS * HOURS_A_DAY + HOURS_A_DAY * DAYS_OF_TAIL * number / MORNINGS)
    asks = []
    for topic in rng.integers(0, made.customs.topics, WAITING).tolist():
        question = Question(CROWD, at, topic, words_about(topic, 4, rng), words_about(topic, 12, rng), ())
        asks.append(Ask(question, frozenset(), 1))
    members = np.flatnonzero((made.joins <= at) & (course.gone > at))
    moment = Moment(at, members, np.full(len(made), float(MOST_OPEN - ROOM)), np.zeros(len(made)))
    reckoned, true = np.zeros((WAITING, len(made))), np.zeros((WAITING, len(made)))
    for row, ask in enumerate(asks):
        worth = policy.values(ask, moment)
        reckoned[row, list(worth)] = list(worth.values())
        true[row] = _minutes_saved(made, ask)
    true *= [made.there[person, int(at) : int(at + OFFER_HOURS)].any() for person in range(len(made))]
    # Everybody gets one invitation at most, so what is expected of a way is the sum over its probabilities.
    shares = policy.propensities(asks, moment)
    by_turns = np.mean([_taken(policy.one_by_one(asks, moment), len(made)) for _ in range(DRAWS)], axis=0)
    at_all = np.zeros(len(made))
    at_all[members] = 1 / len(members)
    ways = (shares, by_turns, np.tile(at_all, (WAITING, 1)))
    return [(float((way * reckoned).sum() / WAITING), float((way * true).sum() / WAITING)) for way in ways]


def _taken(chosen: list[list[int]], people: int) -> np.ndarray:
    taken = np.zeros((len(chosen), people))
    for row, those in enumerate(chosen):
        taken[row, those] = 1.0
    return taken


def _minutes_saved(made: World, ask: Ask) -> np.ndarray:
    """Return what an invitation of each person (n,) saves in minutes if she is there in time; as in Life."""
    skill = made.skill[:, ask.question.topic]
    load = 1 / REMEMBERED_DAYS / made.comfortable
    fresh = np.where(load <= 1, 1.0, np.exp(1 - load))
    interest = 0.4 + 0.6 * skill / made.skill.max(axis=1)
    return made.will * interest * fresh * skill * 60 * (TAIL_DAYS * HOURS_A_DAY - OFFER_HOURS / 2)


def _mean(values: np.ndarray) -> tuple[float, float, float]:
    error = 1.96 * float(values.std(ddof=1)) / float(np.sqrt(len(values)))
    return float(values.mean()), float(values.mean()) - error, float(values.mean()) + error
