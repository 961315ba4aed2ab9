"""What the index knows of words: asked for many at once, and remembered for the length of one search."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from app.search.analysis import stem
from app.search.clauses import term_key

Frequencies = Callable[[Collection[bytes]], Mapping[bytes, int]]


class Vocabulary:
    """In how many documents words stand, by the `frequencies` of an engine."""

    def __init__(self, frequencies: Frequencies) -> None:
        self._frequencies = frequencies
        self._known: dict[bytes, int] = {}

    def learn(self, keys: Collection[bytes]) -> None:
        """Ask for many terms in one go."""
        unknown = [key for key in keys if key not in self._known]
        if unknown:
            counts = self._frequencies(unknown)
            self._known.update((key, counts.get(key, 0)) for key in unknown)

    def count(self, key: bytes) -> int:
        """Return in how many documents a term stands."""
        self.learn((key,))
        return self._known[key]

    def of(self, word: str, language: str) -> int:
        """Return in how many documents a folded word stands in a language, in any of its forms."""
        return self.count(key_of(word, language))


def key_of(word: str, language: str) -> bytes:
    return term_key(language, stem(word, language))
