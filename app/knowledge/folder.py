"""An article as a Markdown file with front matter, so that a team can keep its articles in a folder under version
control. Pure: text in, values out, and back to the same bytes.

The front matter is YAML of the simplest kind: one line for each value, written as JSON. `based_on` is a digest of all
the rest: whoever changes the file leaves it as it is, and so tells which version she changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from app.knowledge.lengths import (
    LONGEST_BODY,
    LONGEST_PRODUCT,
    LONGEST_SUMMARY,
    LONGEST_TAG,
    LONGEST_TITLE,
    LONGEST_VERSION,
)

LONGEST = {
    "title": LONGEST_TITLE,
    "summary": LONGEST_SUMMARY,
    "product": LONGEST_PRODUCT,
    "product_version": LONGEST_VERSION,
}
FENCE = "---"


class NotAnArticle(ValueError):
    """A file that cannot be read as an article; the sentence says why."""


class NoFrontMatter(NotAnArticle):
    """A file that does not even begin as an article: it may be something else, such as a note about the folder."""


@dataclass(frozen=True)
class FileArticle:
    """What a file says. Organisations, categories and people stand here by slug and handle."""

    title: str
    summary: str
    language: str
    slug: str
    state: str = "draft"
    audience: str = "public"
    category: str | None = None
    tags: tuple[str, ...] = ()
    product: str = ""
    product_version: str = ""
    organisation: str | None = None
    owner: str | None = None
    translation_of: str | None = None
    based_on: str = ""
    body: str = ""

    def digest(self) -> str:
        """Return what tells this article from another one."""
        told = asdict(replace(self, based_on=""))
        return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


HEAD = tuple(each.name for each in fields(FileArticle) if each.name != "body")


def path_of(article: FileArticle) -> str:
    """Return where in the folder an article stands."""
    return f"{article.language}/{article.slug}.md"


def written(article: FileArticle) -> str:
    """Return the file of an article."""
    lines = [f"{name}: {json.dumps(getattr(article, name), ensure_ascii=False)}" for name in HEAD]
    return "\n".join([FENCE, *lines, FENCE, "", article.body]) + "\n"


def read(text: str) -> FileArticle:
    """Return the article a file tells. Raises NotAnArticle where it is none.

    Values that are no JSON are taken as words, and `[a, b]` as a list of them, as people write YAML. However lines end,
    and whether the last one does, is all the same.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE or FENCE not in (line.rstrip() for line in lines[1:]):
        raise NoFrontMatter("the file does not begin with front matter between two lines of ---")
    end = next(index for index, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE)
    found: dict[str, Any] = {}
    for number, line in enumerate(lines[1:end], 2):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not colon or name not in HEAD:
            raise NotAnArticle(f"line {number} of the front matter means nothing: {line.strip()[:60]}")
        found[name] = _listed(_value(value)) if name == "tags" else _value(value)
        _require_text(name, found[name], number)
    missing = [name for name in ("title", "summary", "language", "slug") if not found.get(name)]
    if missing:
        raise NotAnArticle(f"the front matter lacks {', '.join(missing)}")
    body = "\n".join(lines[end + 1 :]).removeprefix("\n").rstrip("\n")
    if len(body) > LONGEST_BODY:
        raise NotAnArticle(f"the text is longer than {LONGEST_BODY} characters")
    return FileArticle(body=body, **{name: value for name, value in found.items() if value is not None})


def _require_text(name: str, value: Any, number: int) -> None:
    """Raise NotAnArticle for what is no text, or longer than it may be; `number` is its line in the file."""
    if name == "tags":
        value = max(value, key=len, default="")
    if not isinstance(value, str | None):
        raise NotAnArticle(f"line {number} is not text: {name}")
    most = LONGEST_TAG if name == "tags" else LONGEST.get(name)
    if value is not None and most is not None and len(value) > most:
        raise NotAnArticle(f"line {number}: {name} is longer than {most} characters")


def _value(text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        if text.startswith("[") and text.endswith("]"):
            return [each.strip().strip("'\"") for each in text[1:-1].split(",") if each.strip()]
        return text.strip("'\"")


def _listed(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise NotAnArticle("tags are a list of words")
    return tuple(value)
