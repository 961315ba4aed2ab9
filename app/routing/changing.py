"""What would change a helper's place: things she can do herself, each tried out on the stored decision.

An act is what would have been known of her had she done it; what that is worth, the ranking itself says, with the
decision's own model. Nothing here speaks of anybody else: others are only a number of people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.ranking.columns import DAY_S, HALF_LIFE_S
from app.ranking.features import WEEK_OF_YEAR, momentum_of, steady_answers, steady_of
from app.ranking.model import Model
from app.ranking.reasons import CODE_OF
from app.routing.kept import kept_of
from app.routing.replaying import appraisal, stored

LEAST_MINUTES = 1.0
FEW_DAYS_SILENT = 2.0
WEEK = 7
DAY_MINUTES = 1440
MORE_SOLVED = 3
SLOW_MINUTES = 10.0
ABOUT_THE_TOPIC = ("knows_topic", "answered_similar")


@dataclass(frozen=True)
class Change:
    """An act (a code), how many minutes more she would have been worth, and her place then and with it."""

    act: str
    minutes: float
    place: int
    place_then: int


Numbers = dict[str, float]
Act = Callable[[Numbers, Numbers, Mapping[str, float]], bool]


def changes(
    need: Mapping[str, Any], candidates: Mapping[str, Any], row: Mapping[str, Any], model: Model
) -> list[Change]:
    """Return what would have made her worth more to this request, the most first; `row` is hers among the kept."""
    values = [each["value"] for each in candidates["rows"]]
    usual = _upper_quarter(candidates)
    total = need["log_total"]
    found: list[Change] = []
    for name, act in ACTS.items():
        factors = dict(zip(candidates["columns"], row["features"], strict=True))
        record = dict(row["record"])
        if not act(factors, record, usual):
            continue
        done = deepcopy(dict(row)) | {"features": list(factors.values()), "record": record}
        alone = stored(need, kept_of({**candidates, "rows": [done]}))
        score = float((alone.pool.features @ model.weights)[0])
        was_counted = row["record"]["answers"] > 0
        others = total + np.log1p(-min(np.exp(row["score"] - total), 1 - 1e-9)) if was_counted else total
        worth = float(appraisal(alone, model, total=float(np.logaddexp(others, score))).values[0])
        if (more := worth - row["value"]) >= LEAST_MINUTES:
            place = 1 + sum(1 for value in values if value > worth)
            found.append(Change(name, more, min(place, row["place"]), row["place"]))
    return sorted(found, key=lambda each: -each.minutes)


def _answer_the_day_before(factors: Numbers, record: Numbers, _usual: Mapping[str, float]) -> bool:
    """She had answered one question the day before."""
    if np.expm1(factors.get("silence_minutes", 0.0)) <= FEW_DAYS_SILENT * DAY_MINUTES and record["answers"] > 0:
        return False
    return _answered(factors, days=(1,))


def _answer_every_day(factors: Numbers, _record: Numbers, _usual: Mapping[str, float]) -> bool:
    """She had answered one question more on each of the last seven days."""
    return _answered(factors, days=range(1, WEEK + 1))


def _solve_more(_factors: Numbers, record: Numbers, _usual: Mapping[str, float]) -> bool:
    """Three more of her answers had been accepted: of those that were judged, as far as they reach."""
    record["judged"] += max(0.0, MORE_SOLVED - (record["judged"] - record["confirmed"]))
    record["confirmed"] += MORE_SOLVED
    return True


def _reply_faster(_factors: Numbers, record: Numbers, _usual: Mapping[str, float]) -> bool:
    """Her replies had come in half the time."""
    count = record["speed_count"]
    if count < 1 or np.exp(record["speed_sum"] / count) < SLOW_MINUTES:
        return False
    record["speed_sum"] -= count * float(np.log(2))
    return True


def _answer_on_the_subject(factors: Numbers, _record: Numbers, usual: Mapping[str, float]) -> bool:
    """She had answered as much on the subject as a quarter of the list has."""
    lower = [name for name, number in usual.items() if name in factors and factors[name] < number]
    for name in lower:
        factors[name] = usual[name]
    return bool(lower)


ACTS: dict[str, Act] = {
    "answer_the_day_before": _answer_the_day_before,
    "answer_every_day": _answer_every_day,
    "solve_more": _solve_more,
    "reply_faster": _reply_faster,
    "answer_on_the_subject": _answer_on_the_subject,
}


def _answered(factors: Numbers, *, days: Sequence[int]) -> bool:
    """Put answers of so many days ago into the factors that count them; say whether there are any."""
    known = factors.keys() & {"steady_activity", "momentum", "silence_minutes"}
    before = steady_answers(factors["steady_activity"]) if "steady_activity" in factors else 0.0
    if "momentum" in factors:
        # Of the two sums in it only the ratio was kept: a usual week is taken to be one of her last ninety days.
        usual = before * HALF_LIFE_S["recent"] / HALF_LIFE_S["longer"]
        recent = float(np.exp(factors["momentum"])) * (usual + 1) - 1
        more = np.array(WEEK_OF_YEAR * _faded("year", days))
        factors["momentum"] = float(momentum_of(np.array(recent + _faded("recent", days)), usual + more))
    if "steady_activity" in factors:
        factors["steady_activity"] = float(steady_of(np.array(before + _faded("longer", days))))
    if "silence_minutes" in factors:
        factors["silence_minutes"] = min(factors["silence_minutes"], float(np.log1p(min(days) * DAY_MINUTES)))
    return bool(known)


def _faded(kept: str, days: Sequence[int]) -> float:
    return sum(float(2.0 ** (-day * DAY_S / HALF_LIFE_S[kept])) for day in days)


def _upper_quarter(candidates: Mapping[str, Any]) -> dict[str, float]:
    """Return, of the factors that speak of the subject, what a quarter of the kept candidates reaches."""
    names = [name for name in candidates["columns"] if CODE_OF.get(name) in ABOUT_THE_TOPIC]
    table = np.array([row["features"] for row in candidates["rows"]], dtype=np.float64)
    return {name: float(np.quantile(table[:, candidates["columns"].index(name)], 0.75)) for name in names}
