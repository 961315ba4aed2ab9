"""Whole sentences out of rendered HTML: those of paragraphs and of items of lists, as they were written.

Tables, code, quotations and headings say nothing by themselves and are left out, and so is what no sign ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import pairwise
from typing import NamedTuple

from app.prose.extract import INLINE, TAG

_LEFT_OUT = frozenset({"table", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "dt"})
_VOID = frozenset({"br", "hr", "img", "input"})
# A point behind one of these, or behind d.w.z or an initial, ends no sentence. "etc." and "enz." often do.
_ABBREVIATED = frozenset(
    """approx art bijv bl blz bv ca cf dhr dr drs evt excl fig incl ing ir jr max mevr min mr mrs ms mw nr nrs pag par
    prof resp sr st tel vb vgl vs""".split()  # noqa: SIM905
)
_SIGNS_AFTER = "\"'”’»)]"
_WITH_POINTS = re.compile(r"(?:[^\W\d_]{1,2}\.)*[^\W\d_]")
_END = re.compile(rf"(?<![.!?])[.!?]++[{re.escape(_SIGNS_AFTER)}]*+(?=\s|$)")
# A line that goes on in small letters was only broken.
_LINES = re.compile(r"\n\s*+(?![a-zà-öø-ÿ])")
_SPACES = re.compile(r"\s+")
_LONGEST_ABBREVIATION = 20
_SIGNS_BEFORE = "\"'“‘«(["


class Sentence(NamedTuple):
    """A sentence, or a whole item of a list that no sign ends."""

    text: str
    is_ended: bool


def whole_sentences(html: str) -> list[list[Sentence]]:
    """Return the sentences in reading order, in runs: between two of one run nothing was left out."""
    runs: list[list[Sentence]] = [[]]
    for text, is_item in _blocks(html):
        for sentence in _sentences(text, is_item=is_item):
            if sentence is not None:
                runs[-1].append(sentence)
            elif runs[-1]:
                runs.append([])
    return [run for run in runs if run]


def _blocks(html: str) -> Iterator[tuple[str, bool]]:
    """Yield the text of each block, lines apart, and whether it is an item's; an empty text where one is left out."""
    within: list[str] = []
    words: list[str] = []
    at = 0
    for tag in (*TAG.finditer(html), None):
        said = _SPACES.sub(" ", html[at : tag.start() if tag else len(html)])
        # Many breaks are one: what splits lines looks at all of them from each.
        if said.strip() or words[-1:] != ["\n"]:
            words.append(said)
        at = tag.end() if tag else at
        name = tag[1] if tag else ""
        if name == "br" and words[-1:] != ["\n"]:
            words.append("\n")
        if name in INLINE or name in {"br", "img", "input"}:
            continue
        yield from _block("".join(words), within)
        words = []
        if tag is None or name in _VOID:
            continue
        if not tag[0].startswith("</"):
            within.append(name)
        elif name in within:
            while within.pop() != name:
                continue


def _block(html: str, within: Sequence[str]) -> Iterator[tuple[str, bool]]:
    text = unescape(html)
    if text.strip():
        yield ("", False) if not _LEFT_OUT.isdisjoint(within) else (text, "li" in within)


def _sentences(text: str, *, is_item: bool) -> Iterator[Sentence | None]:
    """Yield the sentences of a block, None where something that is none was left out."""
    found = [Sentence(each, _is_ended(each)) for each in _cut(text)]
    if is_item and found and not found[-1].is_ended:
        whole = " ".join(each.text for each in found)
        # What leads to a list of its own is no whole item.
        yield None if whole.endswith(":") else Sentence(whole, is_ended=False)
        return
    yield from (each if each.is_ended else None for each in found)
    if not found:
        yield None


def _is_ended(sentence: str) -> bool:
    return sentence.rstrip(_SIGNS_AFTER)[-1:] in tuple(".!?")


def _cut(text: str) -> Iterator[str]:
    """Yield the sentences of a text, and what stands between lines that is none."""
    for lines in _LINES.split(text.strip()):
        line = " ".join(lines.split())
        ends = [0, *(each.end() for each in _END.finditer(line) if _ends_here(line, each)), len(line)]
        yield from (part for start, end in pairwise(ends) if (part := line[start:end].strip()))


def _ends_here(line: str, sign: re.Match[str]) -> bool:
    after = line[sign.end() : sign.end() + 3].lstrip(f" {_SIGNS_BEFORE}")
    if after[:1].islower():
        return False
    if not after or sign[0][0] != ".":
        return True
    before = line[max(sign.start() - _LONGEST_ABBREVIATION, 0) : sign.start()]
    if before.isdigit():
        return False  # the number of an item, at the beginning of the line
    word = before.rpartition(" ")[2].lstrip(_SIGNS_BEFORE).casefold()
    return word not in _ABBREVIATED and not _WITH_POINTS.fullmatch(word)
