"""Small communities for tests of the ranking: by hand, or random with a seed."""

from __future__ import annotations

import numpy as np

from app.ranking.events import Accepted, Answered, Asked, Event
from app.ranking.features import COLUMNS
from app.ranking.need import Need
from app.ranking.pace import UNKNOWN_PACE
from app.ranking.pool import TERMS, Pool
from app.ranking.state import State

DAY = 86_400.0
HOUR = 3_600.0
MONDAY = 1_700_438_400.0  # 2023-11-20 00:00 UTC

SUBJECTS = (
    "printer paper jam mail password reset invoice tax parking permit car brake insurance delivery late parcel refund "
    "account login phone bill contract energy meter move house internet slow router"
)
WORDS = SUBJECTS.split()


def random_events(seed: int, *, questions: int = 60, people: int = 12, topics: int = 4) -> list[Event]:
    """Return a community over some months: regular helpers, some acceptances, now and then a follow-up."""
    rng = np.random.default_rng(seed)
    at, answer = MONDAY, 0
    events: list[Event] = []
    for request in range(questions):
        at += float(rng.exponential(1.5 * DAY))
        asker = int(rng.integers(0, people))
        title, body = (" ".join(rng.choice(WORDS, size)) for size in (4, 12))
        of_topics = tuple(int(topic) for topic in rng.choice(topics, rng.integers(0, 3), replace=False))
        events.append(Asked(at, request, asker, title, body, of_topics, judged=bool(rng.random() < 0.9)))
        for _ in range(int(rng.integers(0, 5))):
            who = int(min(people - 1, rng.geometric(0.3)))
            answered_at = at + float(rng.lognormal(8, 1.5))
            events.append(Answered(answered_at, request, answer, who, who))
            if rng.random() < 0.3:
                events.append(Accepted(answered_at + DAY, answer))
            answer += 1
    return sorted(events, key=lambda event: (event.at, isinstance(event, Accepted), isinstance(event, Answered)))


def state_of(events: list[Event], *, upkeep: bool = True) -> State:
    """Return the state after these events."""
    state = State()
    state.apply_all(events)
    if upkeep:
        state.upkeep(events[-1].at)
    return state


def need(*, at: float = MONDAY, chance_minutes: float = 10_000.0, confirmed_share: float = 0.2) -> Need:
    """Return a need without words, for tests that make their own features."""
    from collections import Counter

    return Need(at, -5, Counter(), (), np.zeros(64, dtype=np.float32), chance_minutes, confirmed_share, UNKNOWN_PACE)


def pool(features: np.ndarray, **columns: object) -> Pool:
    """Return candidates 100, 101 … with these features and, unless given, an empty record."""
    n = len(features)
    given = {
        "ids": np.arange(100, 100 + n),
        "answers": np.zeros(n),
        "confirmed": np.zeros(n),
        "judged": np.zeros(n),
        "speed_sum": np.zeros(n),
        "speed_count": np.zeros(n),
        "uncertain": np.zeros(n, dtype=bool),
        "daily": np.zeros(n),
        "terms": np.zeros((n, len(TERMS))),
    } | {name: np.asarray(value) for name, value in columns.items()}
    return Pool(features=np.asarray(features, dtype=np.float64), **given)


def random_pool(seed: int, n: int) -> Pool:
    """Return n candidates with all sorts of records; a fifth of them uncertain."""
    rng = np.random.default_rng(seed)
    answers = rng.integers(0, 50, n).astype(float)
    judged = np.floor(answers * rng.random(n))
    return pool(
        rng.random((n, len(COLUMNS))) * 3,
        ids=rng.permutation(10 * n)[:n],
        answers=answers,
        judged=judged,
        confirmed=np.floor(judged * rng.random(n)),
        speed_count=rng.random(n) * answers,
        speed_sum=rng.random(n) * answers * 8,
        uncertain=rng.random(n) < 0.2,
        terms=rng.normal(size=(n, len(TERMS))),
    )
