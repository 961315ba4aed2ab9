"""What an article says, as somebody writes it, and what differs between two versions. Rendered before the first
statement of a writing request, as every text is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.community.compose import Composed, compose
from app.knowledge.outline import with_anchors
from app.prose.differences import Passage, Piece, Steps, differences, word_differences

# The short parts of an article, in the order in which a page shows what changed in them.
SHORT_PARTS = ("title", "summary", "product", "product_version")


@dataclass(frozen=True)
class ArticleText:
    """The words of an article, checked and rendered, ready to be stored."""

    title: str
    summary: str
    body: Composed
    tag_names: Sequence[str] = ()
    category_id: int | None = None
    product: str = ""
    product_version: str = ""
    applies_organisation_id: int | None = None

    def columns(self) -> dict[str, Any]:
        """Return the words as columns that articles and their versions share."""
        return {
            "title": self.title,
            "summary": self.summary,
            "body": self.body.body,
            "body_html": self.body.html,
            "renderer_version": self.body.renderer_version,
            "tag_names": list(self.tag_names),
            "category_id": self.category_id,
            "product": self.product,
            "product_version": self.product_version,
            "applies_organisation_id": self.applies_organisation_id,
        }


@dataclass(frozen=True)
class ArticleChanges:
    """What differs between two versions. `short` has the parts of SHORT_PARTS that differ."""

    short: list[tuple[str, list[Piece]]]
    body: list[Passage]
    tags_removed: list[str]
    tags_added: list[str]
    category: tuple[int | None, int | None] | None
    organisation: tuple[int | None, int | None] | None

    @property
    def are_none(self) -> bool:
        """Whether the two say the same."""
        parts = (self.short, self.body, self.tags_removed, self.tags_added, self.category, self.organisation)
        return not any(parts)


def compose_article(body: str, *, title: str, prior: str | None) -> Composed:
    """Render the text of an article, with anchors on its headings; lines end in the one way that files keep as well.

    Raises Invalid as `compose` does.
    """
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    text = compose(body, title=title, prior=prior)
    return replace(text, html=with_anchors(text.html))


def text_of(version: Any, *, language: str) -> ArticleText:
    """Return the words of a version that was rendered before, to be brought back."""
    body = Composed(
        body=version.body,
        html=version.body_html,
        renderer_version=version.renderer_version,
        source_format="markdown",
        language=language,
        language_how="declared",
        excerpt="",
    )
    return ArticleText(
        title=version.title,
        summary=version.summary,
        body=body,
        tag_names=list(version.tag_names),
        category_id=version.category_id,
        product=version.product,
        product_version=version.product_version,
        applies_organisation_id=version.applies_organisation_id,
    )


def changes_between(old: Any, new: Any) -> ArticleChanges:
    """Return what differs between two of ArticleRevision, Article and the columns of an ArticleText."""
    steps = Steps()
    short = [
        (part, word_differences(getattr(old, part), getattr(new, part), steps))
        for part in SHORT_PARTS
        if getattr(old, part) != getattr(new, part)
    ]
    return ArticleChanges(
        short=short,
        body=differences(old.body, new.body, steps),
        tags_removed=[each for each in old.tag_names if each not in new.tag_names],
        tags_added=[each for each in new.tag_names if each not in old.tag_names],
        category=_both(old.category_id, new.category_id),
        organisation=_both(old.applies_organisation_id, new.applies_organisation_id),
    )


def _both(old: int | None, new: int | None) -> tuple[int | None, int | None] | None:
    return (old, new) if old != new else None
