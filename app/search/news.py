"""What a search finds for who is told of it unasked, at the bell or in a feed: only what has all of its words.

The search page also shows what has some of the words, and what a slip may have meant; neither is news. Synonyms and
the parts of compounds count as the words themselves. While the index cannot be asked nothing is found: the database
knows too little of words for this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.actor import Actor
from app.privacy.audiences import audiences_of
from app.search import synonyms, widening
from app.search.analysis import words
from app.search.backend import MOST_HITS, Hits, SearchRequest, Sort
from app.search.engine import search_engine
from app.search.queries import Asked
from app.search.query_language import Filter, Form, Query, Term
from app.search.standing import people_in, standing
from app.search.wider import Wider


def newest(viewer: Actor, asked: Asked, *, kinds: frozenset[str], limit: int, within: Sequence[Filter] = ()) -> Hits:
    """Find what of these kinds has all words of a search, the newest first. Raises IndexUnusable and IndexBusy."""
    query = standing(_with_words(asked.query()))
    chosen = kinds & {asked.kind} if asked.kind else kinds
    if asked.is_empty or not chosen:
        return Hits()
    request = SearchRequest(
        query=replace(query, filters=(*query.filters, *within)),
        audiences=audiences_of(viewer),
        kinds=chosen,
        people=people_in(query),
        wider=_meant(query),
        sort=Sort.NEWEST,
        limit=limit,
    )
    hits = search_engine().search(request)
    return hits if hits.all_words else Hits()


def all_within(viewer: Actor, asked: Asked, *, kind: str, first: date, last: date) -> list[int]:
    """Return the ids of everything of a kind that has all words and was asked or published on these days, in no order.

    An engine shows MOST_HITS at most, so where there are more the days are looked at by halves; of a single day the
    newest MOST_HITS. Raises IndexUnusable and IndexBusy.
    """
    days = (Filter("after", first.isoformat()), Filter("before", (last + timedelta(days=1)).isoformat()))
    hits = newest(viewer, asked, kinds=frozenset({kind}), limit=MOST_HITS, within=days)
    if hits.total <= MOST_HITS or first >= last:
        return [hit.key.id for hit in hits.hits]
    middle = first + (last - first) // 2
    return [
        *all_within(viewer, asked, kind=kind, first=first, last=middle),
        *all_within(viewer, asked, kind=kind, first=middle + timedelta(days=1), last=last),
    ]


def _with_words(query: Query) -> Query:
    """Return the query of a long text as that of its words: what merely resembles it is no news."""
    if not query.is_text:
        return query
    return replace(query, terms=tuple(Term(Form.WORD, each) for each in dict.fromkeys(words(query.words))))


def _meant(query: Query) -> Wider:
    """Return what counts as the words of a query, without what a slip may have meant. Raises IndexUnusable."""
    wider = widening.for_terms(query.terms, search_engine().frequencies, synonyms.in_use())
    kept = {word: tuple(each for each in also if not each.is_guess) for word, also in wider.items()}
    return {word: also for word, also in kept.items() if also}
