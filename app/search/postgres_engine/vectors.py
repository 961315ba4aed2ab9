"""How a document lies in the tables: its terms as PostgreSQL's tsvector, made by our own analysis; its keys; its row.

PostgreSQL's own dictionaries are not asked: both engines fold and stem alike, and it needs no extension or superuser.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.search.analysis import terms_and_places
from app.search.backend import Document
from app.search.clauses import CLOSED, filter_key, language_of, realm_of, term_key
from app.search.weighing import standing_of

# Raised whenever an index written before could be misread.
FORMAT_VERSION = 4

# What a tsvector can hold: places up to here, so many of one term, and about a megabyte in all.
LAST_PLACE = 16_383
MOST_PLACES = 255
MOST_BYTES = 800_000
# Between title, body and answers, so that no phrase reaches from one into the next.
GAP = 16

COLUMNS = (
    "kind", "document_id", "version", "audience", "created_at", "votes", "standing", "length", "filters", "facets",
    "title", "words",
)  # fmt: skip
Row = tuple[str, int, int, str, datetime, int, float, int, list[str], list[str], str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written for one document: its row, in the order of COLUMNS, and its terms."""

    row: Row
    terms: frozenset[str]


def entry_of(document: Document) -> Entry:
    realm = realm_of(document)
    language = language_of(realm)
    found: dict[str, list[str]] = {}
    title = ""
    start = size = 0
    for weight, text in zip("ABC", (document.title, document.body, document.answers), strict=True):
        last = -1
        for term, place in terms_and_places(text, language):
            last = place
            places = found.get(term)
            if places is None:
                size += 4 * len(term) + 12
                if size > MOST_BYTES:
                    break
                found[term] = places = []
            if len(places) < MOST_PLACES:
                size += 2
                places.append(f"{min(start + place + 1, LAST_PLACE)}{weight}")
        start += last + 1 + GAP
        if weight == "A":
            title = _vector(found, realm)
    facets = facets_of(document)
    row = (
        document.kind,
        document.id,
        document.version,
        document.audience,
        document.created_at,
        document.votes,
        standing_of(document),
        start - 3 * GAP,
        sorted({*facets, *(key("person", person) for person in document.people)}),
        facets,
        title,
        _vector(found, realm),
    )
    return Entry(row, frozenset(term_key(realm, term).decode() for term in found))


def facets_of(document: Document) -> list[str]:
    """Return the keys of a document that are counted among what was found, in one order."""
    keys = {key("kind", document.kind), key("lang", document.language), *(key("tag", tag) for tag in document.tags)}
    if document.category is not None:
        keys.add(key("category", document.category))
    if document.state is not None:
        keys.add(key("state", document.state))
    if document.is_closed:
        keys.add(CLOSED.decode())
    return sorted(keys)


def key(name: str, value: object) -> str:
    """Return the key of a filter. PostgreSQL holds no NUL; nobody can ask for one either."""
    return filter_key(name, value).decode().replace("\0", "")


def lexeme(term: str) -> str:
    """Return a term as PostgreSQL reads it in a vector or a query: whatever is in it, it is one word there."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def _vector(found: dict[str, list[str]], realm: str) -> str:
    return " ".join(f"{lexeme(f'{realm}:{term}')}:{','.join(places)}" for term, places in found.items())
