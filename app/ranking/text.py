"""Words from a text, in any language and script, for weighing and comparing: no stemming, no stop words, no lists.

Rarity (bm25.py) does the work of stop words. Scripts that do not put spaces between words are cut into pairs of
characters, which is what search engines without a dictionary do.
"""

import re
import unicodedata

LONGEST_TEXT = 6_000
LONGEST_WORD = 32

# Vowel signs and accents are part of a word in many scripts, but \w leaves them out.
_MARKS = "".join(
    character for character in map(chr, range(0x300, 0xFFFF)) if unicodedata.category(character) in ("Mn", "Mc")
)
_WORD = re.compile(rf"(?:[^\W_]|[{re.escape(_MARKS)}])+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


def words(text: str) -> list[str]:
    """Return the words of the first 6,000 characters, case-folded and normalised (NFKC), each at most 32 characters."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()
    found: list[str] = []
    for word in _WORD.findall(folded):
        if word.isascii() or not _UNSPACED.search(word):
            found.append(word[:LONGEST_WORD])
        else:
            found.extend(_pieces(word))
    return found


def _pieces(word: str) -> list[str]:
    """Cut the unspaced runs of a mixed word into overlapping pairs; keep its other runs whole."""
    pieces: list[str] = []
    end = 0
    for run in _UNSPACED.finditer(word):
        if run.start() > end:
            pieces.append(word[end : run.start()][:LONGEST_WORD])
        characters = run.group()
        pieces.extend(characters[i : i + 2] for i in range(max(1, len(characters) - 1)))
        end = run.end()
    if end < len(word):
        pieces.append(word[end:][:LONGEST_WORD])
    return pieces
