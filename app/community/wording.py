"""What a post says, in any of its versions or as somebody proposes it, and what differs between two of those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.prose.differences import Passage, Piece, Steps, differences, word_differences

T = TypeVar("T")


class Wording(Protocol):
    """Question, Answer, Revision and EditSuggestion all say something; an answer has no title, tags and category."""

    @property
    def body(self) -> str: ...
    @property
    def source_format(self) -> str: ...


@dataclass(frozen=True)
class Words:
    """A wording that is no row: what somebody typed, or a version taken from a row."""

    body: str
    source_format: str = "markdown"
    title: str | None = None
    tag_names: Sequence[str] | None = None
    category_id: int | None = None


@dataclass(frozen=True)
class Changes:
    """What differs between two wordings. What one of them does not know (None) counts as the same."""

    title: list[Piece]
    body: list[Passage]
    tags_kept: list[str]
    tags_removed: list[str]
    tags_added: list[str]
    category: tuple[int, int] | None
    formats: tuple[str, str] | None

    @property
    def has_tags(self) -> bool:
        return bool(self.tags_removed or self.tags_added)

    @property
    def are_none(self) -> bool:
        return not (self.title or self.body or self.has_tags or self.category or self.formats)

    @property
    def size(self) -> int:
        """How many characters went or came."""
        return sum(len(piece.text) for passage in self.body for piece in passage.pieces if passage.kind == "changed")


def words_of(wording: Wording) -> Words:
    """Return what this row says now, apart from the row."""
    return Words(
        body=wording.body,
        source_format=wording.source_format,
        title=getattr(wording, "title", None),
        tag_names=getattr(wording, "tag_names", None),
        category_id=getattr(wording, "category_id", None),
    )


def changes_between(old: Wording, new: Wording, steps: Steps | None = None) -> Changes:
    """Return what differs; several comparisons for one page share their `steps`."""
    before, after = words_of(old), words_of(new)
    steps = steps or Steps()
    return Changes(
        title=_in_title(before.title, after.title, steps),
        body=differences(before.body, after.body, steps),
        **_in_tags(before.tag_names, after.tag_names),
        category=_both(before.category_id, after.category_id),
        formats=_both(before.source_format, after.source_format),
    )


def is_same(old: Wording, new: Wording) -> bool:
    """Say whether two wordings differ in nothing that can be seen."""
    return changes_between(old, new, Steps(0)).are_none


def _in_title(old: str | None, new: str | None, steps: Steps) -> list[Piece]:
    if old is None or new is None or old == new:
        return []
    return word_differences(old, new, steps)


def _in_tags(old: Sequence[str] | None, new: Sequence[str] | None) -> dict[str, list[str]]:
    if old is None or new is None:
        return {"tags_kept": list(new or old or ()), "tags_removed": [], "tags_added": []}
    return {
        "tags_kept": [each for each in new if each in old],
        "tags_removed": [each for each in old if each not in new],
        "tags_added": [each for each in new if each not in old],
    }


def _both(old: T | None, new: T | None) -> tuple[T, T] | None:
    return (old, new) if old is not None and new is not None and old != new else None
