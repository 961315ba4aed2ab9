"""Slips of the keyboard: words one letter away from one that stands nowhere, which the index knows.

The vocabulary is that of the index: every word that is one insertion, omission, change or exchange of letters away is
looked up by its stem. Source of the way: P. Norvig (2007), How to Write a Spelling Corrector; that slips spare the
first letter: E. Yannakoudakis, D. Fawthrop (1983), The Rules of Spelling Errors.
"""

from __future__ import annotations

from functools import lru_cache
from string import ascii_lowercase

from app.search.analysis import LANGUAGES, LONGEST_WORD, STEMMED_LANGUAGES, stem
from app.search.clauses import private_key, term_key
from app.search.stop_words import STOP_WORDS
from app.search.vocabulary import Vocabulary, key_of

# Shorter words have too many neighbours. A word with a digit is a number or a code: it is meant as it stands.
SHORTEST, MOST = 4, 3
# A slip that others have made too stands in a few texts; what was meant stands in so many times as many.
RARE, TIMES_AS_MANY = 2, 20
# Endings come off before a word is looked up. Before its last letters, a slip does not change which.
LAST = 4


def keys(word: str) -> list[bytes]:
    """Return under what terms the index would know a folded word."""
    return [key_of(word, language) for language in LANGUAGES]


def needs_correction(word: str, known: Vocabulary) -> bool:
    """Say whether a folded word stands nowhere, or hardly."""
    return is_correctable(word) and max(map(known.count, keys(word))) <= RARE


def corrections(word: str, known: Vocabulary) -> tuple[str, ...]:
    """Return up to MOST folded words, the most frequent first, that a word that needs it may have been meant to be.

    Where the word stands in a few texts, only what stands in many times as many.
    """
    by_key = neighbour_keys(word)
    known.learn(by_key)
    least = max(1, max(map(known.count, keys(word))) * TIMES_AS_MANY)
    best: dict[str, int] = {}
    for key, others in by_key.items():
        if known.count(key) >= least:
            for each in others:
                best[each] = max(best.get(each, 0), known.count(key))
    seen: set[str] = set()
    chosen = []
    for each in sorted(best, key=lambda each: (-best[each], each)):
        # Forms of one word are one correction.
        roots = {stem(each, language) for language in STEMMED_LANGUAGES}
        if not roots & seen:
            seen |= roots
            chosen.append(each)
    return tuple(chosen[:MOST])


def private_corrections(word: str, known: Vocabulary) -> tuple[str, ...]:
    """Return every folded word one slip away that what is for some only has, in order of the alphabet.

    Neither how often, nor the best of them: they may come from what the searcher may not see, and say nothing then,
    because they find nothing.
    """
    by_key = {private_key(key): others for key, others in neighbour_keys(word).items()}
    known.learn(by_key)
    return tuple(sorted({others[0] for key, others in by_key.items() if known.count(key)}))


def is_correctable(word: str) -> bool:
    """Say whether a folded word may be a slip. A stop word stands in no index, and is no slip for that."""
    if any(word in words for words in STOP_WORDS.values()):
        return False
    return SHORTEST <= len(word) <= LONGEST_WORD and word.isascii() and word.isalpha()


def neighbours(word: str) -> set[str]:
    """Return every word that is one slip away. The first letter stands, or has changed places with the second. Of the
    shortest words too much is another word: those may lack a letter, or have two exchanged.
    """
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
        *(left + letter + right for left, right in cuts[1:] for letter in ascii_lowercase),
    }
    if len(word) > SHORTEST:
        found.update(left + right[1:] for left, right in cuts[1:] if right)
        found.update(left + letter + right[1:] for left, right in cuts[1:] if right for letter in ascii_lowercase)
    return found - {word}


@lru_cache(maxsize=512)
def neighbour_keys(word: str) -> dict[bytes, list[str]]:
    """Return term → which neighbours of a word have it as their stem, in each language."""
    cut = {language: len(word) - len(stem(word, language)) for language in STEMMED_LANGUAGES}
    is_prefix = {language: word.startswith(stem(word, language)) for language in STEMMED_LANGUAGES}
    ending = word[-LAST:]
    found: dict[bytes, list[str]] = {}
    for each in neighbours(word):
        for language in STEMMED_LANGUAGES:
            if is_prefix[language] and len(each) > LAST + 2 and each.endswith(ending):
                root = each[: len(each) - cut[language]]
            else:
                root = stem(each, language)
            found.setdefault(term_key(language, root), []).append(each)
        found.setdefault(term_key("xx", each), []).append(each)
    return found
