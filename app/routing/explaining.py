"""A stored decision as a page shows it: names, sentences, numbers. Templates only lay it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.community.links import person_url
from app.ranking.features import COLUMNS
from app.ranking.rank import MINUTE_PARTS
from app.routing import modelstore, queries, sentences, trust_told
from app.routing.queries import CandidateView, DecisionView

LEAST_MINUTES = 0.05  # smaller parts are not shown


@dataclass(frozen=True)
class Explained:
    """One candidate in words: `minutes` are the parts of the value, `factors` rows of (name, factor, weight, part)."""

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


def explained(view: DecisionView) -> tuple[list[Explained], list[Explained]]:
    """Return the list for the asker and the viewer's own rows, in words."""
    shown = [*view.candidates, *view.own]
    most = max((sum(sentences.group_totals(each.kept).values()) for each in shown), default=0.0)
    topics = queries.topics_in(each.kept for each in shown)
    weights = modelstore.numbers_of(view.decision.model).weights.tolist()
    later: dict[int, dict[str, Any]] = {}
    if view.review is not None:
        later = {row["provider"]: row for row in view.review.candidates["rows"]}

    def one(candidate: CandidateView, reasons: list[str]) -> Explained:
        then = later.get(candidate.helper.provider_id)
        return _explained(candidate, weights, most=most, reasons=reasons, later=then)

    return (
        [one(each, sentences.reasons(each.kept, topics)) for each in view.candidates],
        [one(each, sentences.reasons_for_you(each.kept, topics)) for each in view.own],
    )


def left_out(exclusions: dict[str, list[list[int]]]) -> list[str]:
    """Return how many were left out for which reason, the most common first."""
    counts = {code: sum(last - first + 1 for first, last in parts) for code, parts in exclusions.items()}
    return [sentences.left_out(code, count) for code, count in sorted(counts.items(), key=lambda each: -each[1])]


def _explained(
    candidate: CandidateView,
    weights: list[float],
    *,
    most: float,
    reasons: list[str],
    later: dict[str, Any] | None,
) -> Explained:
    kept, helper = candidate.kept, candidate.helper
    named = [sentences.factor(column) for column in COLUMNS]
    return Explained(
        view=candidate,
        url=person_url(helper.handle) if helper.handle else None,
        sentence=sentences.in_short(kept),
        expected=sentences.expected(kept),
        reasons=[*reasons, *trust_told.strangers(kept)],
        parts=sentences.picture(kept, most),
        minutes=[
            {"text": sentences.minute_part(name), "minutes": minutes}
            for name, minutes in zip(MINUTE_PARTS, kept["minutes"], strict=True)
            if abs(minutes) >= LEAST_MINUTES
        ],
        factors=list(zip(named, kept["features"], weights, kept["parts"], strict=True)),
        value=kept["value"],
        propensity=kept["propensity"],
        changes=[] if later is None else sentences.changes(kept, later),
    )
