"""The rows that every importer hands on, whatever they were read from, and what is wrong with unusable ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Format = Literal["plain", "markdown", "html"]


class ArchiveRefused(Exception):
    """A source is not whole, or not what it should be. `file` names the culprit, `code` is missing, torn or foreign."""

    def __init__(self, file: str, code: Literal["missing", "torn", "foreign"], why: str) -> None:
        super().__init__(f"{file}: {why}")
        self.file = file
        self.code = code


@dataclass(frozen=True)
class RowError:
    """One row that cannot be used: where, why in a few words, and its first thousand characters."""

    file: str
    line: int
    reason: str
    row: str


@dataclass(frozen=True)
class Question:
    """One question; times are aware and in UTC. `user_name` is how to call the user where that is not the key.

    `closed_at` is since when it takes no answers, where it does not; `Closing` says why.
    """

    id: str
    at: datetime
    user: str | None
    title: str
    body: str
    format: Format
    tags: tuple[str, ...]
    category: str | None
    locale: str | None
    accepted: str | None
    accepted_known: bool
    accepted_at: datetime | date | None
    score: int
    user_name: str = ""
    closed_at: datetime | None = None

    @property
    def topics(self) -> tuple[str, ...]:
        """The tags; the category where there is no tag."""
        if self.tags:
            return self.tags
        return (self.category,) if self.category else ()


@dataclass(frozen=True)
class Answer:
    """One answer or follow-up to the question `question`. From `wiki_at` on everybody may edit it."""

    id: str
    question: str
    at: datetime
    user: str | None
    body: str
    format: Format
    score: int
    unhelpful: int
    accepted: bool
    user_name: str = ""
    wiki_at: datetime | None = None


@dataclass(frozen=True)
class Comment:
    """One comment on the question or answer `post`."""

    id: str
    post: str
    at: datetime
    user: str | None
    body: str
    format: Format
    score: int
    user_name: str = ""


@dataclass(frozen=True)
class Vote:
    """One vote; only its day is known."""

    post: str
    kind: Literal["accepted", "up", "down"]
    on: date


@dataclass(frozen=True)
class Closing:
    """Since when a question takes no answers, and which one it repeats, if that is why. `at` is None where it takes
    answers again.
    """

    question: str
    at: datetime | None
    target: str | None = None


@dataclass(frozen=True)
class Link:
    """The question `question` repeats the question `target`."""

    question: str
    target: str


@dataclass(frozen=True)
class Profile:
    """What a source says of an author. `address` is a digest of her mail address (`addresses.py`) where it has one."""

    key: str
    name: str
    bio: str
    joined_at: datetime
    address: str | None = None


@dataclass(frozen=True)
class Tally:
    """How many votes of nobody in particular a post got: (day, ups, downs), each day once; None where it is unknown."""

    post: str
    days: tuple[tuple[date | None, int, int], ...]
