"""Tell in which language a text is written.

A statistical guess restricted to the languages below. It needs some words to go by: for a short or mixed text the
language of the writer's own interface is the better guess, and is taken. Which languages the interface speaks is left
to `app.web`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from py3langid.langid import LanguageIdentifier

from app.prose import language_model

LANGUAGES = ("nl", "en", "de", "fr")
DEFAULT = "en"

How = Literal["declared", "detected", "assumed"]

# Measured on the first words of questions in English and Dutch (bench/prose.py): with fewer letters than this, guesses
# that the model is sure of are wrong too often. To overrule the interface language, a text has to be more certain.
ENOUGH_LETTERS = 12
SURE = 0.75
SURE_AGAINST_PRIOR = 0.9
# The model walks a table of 40 MB letter by letter, and is as sure after some sentences as after a page.
LONGEST_LOOK = 400

# Addresses and handles are in no language, and lines quoted in plain text in somebody else's.
_NOT_OWN_WORDS = re.compile(r"(?:https?://|www\.|[\w.+-]{0,64}@)\S+|^[ \t]*>[^\n]*$", re.MULTILINE)

_loaded: list[LanguageIdentifier] = []  # the one of this process, once there is one


def detect_language(text: str, prior: str | None, *, declared: str | None = None) -> tuple[str, How]:
    """Return the language code of a text without markup or code (`extract.own_words`) and how it was decided.

    `declared` is what the writer chose herself and always stands. `prior` is her interface language, or None when
    nobody knows; where the text does not tell, the answer is `prior`, else the likeliest, and "assumed".
    """
    if declared in LANGUAGES:
        return declared, "declared"
    known_prior = prior if prior in LANGUAGES else None
    words = _NOT_OWN_WORDS.sub(" ", text[:LONGEST_LOOK])
    if sum(character.isalpha() for character in words) < ENOUGH_LETTERS:
        return known_prior or DEFAULT, "assumed"
    likeliest, probability = _identifier().rank(words)[0]
    sure = SURE if known_prior in {None, likeliest} else SURE_AGAINST_PRIOR
    if probability >= sure:
        return likeliest, "detected"
    return known_prior or likeliest, "assumed"


def load_model(folder: Path | None = None) -> None:
    """Load the model once. With a folder, from the copy in it: that takes no time, and processes share its memory."""
    if not _loaded:
        _loaded.append(language_model.load(LANGUAGES, folder))


def _identifier() -> LanguageIdentifier:
    """Load the model when it is first needed, if nobody did before: most commands can do without."""
    load_model()
    return _loaded[0]
