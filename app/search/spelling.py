"""What somebody may have meant where a word she typed stands nowhere: another one that finds something she may see.

The index may know words of texts that were deleted or hidden a moment ago. So a word is proposed only after a search
with it, in her eyes, found something, and in the spelling of the text that was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.actor import Actor
from app.community.queries.lists import question_rows
from app.search.analysis import LANGUAGES, fold, stem
from app.search.backend import SearchRequest
from app.search.engine import search_engine
from app.search.highlights import Marker
from app.search.query_language import Form, Query, Term, parse

MOST_TRIES = 3


def instead(viewer: Actor, text: str, request: SearchRequest) -> str:
    """Return what to type instead of `text`, whose search is `request`; empty where nothing better is known.

    Raises what the engine raises.
    """
    for term, word in _guesses(request):
        query = _with(request.query, term, word)
        alone = replace(request, query=query, wider={}, offset=0, limit=1, with_facets=False)
        hits = search_engine().search(alone)
        if not hits.total or not hits.all_words:
            continue
        for row in question_rows(viewer, [hit.key.id for hit in hits.hits]):
            spelt = _as_written(word, f"{row.title}\n{row.excerpt}", row.language)
            return str(_with(parse(text), term, spelt or word))
    return ""


def _guesses(request: SearchRequest) -> Iterator[tuple[Term, str]]:
    """Yield words for the first term that stands nowhere. With two such words, both are too unsure to guess."""
    for term in request.query.terms:
        if term.form is not Form.WORD or term.is_excluded:
            continue
        guesses = [each for each in request.wider.get(fold(term.text), ()) if each.is_guess]
        # Of what is for some only, every one: which there are must not push out one that she may see.
        meant = [each.text for each in guesses if not each.is_private][:MOST_TRIES]
        meant += [each.text for each in guesses if each.is_private]
        if meant:
            yield from ((term, word) for word in meant)
            return


def _with(query: Query, term: Term, word: str) -> Query:
    return replace(query, terms=tuple(replace(each, text=word) if each == term else each for each in query.terms))


def _as_written(word: str, text: str, language: str) -> str:
    """Return a word of the text that the index keeps as this one; empty where the text has none in its beginning."""
    for start, end in Marker.of(Query((Term(Form.WORD, word),))).ranges(text, language):
        written = fold(text[start:end])
        if any(stem(written, each) == stem(word, each) for each in LANGUAGES):
            return text[start:end].lower()
    return ""
