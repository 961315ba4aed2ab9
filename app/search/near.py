"""Words of an index that are written nearly like one it does not have: what somebody may have meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from app.search.analysis import LANGUAGES, fold, stem
from app.search.clauses import term_key

SHORTEST, MOST = 4, 3
# A slip is seldom in the first two letters; of those that begin so, this many are looked at in each part of an index.
SAME_BEGINNING, MOST_LOOKED_AT = 2, 5_000
LEAST_RATIO = 0.75


def alike(word: str, terms: Callable[[bytes], Iterable[tuple[bytes, int]]]) -> tuple[str, ...]:
    """Return up to MOST terms, the nearest first, of two as near the more frequent; none for a word that is there.

    `terms` gives the terms of an index that begin so, and in how many documents each stands; one may come twice.
    """
    typed = fold(word)
    if len(typed) < SHORTEST or not typed.isalpha():
        return ()
    frequencies: dict[str, int] = {}
    for language in LANGUAGES:
        own = stem(typed, language)
        for key, frequency in terms(term_key(language, own[:SAME_BEGINNING])):
            term = key.decode().partition(":")[2]
            if term in {own, typed}:
                return ()
            frequencies[term] = frequencies.get(term, 0) + frequency
    matcher = SequenceMatcher(b=typed, autojunk=False)  # it remembers what it found out about its second text
    near = [(ratio, frequency, term) for term, frequency in frequencies.items() if (ratio := _ratio(matcher, term))]
    return tuple(term for _ratio_, _frequency, term in sorted(near, reverse=True)[:MOST])


def _ratio(matcher: SequenceMatcher[str], term: str) -> float:
    """Return how near they are, in (0, 1]; 0 when they are not near. The quick bounds spare most of the work."""
    matcher.set_seq1(term)
    if matcher.real_quick_ratio() < LEAST_RATIO or matcher.quick_ratio() < LEAST_RATIO:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= LEAST_RATIO else 0.0
