"""A stored decision as a page shows it: names, sentences, numbers. Templates only lay it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.community.links import person_url
from app.routing import changing, modelstore, recomputing, sentences, telling, trust_told
from app.routing.queries.decisions import CandidateView, DecisionView
from app.routing.queries.providers import Helper, topics_in

LEAST_MINUTES = 0.05  # smaller parts are not shown


@dataclass(frozen=True)
class Explained:
    """One candidate in words: `minutes` are the parts of the value, `factors` rows of (name, factor, weight, part);
    `would_change` is for herself.
    """

    view: CandidateView
    url: str | None
    sentence: str
    expected: str
    reasons: list[str]
    parts: list[dict[str, Any]]
    minutes: list[dict[str, Any]]
    factors: list[tuple[str, float, float, float]]
    value: float
    propensity: float
    changes: list[str]
    would_change: list[str]


@dataclass(frozen=True)
class NotListed:
    """A capacity of the viewer's that was left out, or stood too low to be kept: why, and what would change that."""

    helper: Helper
    why: str
    remedy: str
    now: str


def explained(view: DecisionView) -> tuple[list[Explained], list[Explained]]:
    """Return the list for the asker and the viewer's own rows, in words."""
    shown = [*view.candidates, *view.own]
    most = max((sum(sentences.group_totals(each.kept).values()) for each in shown), default=0.0)
    topics = topics_in(each.kept for each in shown)
    weights = modelstore.weights_of(view.decision.model)
    later: dict[int, dict[str, Any]] = {}
    if view.review is not None:
        later = {row["provider"]: row for row in view.review.candidates["rows"]}

    def one(candidate: CandidateView, *, is_own: bool) -> Explained:
        say = sentences.reasons_for_you if is_own else sentences.reasons
        return _explained(
            candidate,
            weights,
            most=most,
            sentence=telling.in_short_for_you(candidate.kept) if is_own else sentences.in_short(candidate.kept),
            reasons=say(candidate.kept, topics),
            later=later.get(candidate.helper.provider_id),
            would_change=_would_change(view, candidate) if is_own else [],
        )

    return [one(each, is_own=False) for each in view.candidates], [one(each, is_own=True) for each in view.own]


def not_listed(view: DecisionView) -> list[NotListed]:
    """Return the viewer's capacities that the decision kept no numbers of, in words said to her."""
    without = [(helper, code) for helper, code in view.own_reasons_against if code in telling.CAN_CHANGE]
    asked = [*(helper for helper, _code in without), *view.own_considered]
    now: dict[int, recomputing.Standing] = {}
    if asked:
        now = recomputing.standings_now(view.decision, view.question, [each.provider_id for each in asked])

    def standing(helper: Helper) -> str:
        found = now.get(helper.provider_id)
        return "" if found is None else telling.standing(found.value, found.place)

    against = [
        NotListed(helper, sentences.why_not(code), telling.remedy(code), standing(helper))
        for helper, code in view.own_reasons_against
    ]
    low = [
        NotListed(each, telling.too_low(len(view.decision.candidates["rows"])), "", standing(each))
        for each in view.own_considered
    ]
    return [*against, *low]


def left_out(exclusions: dict[str, list[list[int]]]) -> list[str]:
    """Return how many were left out for which reason, the most common first."""
    return [sentence for _code, sentence in left_out_counted(exclusions)]


def left_out_counted(exclusions: dict[str, list[list[int]]]) -> list[tuple[str, str]]:
    """Return the same with the code of each reason."""
    counts = {code: sum(last - first + 1 for first, last in parts) for code, parts in exclusions.items()}
    ordered = sorted(counts.items(), key=lambda each: -each[1])
    return [(code, sentences.left_out(code, count)) for code, count in ordered]


def _would_change(view: DecisionView, candidate: CandidateView) -> list[str]:
    model = modelstore.usable(view.decision.model)
    if model is None:
        return []
    found = changing.changes(view.decision.need, view.decision.candidates, candidate.kept, model)
    return [telling.would_change(each) for each in found]


def _explained(
    candidate: CandidateView,
    weights: dict[str, float],
    *,
    most: float,
    sentence: str,
    reasons: list[str],
    later: dict[str, Any] | None,
    would_change: list[str],
) -> Explained:
    kept, helper = candidate.kept, candidate.helper
    named = zip(kept["columns"], kept["features"], kept["parts"], strict=True)
    return Explained(
        view=candidate,
        url=person_url(helper.handle) if helper.handle else None,
        sentence=sentence,
        expected=sentences.expected(kept),
        reasons=[*(each for each in reasons if each not in sentence), *trust_told.strangers(kept)],
        parts=sentences.picture(kept, most),
        minutes=[
            {"text": sentences.minute_part(name), "minutes": minutes}
            for name, minutes in zip(kept["named"], kept["minutes"], strict=True)
            if abs(minutes) >= LEAST_MINUTES
        ],
        factors=[(sentences.factor(name), factor, weights.get(name, 0.0), part) for name, factor, part in named],
        value=kept["value"],
        propensity=kept["propensity"],
        changes=[] if later is None else sentences.changes(kept, later),
        would_change=would_change,
    )
