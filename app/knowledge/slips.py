"""Whether a change is no more than a slip of the pen, by measure: calling it one is not enough. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from app.prose.differences import Steps, word_differences

# How many characters a slip puts in, takes out or replaces, in title, summary and body together.
LONGEST_SLIP = 20
# What differs in one place and is longer than this is compared no further: it is no slip.
LONGEST_PLACE = 300
# What a slip leaves as it is, beside links and numbers.
SETTLED = ("tag_names", "category_id", "product", "product_version", "applies_organisation_id")
_LINK = re.compile(r'(?:href|src)="([^"]*)"')
_NUMBER = re.compile(r"\d+")


def is_slip(old: Any, new: Any) -> bool:
    """Say whether two of ArticleRevision, Article and the columns of an ArticleText differ by a slip of the pen: at
    most LONGEST_SLIP characters, while every word of the title is still that word, and links, numbers and what the
    article is about stay.
    """
    if any(getattr(old, name) != getattr(new, name) for name in SETTLED):
        return False
    if _LINK.findall(old.body_html) != _LINK.findall(new.body_html) or not _has_its_words(old.title, new.title):
        return False
    steps, left = Steps(), LONGEST_SLIP
    for part in ("title", "summary", "body"):
        before, after = getattr(old, part), getattr(new, part)
        if _NUMBER.findall(before) != _NUMBER.findall(after):
            return False
        for removed, added in _replaced(before, after, steps):
            left -= _distance(removed, added)
            if left < 0:
                return False
    return True


def _has_its_words(old: str, new: str) -> bool:
    """Say whether each word has at least half of its characters still."""
    before, after = old.casefold().split(), new.casefold().split()
    return len(before) == len(after) and all(
        2 * _distance(was, now) <= max(len(was), len(now)) for was, now in zip(before, after, strict=True)
    )


def _replaced(old: str, new: str, steps: Steps) -> Iterator[tuple[str, str]]:
    """Yield what was taken out and what stands there instead, for each place where two texts differ."""
    for is_same, run in groupby(word_differences(old, new, steps), key=lambda piece: piece.kind == "same"):
        some = list(run)
        if not is_same:
            texts = ("".join(each.text for each in some if each.kind == kind) for kind in ("removed", "added"))
            yield next(texts), next(texts)


def _distance(old: str, new: str) -> int:
    """Return how many characters have to be put in, taken out or replaced to make one text of the other; the length
    of both where that is too long to be compared.
    """
    if len(old) + len(new) > LONGEST_PLACE:
        return len(old) + len(new)
    above = list(range(len(new) + 1))
    for row, was in enumerate(old, 1):
        line = [row]
        for column, now in enumerate(new, 1):
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + (was != now)))
        above = line
    return above[-1]
