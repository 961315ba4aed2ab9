"""The headings of an article: an anchor for each, and the table of contents made of them. Pure.

A text of ours begins at h3 (`prose.page_rules`); an article has the page to itself, so its headings rise by one. The
anchors begin with "s-", so that no heading takes a name that the page uses.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from app.community.links import slug_of
from app.prose.extract import plain_text

_HEADING = re.compile(r"<h([3-6])>(.*?)</h\1>", re.DOTALL)
_ANCHORED = re.compile(r'<h([2-5]) id="(s-[^"]+)">(.*?)</h\1>', re.DOTALL)
LONGEST_ANCHOR = 50


@dataclass(frozen=True)
class Heading:
    """One line of the table of contents: `level` 2 to 5, the anchor, the words."""

    level: int
    anchor: str
    words: str


def with_anchors(html: str) -> str:
    """Return cleaned HTML of a text with its headings one level higher and an anchor on each; no two are the same."""
    taken: set[str] = set()
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))

    def anchored(found: re.Match[str]) -> str:
        level = int(found[1]) - 1
        anchor = f"s-{slug_of(plain_text(found[2]))[:LONGEST_ANCHOR]}"
        if anchor in taken:
            anchor = next(each for number in numbers[anchor] if (each := f"{anchor}-{number}") not in taken)
        taken.add(anchor)
        return f'<h{level} id="{anchor}">{found[2]}</h{level}>'

    return _HEADING.sub(anchored, html)


def headings(html: str) -> list[Heading]:
    """Return the table of contents of an article's HTML, in the order of the text."""
    found = ((int(level), anchor, plain_text(words)) for level, anchor, words in _ANCHORED.findall(html))
    return [Heading(level, anchor, words) for level, anchor, words in found if words]
