"""A version of the ranking's numbers in words: what it changed, what was found about it, why it came into force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.ranking.features import COLUMNS
from app.ranking.model import SIGNS, Model
from app.ranking.pool import TERMS
from app.routing import modelstore
from app.routing.models import RankingModel
from app.routing.sentences import factor, minute_part
from app.web.templating import fixed

MOST_WEIGHT = 1000.0
MOST_TIMES = 100.0
MOST_CHANGES = 4


def named(model: Model) -> dict[str, float]:
    """Return the weights by the names of their factors."""
    return dict(zip(COLUMNS, model.weights.tolist(), strict=True))


def to_try(model: Model, known: Sequence[str]) -> dict[str, tuple[str, float, tuple[float, float]]]:
    """Return the numbers one may try on a decision that knows these factors: name → (label, what it is, bounds).

    weight-…: of a factor, its sign fixed; term-…: how many times a term counts.
    """
    weights = {
        f"weight-{name}": (factor(name), weight, (0.0, MOST_WEIGHT) if sign > 0 else (-MOST_WEIGHT, 0.0))
        for name, weight, sign in zip(COLUMNS, model.weights.tolist(), SIGNS.tolist(), strict=True)
        if name in known
    }
    return weights | {f"term-{term}": (minute_part(term), 1.0, (0.0, MOST_TIMES)) for term in TERMS}


def weights_beside(one: RankingModel, other: RankingModel) -> list[tuple[str, float | None, float | None]]:
    """Return (factor, weight in one, weight in the other), None where a version does not know it."""
    first, second = modelstore.weights_of(one), modelstore.weights_of(other)
    return [(factor(name), first.get(name), second.get(name)) for name in dict.fromkeys([*first, *second])]


def changes(before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    """Return the weights that changed most, as sentences; then how many others did."""
    names = [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    # A weight counts by how far it went from what it was, so that small ones are heard as well; of those that came or
    # went, all of it did.
    ordered = sorted(names, key=lambda name: (-_share(before.get(name, 0.0), after.get(name, 0.0)), name))
    said = [_changed(name, before.get(name), after.get(name)) for name in ordered[:MOST_CHANGES]]
    if rest := len(ordered) - len(said):
        said.append(ngettext("%(num)s other weight changed less.", "%(num)s other weights changed less.", rest))
    return said


def found(metrics: Mapping[str, Any]) -> list[str]:
    """Return what was found when a version was held against the one in force, and why it was not used."""
    said: list[str] = []
    if "replay_before" in metrics:
        said.append(
            ngettext(
                "On %(num)s later question with an answer, whoever answered stood at %(after)s "
                "(mean of 1 / place) instead of %(before)s.",
                "On %(num)s later questions with an answer, whoever answered stood at %(after)s "
                "(mean of 1 / place) instead of %(before)s.",
                int(metrics["replay_decisions"]),
                after=_three(metrics["replay_after"]),
                before=_three(metrics["replay_before"]),
            )
        )
    if {"answers_low", "answers_high"} <= set(metrics):
        said.append(
            _(
                "Of 100 invitations, by estimate %(difference)s more would have been answered within a day "
                "(95 %% sure: from %(low)s to %(high)s).",
                difference=_hundred(metrics["answers_difference"]),
                low=_hundred(metrics["answers_low"]),
                high=_hundred(metrics["answers_high"]),
            )
        )
    said.extend(against(code) for code in metrics.get("against", ()))
    return said


def against(code: str) -> str:
    """Return why a learned version was not used."""
    return {
        "by_hand": _("Not used by itself: operators choose."),
        "nothing_new": _("Not used: it is what is in force."),
        "too_few": _("Not used: too few questions to judge it by."),
        "replay_worse": _("Not used: it would have put those who answered lower."),
        "answers_worse": _("Not used: its invitations would have brought fewer answers."),
        "answers_unsure": _("Not used: it is not sure that its invitations would have brought as many answers."),
    }.get(code, code)


def reason(code: str) -> str:
    """Return why a version came into force."""
    return {
        "shipped": _("came with Samen"),
        "learned": _("learned, and found no worse"),
        "chosen": _("chosen by an operator"),
        "rolled_back": _("put back by an operator"),
    }[code]


def rule(code: str) -> str:
    """Return when a learned version comes into force, as the settings have it."""
    return {
        "both": _(
            "A learned version comes into force when, on later questions it has not seen, it puts those who answered "
            "no lower, and its invitations would have brought no fewer answers."
        ),
        "sure": _(
            "A learned version comes into force when, on later questions it has not seen, it puts those who answered "
            "no lower, and it is sure that its invitations would have brought no fewer answers."
        ),
        "replay": _(
            "A learned version comes into force when, on later questions it has not seen, it puts those who answered "
            "no lower."
        ),
        "by_hand": _("A learned version comes into force when an operator chooses it."),
    }[code]


def purpose(code: str) -> str:
    """Return what a decision was made for."""
    return {"ask": _("on asking"), "next": _("to ask one more"), "review": _("to see what was learned")}[code]


def _changed(name: str, before: float | None, after: float | None) -> str:
    if before is None:
        return _("%(factor)s: new, with %(after)s.", factor=factor(name), after=_three(after or 0.0))
    if after is None:
        return _("%(factor)s: no longer used; it was %(before)s.", factor=factor(name), before=_three(before))
    said = {"factor": factor(name), "before": _three(before), "after": _three(after)}
    if abs(after) > abs(before):
        return _("%(factor)s counts more: %(after)s instead of %(before)s.", **said)
    return _("%(factor)s counts less: %(after)s instead of %(before)s.", **said)


def _share(before: float, after: float) -> float:
    return abs(after - before) / max(abs(before), abs(after), 1e-9)


def _three(value: float) -> str:
    return fixed(value, 3)


def _hundred(share: float) -> str:
    return fixed(100 * share, 1)
