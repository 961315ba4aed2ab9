"""How many things have all the words of a search, and what follows where few have: what has most of them, under a
heading of its own."""

from __future__ import annotations

from dataclasses import replace

from app.search.backend import Hits, SearchEngine, SearchRequest
from app.search.query_language import Form, of_text
from app.search.weighing import LEAST_COVERAGE

# Fewer than this are few: a first page of twenty has room for the others. A search of fewer words than that has no
# other that is nearly it.
FEW, LEAST_WORDS = 12, 3
MOST_MORE = 8


def is_little(hits: Hits) -> bool:
    """Say whether something has all the words, but little."""
    return 0 < hits.total < FEW and hits.all_words


def having_all(engine: SearchEngine, request: SearchRequest, hits: Hits, *, total: int) -> int:
    """Return how many of the `total` that `hits` counts have all the words as they were meant, none of them guessed; of
    a long text, how many on this page resemble it so much that they might be shown unasked.

    Where a slip was guessed it costs a search. Raises IndexUnusable.
    """
    if request.query.is_text:
        return sum(hit.coverage >= LEAST_COVERAGE for hit in hits.hits)
    if not hits.all_words or not any(each.is_guess for alike in request.wider.values() for each in alike):
        return total if hits.all_words else 0
    sure = {word: tuple(each for each in alike if not each.is_guess) for word, alike in request.wider.items()}
    again = engine.search(replace(request, wider=sure, offset=0, limit=1, with_facets=False))
    return again.total if again.all_words else 0


def some_of(engine: SearchEngine, request: SearchRequest) -> Hits:
    """Find what has most of the words of a search without filters and exclusions. Raises IndexUnusable."""
    query = request.query
    is_plain = all(term.form is Form.WORD and not term.is_excluded and not term.in_title for term in query.terms)
    if query.filters or request.offset or not is_plain or len(query.terms) < LEAST_WORDS:
        return Hits()
    return engine.search(replace(request, query=of_text(query.words), limit=MOST_MORE + FEW, with_facets=False))
