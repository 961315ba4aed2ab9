"""Canned texts filled in: what stands in braces gives way to what it means in this case. Pure.

Each word is known in both languages. What is not known stays as it was written, so that nobody sends a gap unseen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Word → what it stands for; the first name of each is English, the second Dutch.
VARIABLES: dict[str, str] = {
    "customer": "customer",
    "klant": "customer",
    "me": "agent",
    "ik": "agent",
    "organisation": "organisation",
    "organisatie": "organisation",
    "title": "title",
    "titel": "title",
    "news before": "news_before",
    "nieuws voor": "news_before",
}
_IN_BRACES = re.compile(r"\{\s*([^{}\n]{1,40}?)\s*\}")


@dataclass(frozen=True)
class Meant:
    """What the words stand for in one case, in its language."""

    customer: str
    agent: str
    organisation: str
    title: str
    news_before: str


def filled(text: str, meant: Meant) -> str:
    """Return a canned text for one case. What is filled in is not looked at again."""
    values: Mapping[str, str] = vars(meant)

    def value(found: re.Match[str]) -> str:
        name = VARIABLES.get(found.group(1).casefold())
        return values[name] if name and values[name] else found.group(0)

    return _IN_BRACES.sub(value, text)


def unknown_in(text: str) -> list[str]:
    """Return the words in braces that stand for nothing, in their order."""
    return [found for found in _IN_BRACES.findall(text) if found.casefold() not in VARIABLES]
