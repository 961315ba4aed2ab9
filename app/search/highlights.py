"""Where the words looked for stand in a text: the text cut into pieces, those to be marked told apart.

Made from the text just loaded for the viewer, not from the index, so that it cannot show what she may not see or what
somebody has taken back. A word is found as the index finds it: by its stem. Templates escape and mark the pieces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from app.search.analysis import LANGUAGES, fold, index_language, stem, tokens, words
from app.search.query_language import Form, Query

# Only the beginning of a long text is looked through: whoever opens the page finds the rest.
MOST_CHARACTERS = 6_000
EXCERPT = 220
BEFORE = 60

# A piece of a text, and whether it is to be marked.
Piece = tuple[str, bool]

_WORD = r"[^\W_]+(?:['’-][^\W_]+)*"


@dataclass(frozen=True)
class Marker:
    """What to mark: stems per language, and beginnings of words."""

    stems: dict[str, frozenset[str]]
    starts: tuple[str, ...]
    _seeds: re.Pattern[str] | None = field(repr=False, compare=False)

    @classmethod
    def of(cls, query: Query, also: Iterable[str] = ()) -> Marker:
        """Return a marker for what a query asks to be there, and what counts as it; what it excludes is not marked."""
        wanted = [term for term in query.terms if not term.is_excluded]
        starts = tuple(fold(term.text) for term in wanted if term.form is Form.PREFIX)
        texts = [*(term.text for term in wanted), *also]
        stems = {language: frozenset(_stems(texts, language)) for language in LANGUAGES}
        # Most words of a text begin unlike any of these and are never looked at.
        seeds = sorted({each[:-1] if len(each) > 3 else each for each in chain(starts, *stems.values())})
        pattern = "|".join(map(re.escape, seeds))
        found = re.compile(rf"(?<![^\W_])(?:{pattern})", re.IGNORECASE) if seeds else None
        return cls(stems, starts, found)

    def ranges(self, text: str, language: str) -> list[tuple[int, int]]:
        """Return (start, end) of each word to mark in the beginning of a text, in order and apart."""
        if self._seeds is None:
            return []
        text = text[:MOST_CHARACTERS]
        plain = text if text.isascii() else _same_length(text)
        found = []
        at = 0
        while match := self._seeds.search(plain, at):
            word = _WORD_HERE.match(plain, match.start())
            at = word.end() if word else match.end()
            if word and self._means(word[0], index_language(language)):
                found.append((word.start(), word.end()))
        return found

    def marked(self, text: str, language: str) -> list[Piece]:
        """Return the whole text in pieces."""
        return _pieces(text, self.ranges(text, language))

    def excerpt(self, text: str, language: str) -> list[Piece] | None:
        """Return, in pieces, a passage around the first place where most is found, or None where nothing is."""
        ranges = self.ranges(text, language)
        if not ranges:
            return None
        starts = [start for start, _ in ranges]
        first = max(ranges, key=lambda each: (sum(each[0] <= at < each[0] + EXCERPT for at in starts), -each[0]))
        start = 0 if first[0] <= BEFORE else text.rfind(" ", first[0] - 2 * BEFORE, first[0] - BEFORE // 2) + 1
        end = len(text) if len(text) <= start + EXCERPT else max(text.rfind(" ", start, start + EXCERPT), first[1])
        inside = [(a - start, b - start) for a, b in ranges if a >= start and b <= end]
        before, after = ("… " if start else ""), (" …" if end < len(text) else "")
        return [(before, False), *_pieces(text[start:end], inside), (after, False)]

    def _means(self, word: str, language: str) -> bool:
        parts = {stem(part, language) for part in words(word)} | {term for term, _ in tokens(word, language)}
        return not parts.isdisjoint(self.stems[language]) or fold(word).startswith(self.starts or ("\0",))


_WORD_HERE = re.compile(_WORD)


def _stems(texts: list[str], language: str) -> set[str]:
    return {term for text in texts for term, _ in tokens(text, language)}


def _pieces(text: str, ranges: list[tuple[int, int]]) -> list[Piece]:
    pieces, at = [], 0
    for start, end in ranges:
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [*pieces, (text[at:], False)]


def _same_length(text: str) -> str:
    """Fold accents letter by letter, so that places stay where they are."""
    return _NOT_ASCII.sub(lambda match: _plain_letter(match[0]), text)


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[:1]


_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
