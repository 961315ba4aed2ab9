"""From text to the terms an index holds: fold case and accents, cut into words, drop stop words, take stems.

A document is read in its own language (Dutch and English have stems and stop words, any other language is only folded).
A query is read in every language, because who searches does not say in which language the answer is.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from whoosh.lang.snowball.dutch import DutchStemmer
from whoosh.lang.snowball.english import EnglishStemmer

from app.search.stop_words import STOP_WORDS

# An index made by another version of these rules is not asked, but made anew.
ANALYSIS_VERSION = 1

STEMMED_LANGUAGES = ("en", "nl")
OTHER_LANGUAGE = "xx"
LANGUAGES = (*STEMMED_LANGUAGES, OTHER_LANGUAGE)

LONGEST_WORD = 40

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_LETTER = rf"[^\W_{_CJK}]"
_TOKEN = re.compile(rf"c\+\+|[cf]#|[{_CJK}]|{_LETTER}+(?:['-]{_LETTER}+)*")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_LIGATURES = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "’": "'", "‘": "'", "ʼ": "'"}
    | dict.fromkeys("‐‑‒–—−", "-")
)


class Token(NamedTuple):
    """One word of a text: its term, and its place among the words (stop words take a place too)."""

    term: str
    place: int


def index_language(language: str) -> str:
    """Return the language whose rules apply: `nl-BE` is read as `nl`, a language without rules as OTHER_LANGUAGE."""
    short = language[:2].lower()
    return short if short in STEMMED_LANGUAGES else OTHER_LANGUAGE


def fold(text: str) -> str:
    """Take away case, accents, and the difference between forms of the same letter. May change the length."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", folded)).translate(_LIGATURES)


def tokens(text: str, language: str) -> Iterator[Token]:
    """Yield the terms of a text in reading order, as an index keeps them.

    `language` is one of LANGUAGES. A word with a hyphen gives its parts and, in the place of the first, the whole
    without hyphens, so that e-mail, email and "e mail" find one another.
    """
    return map(Token._make, terms_and_places(text, language))


def terms_and_places(text: str, language: str) -> Iterator[tuple[str, int]]:
    """Yield the same as plain pairs: an index of a whole community asks for millions."""
    stop_words = STOP_WORDS.get(language, frozenset())
    place = -1
    for word in _TOKEN.findall(fold(text)):
        place += 1
        if word in stop_words:
            continue
        if "'" in word:
            word = _without_apostrophes(word)
        if "-" not in word:
            yield stem(word[:LONGEST_WORD], language), place
            continue
        yield stem(word.replace("-", "")[:LONGEST_WORD], language), place
        for part in word.split("-"):
            if part not in stop_words:
                yield stem(part[:LONGEST_WORD], language), place
            place += 1
        place -= 1


def words(text: str) -> list[str]:
    """Return the folded words of a text as written: no stems, stop words kept. For what is typed, not for an index."""
    return [_without_apostrophes(match[0]) for match in _TOKEN.finditer(fold(text))]


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word. Short words, numbers and codes with digits are kept whole."""
    if len(word) < 3 or language == OTHER_LANGUAGE or not word.isalpha():
        return word
    return (_dutch_stem(word) if language == "nl" else _ENGLISH.stem(word)) or word


def _dutch_stem(word: str) -> str:
    """Return the Snowball stem, repaired where its forms of one word part: fiets and fietsen, huis and huizen."""
    if word.endswith(_PLURAL_OF_VOWEL):
        word = word[:-2]
    word = _DUTCH.stem(word)
    if word.endswith("s"):
        # fiets → fiet, but fietsen → fiets.
        word = _DUTCH.stem(word)
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return word[:-1] + _AT_THE_END.get(word[-1], word[-1])


def _without_apostrophes(word: str) -> str:
    """Drop the ending of Anna's and auto's, and the apostrophe of don't."""
    return word.removesuffix("'s").replace("'", "")


# ideeën, knieën, without their dots: the Snowball rules leave this plural as it is.
_PLURAL_OF_VOWEL = ("eeen", "ieen")
# brieven, brief; huizen, huis.
_AT_THE_END = {"v": "f", "z": "s"}
_DUTCH = DutchStemmer()
_ENGLISH = EnglishStemmer()
