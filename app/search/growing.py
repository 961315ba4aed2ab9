"""When a community has outgrown its search engine: the sizes up to which each answers fast enough."""

from __future__ import annotations

from app.search.backend import IndexStatus

# Documents up to which an engine is expected to be fast enough; a question with its answers is one, about three posts.
# Read off between the sizes that ./dev bench engines measured (docs/search.md); of Tantivy we reached none.
MOST_DOCUMENTS = {"whoosh": 10_000, "postgresql": 30_000}


def is_outgrown(status: IndexStatus) -> bool:
    """Say whether another engine would serve this many documents better."""
    return status.documents > MOST_DOCUMENTS.get(status.engine, status.documents)
