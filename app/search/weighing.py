"""What a word, a text and a document weigh, the same for every engine."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from app.search.backend import State
from app.search.clauses import Clause

# A search that takes longer than this gives what it has found so far.
TIME_LIMIT_S = 0.4
# The rarest words of a text say what it is about; more of them cost time and find the same.
RAREST_WORDS = 6
MOST_CHARACTERS_SEEN = 2_000
# Less of a text's weight than this, and a document only shares a word with it.
LEAST_COVERAGE = 0.35

# What being open, answered, accepted, closed is worth, and a vote: the words decide, these break what is nearly a tie.
STANDING = {State.OPEN: 1.0, State.ANSWERED: 1.03, State.ACCEPTED: 1.12, State.CLOSED: 1.0}
VOTES_WEIGHT, MOST_VOTES = 0.03, 100


def idf(documents: int, *, of: int) -> float:
    """Return the weight of something that stands in so many documents of an index."""
    return math.log1p((max(of - documents, 0) + 0.5) / (documents + 0.5))


def rarest(clauses: Sequence[Clause], frequency: Callable[[Clause], int], *, known_only: bool) -> list[Clause]:
    """Return the clauses that stand in the fewest documents.

    In the language of the text, words that nobody has used are left out: they are names and slips. In any other they
    stay, and make sure that a text in one language does not resemble everything that quotes a word of it.
    """
    weighed = [(frequency(clause), n, clause) for n, clause in enumerate(clauses)]
    kept = sorted(entry for entry in weighed if entry[0] or not known_only)[:RAREST_WORDS]
    return [clause for _, _, clause in kept] if any(frequency for frequency, _, _ in kept) else []
