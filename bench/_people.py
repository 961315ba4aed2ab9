"""A made-up world of people who help: who they are, when they are there, what they can take; and what is asked of them.

Everything here is fixed by the seed before anybody is asked anything, so that every policy meets the same people, the
same questions and the same luck. What asking does to people is in _living.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOURS_A_DAY = 24
WARM_UP_DAYS = 30
TAIL_DAYS = 14  # after the last question, so that each has its time
ROUTED, BY_CHANCE = 3.0, 0.8  # how long the organic interest in a question lasts in days; answers it brings on its own
WORDS_OF_TOPIC, COMMON_WORDS = 12, 60


@dataclass(frozen=True)
class Customs:
    """What a world is like. Rates are a day; comfortable: invitations a day that a median helper likes to get."""

    name: str
    people: int = 120
    newcomers: float = 0.8
    questions: float = 16.0
    incidents: float = 0.12
    incident_size: int = 25
    mixed: bool = False  # an incident makes people ask about everything, as after a holiday; else about one topic
    topics: int = 12
    comfortable: float = 1.0
    specialists: float = 0.4
    tires: bool = True
    patience_days: float = 12.0


WORLDS = {
    each.name: each
    for each in (
        Customs("town"),
        Customs("village", people=40, newcomers=0.3, questions=5.0, incidents=0.05, incident_size=12, topics=6),
        Customs("rush", incidents=0.6, incident_size=40, questions=8.0),
        Customs("holidays", incidents=0.4, incident_size=50, questions=8.0, mixed=True, specialists=0.8),
        Customs("experts", specialists=0.9, topics=20),
        Customs("fragile", comfortable=0.5),
        Customs("tireless", tires=False, newcomers=0.0),
    )
}


@dataclass(frozen=True)
class Question:
    """One question: hour and topic, its words, and who would come upon it on their own: (hours after, person)."""

    number: int
    at: float  # hours since the beginning
    topic: int
    title: str
    body: str
    passers_by: tuple[tuple[float, int], ...]


@dataclass(frozen=True)
class World:
    """People 0 … n-1 and questions in time order; times are hours since the beginning, a Monday at midnight.

    joins (n,), patience (n,) in hours; skill (n, topics): P(an answer solves); will (n,): P(answers once there, when
    fresh); comfortable (n,): invitations a day; there (n, hours): who is there in which hour; passes (n,): how often
    each looks around on her own. luck (questions, n, 4): uniform numbers for what people do.
    """

    customs: Customs
    hours: int
    joins: Floats
    patience: Floats
    skill: Floats
    will: Floats
    comfortable: Floats
    there: NDArray[np.bool_]
    questions: tuple[Question, ...]
    luck: NDArray[np.float32]
    first_routed: int  # the questions before it were left to chance under every policy: everybody's history

    def __len__(self) -> int:
        return len(self.joins)


def world(customs: Customs, *, days: int, seed: int) -> World:
    """Make the world: `days` of questions that are routed, after a month of history."""
    rng = np.random.default_rng(seed)
    asking_days = WARM_UP_DAYS + days
    hours = (asking_days + TAIL_DAYS) * HOURS_A_DAY
    newcomers = int(rng.poisson(customs.newcomers * days))
    n = customs.people + newcomers
    joins = np.zeros(n)
    joins[customs.people :] = np.sort(rng.uniform(WARM_UP_DAYS, asking_days, newcomers)) * HOURS_A_DAY
    skill = _skills(customs, n, rng)
    there = _presence(n, hours, rng)
    passes = rng.lognormal(0, 1.3, n)
    questions = _questions(customs, asking_days, skill, there, joins, passes, rng)
    return World(
        customs=customs,
        hours=hours,
        joins=joins,
        patience=rng.exponential(customs.patience_days, n) * HOURS_A_DAY,
        skill=skill,
        will=rng.beta(4, 2.5, n),
        comfortable=customs.comfortable * rng.lognormal(0, 0.5, n),
        there=there,
        questions=questions,
        luck=rng.random((len(questions), n, 4), dtype=np.float32),
        first_routed=next(q.number for q in questions if q.at >= WARM_UP_DAYS * HOURS_A_DAY),
    )


def _skills(customs: Customs, n: int, rng: np.random.Generator) -> Floats:
    """Generalists know a bit of everything, specialists one or two topics well and little else."""
    skill = np.clip(rng.beta(2, 5, n)[:, None] + rng.normal(0, 0.08, (n, customs.topics)), 0.02, 0.95)
    for person in np.flatnonzero(rng.random(n) < customs.specialists):
        skill[person] *= 0.3
        own = rng.choice(customs.topics, size=int(rng.integers(1, 3)), replace=False)
        skill[person, own] = rng.beta(9, 3, len(own))
    return skill


def _presence(n: int, hours: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Habits of hour and weekday, and weeks in which somebody is taken up by something else."""
    hour = np.arange(hours)
    favourite, width = rng.normal(19, 5, n) % 24, rng.uniform(2, 6, n)
    apart = np.abs((hour[None, :] % 24 - favourite[:, None] + 12) % 24 - 12)
    chance = rng.beta(2, 4, n)[:, None] * np.exp(-((apart / width[:, None]) ** 2))
    weekend = (hour // HOURS_A_DAY) % 7 >= 5
    chance *= np.where(weekend[None, :], rng.lognormal(0, 0.6, n)[:, None], 1.0)
    mood = np.ones((n, hours // HOURS_A_DAY))
    away = rng.random(n) < 0.2
    for day in range(mood.shape[1]):
        # Ten days there and four away on average.
        away = np.where(away, rng.random(n) > 1 / 4, rng.random(n) < 1 / 10)
        mood[:, day] = np.where(away, 0.05, 1.0)
    chance *= np.repeat(mood, HOURS_A_DAY, axis=1)
    return rng.random((n, hours)) < np.minimum(chance, 0.95)


def _questions(
    customs: Customs,
    days: int,
    skill: Floats,
    there: NDArray[np.bool_],
    joins: Floats,
    passes: Floats,
    rng: np.random.Generator,
) -> tuple[Question, ...]:
    popular = 1 / np.arange(1, customs.topics + 1) ** 0.7
    popular /= popular.sum()
    by_hour = np.exp(-(((np.arange(24) - 15) / 5.0) ** 2)) + 0.05
    drawn: list[tuple[float, int]] = []
    for day in range(days):
        busy = 0.6 if day % 7 >= 5 else 1.0
        for _ in range(rng.poisson(customs.questions * busy)):
            hour = rng.choice(24, p=by_hour / by_hour.sum()) + rng.random()
            drawn.append((day * 24 + hour, int(rng.choice(customs.topics, p=popular))))
        if rng.random() < customs.incidents:  # something breaks, and everybody asks at once
            start, size = day * 24 + rng.uniform(8, 20), rng.poisson(customs.incident_size)
            topics = rng.choice(customs.topics, size=size, p=popular)
            if not customs.mixed:
                topics[:] = rng.integers(0, customs.topics)
            drawn += [(start + rng.exponential(0.7), int(topic)) for topic in topics]
    drawn.sort()
    return tuple(
        Question(
            number,
            at,
            topic,
            words_about(topic, 4, rng),
            words_about(topic, 12, rng),
            _passers_by(at, skill[:, topic], there, joins, passes, rng),
        )
        for number, (at, topic) in enumerate(drawn)
    )


def words_about(topic: int, size: int, rng: np.random.Generator) -> str:
    """Return words of which most belong to the topic."""
    own = rng.random(size) < 0.6
    words = np.where(
        own, rng.integers(0, WORDS_OF_TOPIC, size) + 1000 * (topic + 1), rng.integers(0, COMMON_WORDS, size)
    )
    return " ".join(f"w{word}" for word in words)


def _passers_by(
    at: float,
    skill: Floats,
    there: NDArray[np.bool_],
    joins: Floats,
    passes: Floats,
    rng: np.random.Generator,
) -> tuple[tuple[float, int], ...]:
    """Return who comes upon a question without being asked, and thinks of answering."""
    found = []
    for after in np.sort(rng.exponential(ROUTED * 24, rng.poisson(BY_CHANCE))):
        hour = int(at + after)
        if after >= TAIL_DAYS * 24 or hour >= there.shape[1]:
            continue
        odds = passes * there[:, hour] * (joins <= hour) * (0.2 + skill)
        if odds.sum() > 0:
            found.append((float(after), int(rng.choice(len(odds), p=odds / odds.sum()))))
    return tuple(found)
