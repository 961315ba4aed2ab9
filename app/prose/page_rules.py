"""What a text may not do to the page it stands on, in Markdown and imported HTML alike.

It may not take the page's headings: a page has one h1 and its own h2, so a text begins at h3 and never skips a level,
however it was written. And it may not make the reader's browser call anybody: a picture elsewhere becomes a link to it.
Pictures that were added here stay pictures, with their size, so that nothing moves when they arrive; which those are,
the caller says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FIRST_LEVEL = 3
LAST_LEVEL = 6


@dataclass(frozen=True, slots=True)
class OwnPicture:
    """A picture that was added here; `words` stand for it where the text does not describe it."""

    width: int
    height: int
    words: str


Pictures = Mapping[str, OwnPicture]
NO_PICTURES: Pictures = {}


class Outline:
    """Gives each heading of one text its level on the page."""

    def __init__(self) -> None:
        self.current = FIRST_LEVEL - 1
        self.highest = LAST_LEVEL

    def level(self, written: int) -> int:
        """Return the level for the next heading, written as h1 to h6: the highest there was so far stands for the first
        level, however it was written, and none is more than one below the last.
        """
        self.highest = min(self.highest, written)
        self.current = min(FIRST_LEVEL + written - self.highest, self.current + 1, LAST_LEVEL)
        return self.current


def picture_words(alt: str, address: str) -> str:
    """Return the words of the link that stands for a picture: its description, else where it is."""
    described = " ".join(alt.split())
    if described:
        return described
    bare = address.removeprefix("https://").removeprefix("http://")
    return bare if len(bare) <= 60 else f"{bare[:40]}…{bare[-19:]}"
