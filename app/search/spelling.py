"""What somebody may have meant where a word she typed stands nowhere: another one that finds something she may see.

The index may know words of texts that were deleted or hidden a moment ago. So a word is proposed only after a search
with it, in her eyes, found something, and only as it is written in a text that was found: what the index knows may be a
stem.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.db import db
from app.privacy.audiences import PUBLIC
from app.search.analysis import fold, index_language, stem
from app.search.backend import Hits, SearchRequest
from app.search.documents import documents_of
from app.search.engine import search_engine
from app.search.highlights import Marker
from app.search.query_language import Form, Query, Term, parse

MOST_TRIES = 3
# A word that was found stands in all of these, unless they changed since; the first that has it says how it is written.
LOOKED_THROUGH = 3


def instead(text: str, request: SearchRequest) -> str:
    """Return what to type instead of `text`, whose search is `request`; empty where nothing better is known.

    Raises what the engine raises.
    """
    guesses = list(_guesses(request))
    if guesses and request.audiences - {PUBLIC} and _stands_as_typed(request):
        return ""
    for term, word in guesses:
        query = _with(request.query, term, word)
        alone = replace(request, query=query, wider={}, offset=0, limit=LOOKED_THROUGH, with_facets=False)
        hits = search_engine().search(alone)
        if hits.total and hits.all_words and (spelt := _as_found(word, request, hits)):
            return str(_with(parse(text), term, spelt))
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


def _stands_as_typed(request: SearchRequest) -> bool:
    """Say whether something has the words as they were typed: what is for some only is no word that everybody knows."""
    typed = search_engine().search(replace(request, wider={}, offset=0, limit=1, with_facets=False))
    return bool(typed.total) and typed.all_words


def _with(query: Query, term: Term, word: str) -> Query:
    return replace(query, terms=tuple(replace(each, text=word) if each == term else each for each in query.terms))


def _as_found(word: str, request: SearchRequest, hits: Hits) -> str:
    """Return a word as the first of what was found has it, of any kind; empty where none has it any more."""
    for key in (hit.key for hit in hits.hits):
        for each in documents_of(db.session(), key.kind, [key.id]):
            texts = (each.title, each.body, each.answers) if each.audience in request.audiences else ()
            if spelt := next(filter(None, (_as_written(word, text, each.language) for text in texts)), ""):
                return spelt
    return ""


def _as_written(word: str, text: str, language: str) -> str:
    """Return the first word of a text that the index keeps as this one; empty where there is none."""
    rule = index_language(language)
    marker = Marker.of(Query((Term(Form.WORD, word),)))
    for line in text.splitlines():
        for start, end in marker.ranges(line, language):
            if stem(fold(line[start:end]), rule) in {word, stem(word, rule)}:
                return line[start:end].lower()
    return ""
