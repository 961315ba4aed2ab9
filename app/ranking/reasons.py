"""Why somebody stands where he stands, as codes and numbers that can be recomputed from stored rows; no words.

The sentences belong to whoever shows them, in the reader's language. A reason names topics by id only and no request,
so nothing leaks that its reader may not see.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.ranking.columns import DAY_S, HALF_LIFE_S, HOUR_S
from app.ranking.credence import strangers_of
from app.ranking.features import COLUMNS, nearest_requests
from app.ranking.memory import Memory
from app.ranking.need import Need
from app.ranking.pool import Pool
from app.ranking.rank import Ranking

# Which sentence each factor stands for; several factors may say the same thing.
CODE_OF = {
    "steady_activity": "answers_lately",
    "momentum": "answers_lately",
    "silence_minutes": "seen_lately",
    "topic_answers": "knows_topic",
    "topic_vector": "knows_subject",
    "similar_answered": "answered_similar",
    "alike_lately": "answered_similar",
    "profile_match": "answered_similar",
    "asked_hour": "here_at_this_hour",
    "usual_week": "here_at_this_hour",
}
MOST_REASONS = 3
COMPARED = 50
LEAST_SHARE = 0.05  # of the advantage over the others; below it a reason says nothing
FEW_CONFIRMED = 3  # "solved 1 of 1" is no argument
LATELY_DAYS = 30.0


@dataclass(frozen=True)
class Reason:
    """One argument: a code and its numbers (minutes, counts, days, an hour in UTC, a topic id), all finite."""

    code: str
    numbers: dict[str, float]


def reasons_for(state: Memory, need: Need, pool: Pool, ranking: Ranking, places: Sequence[int]) -> list[list[Reason]]:
    """Return up to three arguments for each of these places of the ranking (from 0), the strongest first; never none.

    What counts as strong is the contribution above the mean of the first fifty. Who has no record of answers gets
    `no_record_yet`.
    """
    nearest = nearest_requests(state, need)
    usual = ranking.contributions[:COMPARED].mean(axis=0) if len(ranking.positions) else 0.0
    found: list[list[Reason]] = []
    for place in places:
        row = state.provider_row.get(int(pool.ids[ranking.positions[place]]))
        if row is None or state.providers["answers"][row] == 0:
            found.append([Reason("no_record_yet", {})])
            continue
        strong = _strong_codes(ranking.contributions[place] - usual)
        arguments = [reason for code in strong if (reason := _reason(code, state, need, row, nearest)) is not None]
        fallback = Reason("answers_lately", {"answers": float(answers_since(state, row, need.at, LATELY_DAYS))})
        found.append(arguments[:MOST_REASONS] or [fallback])
    return found


def record_of(state: Memory, provider_id: int, at: float) -> dict[str, float]:
    """Return the plain numbers of a provider's record as of `at` (seconds), for sentences and for "why not me".

    answers, confirmed, judged: counts; answers_30_days; reply_minutes: the typical (geometric mean) wait of the last
    half year or so, absent when unknown; silent_days: absent when it never answered; strangers: how many of the
    confirmed ones are by accounts nobody knows, absent where there are none or all count in full.
    """
    row = state.provider_row.get(provider_id)
    if row is None:
        return {"answers": 0.0, "confirmed": 0.0, "judged": 0.0, "answers_30_days": 0.0}
    providers = state.providers
    record = {
        "answers": float(providers["answers"][row]),
        "confirmed": float(providers["accepted"][row]),
        "judged": float(providers["judged"][row]),
        "answers_30_days": float(answers_since(state, row, at, LATELY_DAYS)),
    }
    if strangers := strangers_of(state, row):
        record["strangers"] = float(strangers)
    if record["answers"] > 0:
        record["silent_days"] = max(0.0, (at - float(providers["last"][row])) / DAY_S)
    count = _faded(state, "speed_count", row, at)
    if count > 0:
        record["reply_minutes"] = float(np.exp(_faded(state, "speed_sum", row, at) / count))
    return record


def answers_since(state: Memory, provider_row: int, at: float, days: float) -> int:
    """Return how many requests the provider answered in the days before `at` (seconds)."""
    answers = state.answers
    own = np.flatnonzero((answers["provider"] == provider_row) & ~answers["profile"])
    first = own[answers["counts_as"][own] == own]
    age = at - answers["at"][first]
    return int(((age >= 0) & (age <= days * DAY_S)).sum())


def _strong_codes(advantage: NDArray[np.float64]) -> list[str]:
    """Return the codes of the factors that set a candidate apart, strongest first, each once."""
    total = float(np.abs(advantage).sum())
    order = [int(column) for column in np.argsort(-advantage, kind="stable")]
    strong = [CODE_OF[COLUMNS[column]] for column in order if advantage[column] > LEAST_SHARE * total]
    return list(dict.fromkeys(strong))


def _reason(code: str, state: Memory, need: Need, row: int, nearest: NDArray[np.int64]) -> Reason | None:
    """Return the reason with its numbers; None where its numbers would not convince anybody."""
    providers = state.providers
    match code:
        case "solves":
            confirmed, judged = float(providers["accepted"][row]), float(providers["judged"][row])
            return Reason(code, {"confirmed": confirmed, "judged": judged}) if confirmed >= FEW_CONFIRMED else None
        case "seen_lately":
            return Reason(code, {"silent_days": max(0.0, (need.at - float(providers["last"][row])) / DAY_S)})
        case "knows_topic":
            counts = {topic: _answers_in(state, topic, row) for topic in need.topic_rows}
            if max(counts.values(), default=0.0) == 0:
                return None
            best = max(counts, key=lambda topic: (counts[topic], -topic))
            return Reason(code, {"topic": float(state.topics["id"][best]), "answers": counts[best]})
        case "answered_similar":
            _, answerers = state.answerers_of(nearest)
            count = int((answerers == row).sum())
            return Reason(code, {"answers": float(count)}) if count else None
        case "here_at_this_hour":
            return Reason(code, {"hour_utc": float(int(need.at // HOUR_S) % 24)})
        case "answers_lately":
            count = answers_since(state, row, need.at, LATELY_DAYS)
            return Reason(code, {"answers": float(count)}) if count else None
        case _:
            return Reason(code, {"answers": float(providers["answers"][row])})


def _answers_in(state: Memory, topic: int, row: int) -> float:
    place = state.place_in_topic.get((topic, row))
    return 0.0 if place is None else float(state.topic_answers[topic][place])


def _faded(state: Memory, name: str, row: int, at: float) -> float:
    return float(state.providers[name][row]) * 2.0 ** ((state.epoch - at) / HALF_LIFE_S[name])
