"""What a word, a text and a document weigh, the same for every engine."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate

from app.search.analysis import index_language
from app.search.backend import Document, SearchRequest, State
from app.search.clauses import PRIVATE, Clause, in_public

# A search that takes longer than this gives what it has found so far.
TIME_LIMIT_S = 0.4
# A word in the title counts once as one of the document, and this much more as one of its title; of a whole text, which
# says more than a title could, it counts less.
TITLE_WEIGHT, TITLE_WEIGHT_OF_TEXTS = 2.0, 0.6
# The rarest words of a text say what it is about. Measured (./dev bench finding): 6 find 0.27 of what others linked to
# as the same, 12 find 0.31, 25 find 0.36; beyond 45 nothing more.
RAREST_WORDS, MOST_PLACES = 45, 10_000_000
# Less of a short text's weight than this, and a document only shares a word with it. Of a long one it takes less. Who
# typed it into the search box looks through more than who is shown it unasked.
LEAST_COVERAGE, OF_WORDS = 0.35, 6
LEAST_COVERAGE_ASKED_FOR = 0.1
# Words that are missing cost more than their own share, so that what has most words comes first.
SHARE_POWER = 0.5

# Counted from a fixed day, so that no document has to be weighed anew as time passes.
MOST_VOTES, MOST_YEARS, YEARS_FROM = 100, 20.0, datetime(2015, 1, 1, tzinfo=UTC)
# What has no confidence of its own (a question) stands in the middle.
USUAL_CONFIDENCE = 0.5
_YEAR_S = 365.25 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What it is worth, beside the words, to be accepted, for a vote (its logarithm), to be a year younger,
    and to be sure instead of unsure (articles). The words decide, these break what is nearly a tie."""

    accepted: float
    vote: float
    year: float
    confidence: float


# Chosen by ./dev bench weights, which says that all of it together changes hardly anything, and being answered nothing:
# so it is small. Confidence by ./dev bench confidence: more costs over 1 % of MRR where it says nothing.
STANDING = Standing(accepted=0.06, vote=0.01, year=0.005, confidence=0.5)


def standing_of(document: Document, weights: Standing = STANDING) -> float:
    """Return what multiplies the weight of the words, 1 or a little more: what has helped, is younger, is surer.

    It changes only when the document does, so it is stored with it.
    """
    votes = math.log1p(min(max(document.votes, 0), MOST_VOTES))
    years = (document.created_at - YEARS_FROM).total_seconds() / _YEAR_S
    confidence = USUAL_CONFIDENCE if document.confidence is None else document.confidence
    return (
        1.0
        + (weights.accepted if document.state is State.ACCEPTED else 0.0)
        + weights.vote * votes
        + weights.year * min(max(years, 0.0), MOST_YEARS)
        + weights.confidence * confidence
    )


def idf(documents: int, *, of: int) -> float:
    """Return the weight of something that stands in so many documents of an index."""
    return math.log1p((max(of - documents, 0) + 0.5) / (documents + 0.5))


def least_coverage(chosen: Mapping[str, Sequence[Clause]], request: SearchRequest) -> float:
    """Return what share of the weight of a text with these clauses per language a document must have to resemble it."""
    least = LEAST_COVERAGE if request.is_unasked else LEAST_COVERAGE_ASKED_FOR
    return max(least * min(1.0, OF_WORDS / max(1, *map(len, chosen.values()))), request.least)


def essential(weights: Sequence[float], least: float) -> list[bool]:
    """Say of each clause with one of these weights whether a document needs it or another such one to have `least` of
    the whole weight.

    The others, the lightest, have less than that even together, so that they find nothing by themselves: most words
    that stand everywhere need not be gone through (Turtle and Flood 1995 do so by score; this does by share).
    """
    enough = least * sum(weights) * (1 - 1e-5)
    needed, together = [True] * len(weights), 0.0
    for weight, place in sorted((weight, place) for place, weight in enumerate(weights)):
        together += weight
        if together >= enough:
            break
        needed[place] = False
    return needed


def rarest(
    clauses: Mapping[str, Sequence[Clause]],
    frequency: Callable[[Clause], int],
    *,
    language: str,
    most_places: int = MOST_PLACES,
) -> dict[str, list[Clause]]:
    """Return realm → the clauses of a text that stand in the fewest documents, in no more than so many together.

    In the language of the text, words that nobody has used are left out: they are names and slips. In any other they
    stay, and make sure that a text in one language does not resemble everything that quotes a word of it. How many
    have used a word is what everybody may know of it; in what is for some only, none is left out for that.
    """
    own = index_language(language)
    return {
        realm: _rarest(found, frequency, most_places, known_only=realm == own, is_known=realm.endswith(PRIVATE))
        for realm, found in clauses.items()
    }


def _rarest(
    clauses: Sequence[Clause],
    frequency: Callable[[Clause], int],
    most_places: int,
    *,
    known_only: bool,
    is_known: bool,
) -> list[Clause]:
    weighed = [(frequency(in_public(clause)), n, clause) for n, clause in enumerate(clauses)]
    kept = sorted(entry for entry in weighed if entry[0] or not known_only)[:RAREST_WORDS]
    together = list(accumulate(frequency for frequency, _, _ in kept))
    few = [clause for (_, _, clause), places in zip(kept, together, strict=True) if places <= most_places]
    chosen = few if len(few) >= OF_WORDS else [clause for _, _, clause in kept[:OF_WORDS]]
    return chosen if is_known or (together and together[-1]) else []
