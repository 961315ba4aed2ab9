"""What follows where few things have all the words of a search: what has most of them, under a heading of its own."""

from __future__ import annotations

from dataclasses import replace

from app.search.backend import Hits, SearchEngine, SearchRequest
from app.search.query_language import Form, of_text

# Fewer than this are few: a first page of twenty has room for the others. A search of fewer words than that has no
# other that is nearly it.
FEW, LEAST_WORDS = 12, 3
MOST_MORE = 8


def is_little(hits: Hits) -> bool:
    """Say whether something has all the words, but little."""
    return 0 < hits.total < FEW and hits.all_words


def some_of(engine: SearchEngine, request: SearchRequest) -> Hits:
    """Find what has most of the words of a search without filters and exclusions. Raises IndexUnusable."""
    query = request.query
    is_plain = all(term.form is Form.WORD and not term.is_excluded and not term.in_title for term in query.terms)
    if query.filters or request.offset or not is_plain or len(query.terms) < LEAST_WORDS:
        return Hits()
    return engine.search(replace(request, query=of_text(query.words), limit=MOST_MORE + FEW, with_facets=False))
