"""The simple orders every figure is compared with: one score per provider of the state, the highest first."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.ranking.columns import DAY_S
from app.ranking.features import similar_answered
from app.ranking.memory import Memory
from app.ranking.need import Need

Floats = NDArray[np.float64]
Baseline = Callable[[Memory, Need, np.random.Generator], Floats]

ACTIVE_DAYS = 30.0


def at_random(state: Memory, _need: Need, rng: np.random.Generator) -> Floats:
    """Return any order."""
    return rng.random(len(state.providers))


def round_robin(state: Memory, need: Need, _rng: np.random.Generator) -> Floats:
    """Return whoever of the last 30 days' helpers has waited longest for a turn first, all others after them."""
    silent = (need.at - state.providers["last"]) / DAY_S
    return np.where(silent <= ACTIVE_DAYS, silent, -1.0)


def most_active(state: Memory, _need: Need, _rng: np.random.Generator) -> Floats:
    """Return the number of answers ever given."""
    return state.providers["answers"].copy()


def most_answers_90_days(state: Memory, need: Need, _rng: np.random.Generator) -> Floats:
    """Return the number of answers in the last 90 days."""
    at, provider, _ = _counted_answers(state)
    return _sum(state, provider, (need.at - at <= 90 * DAY_S).astype(np.float64))


def decayed_activity(state: Memory, need: Need, _rng: np.random.Generator) -> Floats:
    """Return the answers, each halved every 30 days."""
    at, provider, _ = _counted_answers(state)
    return _sum(state, provider, 2.0 ** ((at - need.at) / (30 * DAY_S)))


def tag_expertise(state: Memory, need: Need, _rng: np.random.Generator) -> Floats:
    """Return the answers in the request's topics by rarity of the topic, each halved every 90 days."""
    at, provider, request = _counted_answers(state)
    topics = np.frombuffer(state.request_topics, dtype=np.int64) if state.request_topics else np.zeros(0, np.int64)
    of_topic = np.repeat(np.arange(len(state.requests)), state.requests["topics"])
    rarity = np.zeros(len(state.requests))
    for topic in need.topic_rows:
        rare = np.log(max(1, len(state.requests)) / max(1.0, float(state.topics["requests"][topic])))
        rarity[of_topic[topics == topic]] += rare
    return _sum(state, provider, rarity[request] * 2.0 ** ((at - need.at) / (90 * DAY_S)))


def candidate_voting(state: Memory, need: Need, _rng: np.random.Generator) -> Floats:
    """Return the votes of the most similar earlier requests for whoever answered them."""
    return similar_answered(state, need, state.index.look_up(need.counts))


def top_reputation(state: Memory, _need: Need, _rng: np.random.Generator) -> Floats:
    """Return 15 points per accepted answer and 10 per useful vote, as the well-known sites count."""
    return 15.0 * state.providers["accepted"] + 10.0 * state.providers["votes"]


BASELINES: dict[str, Baseline] = {
    "random": at_random,
    "round robin": round_robin,
    "most active": most_active,
    "top reputation": top_reputation,
    "most answers, last 90 days": most_answers_90_days,
    "decayed activity, 30 days": decayed_activity,
    "tag expertise, decayed": tag_expertise,
    "candidate voting (BM25)": candidate_voting,
}


def _counted_answers(state: Memory) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Return times, providers and requests of the first answers of each provider to each request."""
    answers = state.answers
    rows = state.counted()
    return answers["at"][rows], answers["provider"][rows], answers["request"][rows]


def _sum(state: Memory, provider: NDArray[np.int64], weights: Floats) -> Floats:
    total = np.zeros(len(state.providers))
    np.add.at(total, provider, weights)
    return total
