"""From questions as played to the figures that evaluate prints: one dictionary that JSON can hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.ranking.calibration import measure
from app.ranking.metrics import Judged, interval, summary
from app.ranking.protocol import Help

Floats = NDArray[np.float64]

FIRST = 5  # the places that calibration and waits are judged on
HOUR_MINUTES = 60.0
DAY_MINUTES = 1440.0
HORIZON_MINUTES = 14 * DAY_MINUTES
KINDS = ("A", "B", "C")
GIVEN = "given"
AFTER = "after"
UNTRAINED = "untrained"


@dataclass
class Order:
    """What one method made of a question: ranks of the helpers, its first five positions, what it promised of them."""

    ranks: Floats
    first: NDArray[np.int64]
    promises: dict[str, Floats] = field(default_factory=dict)


@dataclass
class Case:
    """One question as played: positions of the helpers among the candidates, what they did, and every method's order.

    newcomers: helpers who were no candidates; judged: whether it is recorded if an answer was accepted.
    """

    number: int
    candidates: int
    positions: NDArray[np.int64]
    helps: list[Help]
    newcomers: list[Help]
    judged: bool
    orders: dict[str, Order] = field(default_factory=dict)


def report(
    cases: Sequence[Case],
    training: Sequence[Case],
    *,
    version: str,
    questions: int,
    test_from: float,
    cuts: tuple[float, ...],
    learned: Mapping[str, Mapping[str, float]],
    ms_per_question: float,
) -> dict[str, Any]:
    """Return all figures. `cases` are the questions from the first split on, `training` the ones before it."""
    test = [case for case in cases if case.number >= int(test_from * questions)]
    methods = [name for name in (test[0].orders if test else ()) if name not in (GIVEN, AFTER, UNTRAINED)]
    baselines = [name for name in methods if name not in learned]
    result: dict[str, Any] = {"model": version, "questions": questions, "test_from": test_from, "n": len(test)}
    result |= _kinds(test, GIVEN)
    result["cold"] = {kind: _cold(test, kind) for kind in KINDS}
    result["candidates"] = float(np.median([case.candidates for case in test])) if test else 0.0
    result["ms_per_question"] = ms_per_question
    earlier = [case for case in cases if case.number < int(test_from * questions)]
    result["calibration"] = _calibration(test, [*training, *earlier])
    result["minutes_saved"] = _minutes_saved(test, baselines)
    result["after_capacity_fairness_exploration"] = _kinds(test, AFTER)
    result[UNTRAINED] = _kinds(test, UNTRAINED)
    result["baselines"] = {name: _kinds(test, name) for name in baselines}
    result["learned"] = {
        name: {"metrics": dict(learned[name])} | _kinds(test, name) for name in methods if name in learned
    }
    result["splits"] = {}
    for cut in cuts:
        part = [case for case in cases if case.number >= int(cut * questions)]
        own = f"learned {cut}"
        result["splits"][str(cut)] = {"n": len(part), UNTRAINED: _kinds(part, UNTRAINED), "learned": _kinds(part, own)}
    result["over_splits"] = _over_splits([each["learned"] for each in result["splits"].values()])
    return result


def _over_splits(splits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the means of the splits' figures and of their bounds: the splits share questions, so that is the least
    the interval can honestly be.
    """
    names = ("mrr", "mrr_ci", "ndcg10", "ndcg10_ci")
    measured = {kind: [split[kind] for split in splits if split[kind]["n"]] for kind in KINDS}
    return {
        kind: {name: np.mean([each[name] for each in found], axis=0).tolist() for name in names}
        for kind, found in measured.items()
        if found
    }


def _kinds(cases: Sequence[Case], name: str) -> dict[str, Any]:
    return {kind: summary([_judged(case, name, kind) for case in cases if name in case.orders]) for kind in KINDS}


def _gain(what: Help, kind: str) -> float:
    if kind == "A":
        return float(what.accepted)
    if kind == "B":
        return float(max(0, what.score))
    return 1.0


def _judged(case: Case, name: str, kind: str) -> Judged:
    gains = np.array([_gain(what, kind) for what in case.helps])
    relevant = gains > 0
    return Judged(case.orders[name].ranks[relevant], gains[relevant])


def _cold(cases: Sequence[Case], kind: str) -> float:
    """Return the share of questions with a relevant helper where none of them was a candidate."""
    known = [any(_gain(what, kind) > 0 for what in case.helps) for case in cases]
    new = [any(_gain(what, kind) > 0 for what in case.newcomers) for case in cases]
    either = sum(1 for a, b in zip(known, new, strict=True) if a or b)
    return sum(1 for a, b in zip(known, new, strict=True) if b and not a) / either if either else 0.0


def _calibration(test: Sequence[Case], training: Sequence[Case]) -> dict[str, Any]:
    """Return Brier score and calibration error of three probabilities, beside the constant of the training part."""
    result: dict[str, Any] = {}
    for name, promise in (("answers_1h", "hour"), ("answers_24h", "day"), ("accepted_given_answer", "confirmed")):
        said, was = _promised(test, promise)
        _, before = _promised(training, promise)
        constant = np.full(len(was), before.mean() if len(before) else 0.0)
        fit, flat = measure(said, was), measure(constant, was)
        result[name] = {
            "n": fit.n,
            "brier": fit.brier,
            "ece": fit.ece,
            "constant": {"p": float(constant[0]) if len(constant) else 0.0, "brier": flat.brier, "ece": flat.ece},
            "bins": [list(each) for each in fit.bins],
        }
    return result


def _promised(cases: Sequence[Case], promise: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Return what was said of the first five of each question, and whether it came true."""
    said: list[float] = []
    was: list[bool] = []
    for case in cases:
        order = case.orders[GIVEN]
        did = dict(zip(map(int, case.positions), case.helps, strict=True))
        for position, probability in zip(map(int, order.first), order.promises[promise], strict=True):
            what = did.get(position)
            if promise == "confirmed":
                if what is not None and case.judged:
                    said.append(float(probability))
                    was.append(what.accepted)
                continue
            limit = HOUR_MINUTES if promise == "hour" else DAY_MINUTES
            said.append(float(probability))
            was.append(what is not None and what.wait_minutes <= limit)
    return np.array(said), np.array(was, dtype=np.bool_)


def _minutes_saved(test: Sequence[Case], baselines: Sequence[str]) -> dict[str, Any]:
    """Return minutes until the first of a method's five replied, as recorded, and how many less that is for ours.

    first_reply: over all questions, a day where none of the five replied within one; confirmed: over questions with an
    accepted answer, minutes to that answer, 14 days where its author is not among the five.
    """
    result: dict[str, Any] = {}
    accepted = [case for case in test if any(what.accepted for what in case.helps)]
    for name, cases, limit in (("first_reply", test, DAY_MINUTES), ("confirmed", accepted, HORIZON_MINUTES)):
        if not cases:
            continue
        ours = np.array([_wait(case, GIVEN, limit, name == "confirmed") for case in cases])
        against: dict[str, Any] = {}
        for baseline in baselines:
            theirs = np.array([_wait(case, baseline, limit, name == "confirmed") for case in cases])
            against[baseline] = {"minutes": float((theirs - ours).mean()), "ci": interval(theirs - ours)}
        result[name] = {"n": len(cases), "wait": float(ours.mean()), "limit": limit, "saved_against": against}
    return result


def _wait(case: Case, name: str, limit: float, only_accepted: bool) -> float:
    first = set(map(int, case.orders[name].first))
    waits = [
        what.wait_minutes
        for position, what in zip(map(int, case.positions), case.helps, strict=True)
        if position in first and (what.accepted or not only_accepted)
    ]
    return min([limit, *waits])
