"""Other words that count as typed ones: what `widening` finds, and `clauses` puts beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.search.analysis import LANGUAGES


@dataclass(frozen=True, slots=True)
class Instead:
    """Words that count as one that was typed, in a document of one of these languages, and how much they count.

    Several words stand in this order, or anywhere in the document: the parts of a compound do. A guess is what a slip
    may have meant; `is_private` where only what is for some knows it: it counts there alone.
    """

    text: str
    languages: tuple[str, ...] = LANGUAGES
    in_order: bool = True
    weight: float = 0.8
    is_guess: bool = False
    is_private: bool = False


# What was typed, folded → what counts as it.
Wider = Mapping[str, tuple[Instead, ...]]
NOTHING_WIDER: Wider = {}
