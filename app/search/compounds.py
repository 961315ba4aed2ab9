"""Words written as one or apart: fietsverzekering and "verzekering voor je fiets", address book and addressbook.

A compound is cut where the index knows both parts, and two words are joined where it knows the whole: no list of words
is needed, because what the index does not know would find nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from app.search.stop_words import STOP_WORDS
from app.search.vocabulary import Vocabulary, key_of

# What Dutch puts between the parts of a compound: verzekering-s-polis, boek-en-kast.
BINDERS = {"nl": ("", "s", "en", "e"), "en": ("",)}
SHORTEST_PART = {"nl": 3, "en": 4}
SHORTEST_WHOLE = 7
# Of the words of a search, so many are tried as parts of a compound.
MOST_JOINED = 5
LANGUAGES = tuple(BINDERS)


def keys(words: Sequence[str]) -> Iterator[bytes]:
    """Yield every term that `parts` of one of these words, or `joined` of them all, asks the index for."""
    for language in LANGUAGES:
        for whole in _wholes(words, language):
            yield key_of(whole, language)
        for word in words:
            for pair in cuts(word, language):
                yield from (key_of(each, language) for each in pair)


def parts(word: str, language: str, known: Vocabulary) -> tuple[str, ...]:
    """Return the two parts of a folded compound; () where the index does not know them."""
    found = [pair for pair in cuts(word, language) if all(known.of(each, language) for each in pair)]
    # Of even length, because short words turn up by chance; then frequent ones.
    return max(
        found,
        key=lambda pair: (min(map(len, pair)), min(known.of(each, language) for each in pair)),
        default=(),
    )


def three_parts(word: str, language: str, known: Vocabulary) -> tuple[str, ...]:
    """Return three parts of a folded compound that has no two; () where the index does not know them.

    The longest beginning that it knows decides.
    """
    for first, rest in sorted(cuts(word, language), key=lambda pair: -len(pair[0])):
        if len(first) > SHORTEST_PART[language] and known.of(first, language):
            more = parts(rest, language, known)
            if more:
                return (first, *more)
    return ()


def joined(words: Sequence[str], language: str, known: Vocabulary) -> dict[tuple[str, str], str]:
    """Return pairs of these folded words → the compound of the two that the index knows, whichever comes first."""
    wholes = _wholes(words, language)
    there = sorted((each for each in wholes if known.of(each, language)), key=lambda each: known.of(each, language))
    return {wholes[whole]: whole for whole in there}


def cuts(word: str, language: str) -> list[tuple[str, str]]:
    """Return every way to cut a folded word in two, without what binds them."""
    shortest = SHORTEST_PART[language]
    found = []
    if len(word) < SHORTEST_WHOLE or not word.isalpha():
        return []
    for at in range(shortest, len(word) - shortest + 1):
        left, right = word[:at], word[at:]
        for binder in BINDERS[language]:
            bare = left.removesuffix(binder) if binder else left
            is_one = not binder or bare != left
            if is_one and len(bare) >= shortest and max(len(bare), len(right)) > shortest:
                found.append((bare, right))
    stop_words = STOP_WORDS[language]
    return [pair for pair in found if not stop_words.intersection(pair)]


def _wholes(words: Sequence[str], language: str) -> dict[str, tuple[str, str]]:
    """Return what two of the words would be as one word → the two. English joins neighbours only."""
    content = [each for each in dict.fromkeys(words) if each.isalpha() and len(each) >= SHORTEST_PART[language]]
    content = [each for each in content if each not in STOP_WORDS[language]][:MOST_JOINED]
    return {
        first + binder + second: (first, second)
        for first, second in permutations(content, 2)
        for binder in BINDERS[language]
        if language == "nl" or content.index(second) == content.index(first) + 1
    }
