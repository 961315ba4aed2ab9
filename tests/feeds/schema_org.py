"""A validator of structured data against the vocabulary of schema.org, as msgspec-schemaorg publishes it.

Every node must be of a known type, carry only properties of that type, with values of the kinds that property allows.
Google's own demands on a QAPage (what must be there) are listed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec_schemaorg.models as models

# https://developers.google.com/search/docs/appearance/structured-data/qapage
NEEDED = {
    "QAPage": {"mainEntity"},
    "Question": {"name", "text", "answerCount", "author", "dateCreated"},
    "Answer": {"text", "url", "author", "dateCreated", "upvoteCount"},
    "Person": {"name", "url"},
    # https://developers.google.com/search/docs/appearance/structured-data/breadcrumb
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
}
NUMBERS, ADDRESSES = {"answerCount", "upvoteCount", "position"}, {"url", "item"}
MOMENTS = {"dateCreated", "datePublished", "dateModified"}


def complaints(node: dict[str, Any], path: str = "$") -> Iterator[str]:
    """Yield everything that is wrong with a node and those below it."""
    kind = node.get("@type", "")
    known = getattr(models, str(kind), None)
    if known is None:
        yield f"{path}: schema.org knows no {kind!r}"
        return
    own = {key: value for key, value in node.items() if not key.startswith("@")}
    yield from (f"{path}: a {kind} has no {key}" for key in own.keys() - set(known.__struct_fields__))
    yield from (f"{path}: a {kind} needs {key}" for key in NEEDED.get(kind, set()) - own.keys())
    for key, value in own.items():
        yield from _value(key, value, f"{path}.{key}")


def _value(key: str, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _value(key, each, f"{path}[{number}]")
    elif isinstance(value, dict):
        yield from complaints(value, path)
    elif key in NUMBERS:
        if not isinstance(value, int):
            yield f"{path}: not a number"
    elif not isinstance(value, str) or not value.strip():
        yield f"{path}: not a text"
    elif key in MOMENTS and datetime.fromisoformat(value).tzinfo is None:
        yield f"{path}: not a moment with its zone"
    elif key in ADDRESSES and not urlsplit(value).netloc:
        yield f"{path}: not a whole address"
