"""A notice as lines to read, for the page and for letters alike."""

from __future__ import annotations

from typing import Any

from app.notifications import sentences
from app.notifications.queries.entries import Entry

# Of two of these, the newer alone says how it is now.
OPPOSITES = {"closed": "reopened", "reopened": "closed", "locked": "unlocked", "unlocked": "locked"}


def lines_of(entry: Entry) -> list[str]:
    """Return what happened, the newest first, each kind once. What was taken back since is not said."""
    gathered: dict[str, list[Any]] = {}
    for told in entry.told:
        if OPPOSITES.get(told.kind) in gathered:
            continue
        gathered.setdefault(told.kind, []).append(told)
    return [
        sentences.happened(
            kind,
            count=sum(each.count for each in some),
            name=some[0].name,
            own=any(each.reason == "wrote" for each in some),
            closed_for=entry.closed.reason if entry.closed else "",
        )
        for kind, some in gathered.items()
    ]


def reasons_of(entry: Entry, names: dict[tuple[str, int], Any], language: str) -> list[str]:
    """Return why one is told, each reason once. `names` is what `queries.names_of` found."""
    found: dict[str, None] = {}
    for told in entry.told:
        name = "" if told.reason_id is None else names.get((told.reason, told.reason_id), "")
        found[sentences.because(told.reason, name=_in_language(name, language))] = None
    return list(found)


def _in_language(name: Any, language: str) -> str:
    """Return a name; a category's is a mapping of texts per language."""
    if not isinstance(name, dict):
        return str(name)
    texts: dict[str, str] = name.get(language) or name.get("en") or next(iter(name.values()), {})
    return str(texts.get("name", ""))
