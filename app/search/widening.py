"""What else a search may mean: synonyms, the parts of a compound or the whole of its parts, and what a slip meant.

All of it stands beside the words that were typed, never in their place, and counts less than they do. Vocabulary is
what everybody may read of the index, by its `frequencies`; where the searcher reads what is for some only
(`also_private`), what a slip meant is looked up there too. Synonyms are those that curators keep.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.search import compounds, correcting
from app.search.analysis import LANGUAGES, stem, tokens, words
from app.search.query_language import Form, Term
from app.search.vocabulary import Frequencies, Vocabulary
from app.search.wider import Instead, Wider

SYNONYM, COMPOUND, SLIP = 0.8, 0.7, 0.6
# Who makes more slips than this in one search is not helped: each costs a few milliseconds.
MOST_SLIPS = 3
# More words than this are no title.
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class SameMeaning:
    """One row of synonyms: phrases as folded words. One-way, only the first stands for the others."""

    language: str
    phrases: tuple[str, ...]
    is_two_way: bool


def for_terms(
    terms: Sequence[Term], frequencies: Frequencies, synonyms: Sequence[SameMeaning], *, also_private: bool = False
) -> Wider:
    """Return what counts as the words of a search. Phrases, beginnings and what is excluded are meant as they stand."""
    typed = [term.text for term in terms if term.form is Form.WORD and not term.is_excluded]
    return _wider([word for text in typed for word in words(text)], frequencies, synonyms, also_private)


def for_text(
    text: str,
    frequencies: Frequencies,
    synonyms: Sequence[SameMeaning],
    *,
    is_typing: bool,
    also_private: bool = False,
) -> Wider:
    """Return what counts as the words of a title; its last one may be unfinished, and is let be.

    A long text says what it is about without: measured, widening it finds no more and takes twice as long.
    """
    typed = words(text)
    if is_typing and text[-1:].isalnum():
        typed = typed[:-1]
    if len(typed) > MOST_WORDS:
        return {}
    return _wider(typed, frequencies, synonyms, also_private)


def _wider(
    typed: Sequence[str], frequencies: Frequencies, synonyms: Sequence[SameMeaning], also_private: bool
) -> Wider:
    known = Vocabulary(frequencies)
    different = list(dict.fromkeys(typed))
    known.learn([*compounds.keys(different), *(key for word in different for key in correcting.keys(word))])
    found: dict[str, list[Instead]] = defaultdict(list)
    for each in synonyms:
        _add_synonyms(found, typed, each)
    for language in compounds.LANGUAGES:
        for pair, whole in compounds.joined(different, language, known).items():
            for word in pair:
                found[word].append(Instead(whole, (language,), weight=COMPOUND))
        for word in different:
            cut = compounds.parts(word, language, known)
            if cut:
                found[word].append(Instead(" ".join(cut), (language,), in_order=False, weight=COMPOUND))
    slips = [word for word in different if word not in found and correcting.needs_correction(word, known)][:MOST_SLIPS]
    known.learn([key for word in slips for key in correcting.neighbour_keys(word)])
    for word in slips:
        found[word] += [Instead(each, weight=SLIP, is_guess=True) for each in correcting.corrections(word, known)]
        if also_private:
            others = correcting.private_corrections(word, known)
            found[word] += [Instead(each, weight=SLIP, is_guess=True, is_private=True) for each in others]
        cut = () if found[word] else compounds.three_parts(word, "nl", known)
        if cut:
            found[word].append(Instead(" ".join(cut), ("nl",), in_order=False, weight=COMPOUND))
    return {word: tuple(each) for word, each in found.items() if each}


def _add_synonyms(found: dict[str, list[Instead]], typed: Sequence[str], same: SameMeaning) -> None:
    languages = LANGUAGES if same.language == "xx" else (same.language,)
    rule = same.language
    roots = [stem(word, rule) for word in typed]
    for phrase in same.phrases if same.is_two_way else same.phrases[:1]:
        wanted = [token.term for token in tokens(phrase, rule)] if " " in phrase else [stem(phrase, rule)]
        for at in range(len(roots) - len(wanted) + 1):
            if wanted and roots[at : at + len(wanted)] == wanted:
                others = [Instead(each, languages, weight=SYNONYM) for each in same.phrases if each != phrase]
                for word in typed[at : at + len(wanted)]:
                    found[word] += others
