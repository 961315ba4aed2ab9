"""Searching for a viewer: the index finds ids, the community's own queries decide what of them she sees.

Where the index cannot be used the database is searched instead, and the page says so.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import structlog
from sqlalchemy import Row, literal, select, union_all

from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.queries.lists import QuestionRow, question_rows
from app.community.queries.visibility import answer_there, there
from app.db import db
from app.privacy.audiences import audiences_of
from app.prose.extract import plain_text
from app.prose.language import detect_language
from app.requests.models import HelpRequest
from app.search import fallback, spelling, synonyms, widening
from app.search.analysis import words
from app.search.answering import Suggestion, suggested_answer
from app.search.backend import MOST_HITS, Hits, IndexBusy, IndexStatus, IndexUnusable, SearchRequest, Sort, State
from app.search.documents import ARTICLE, CASE, PERSON, QUESTION, SERVICE
from app.search.engine import search_engine
from app.search.families import listed_once
from app.search.highlights import Marker, Piece
from app.search.mixing import having_all, is_little, some_of
from app.search.query_language import IS_VALUES, MOST_CHARACTERS, Filter, Query, parse
from app.search.showing import Other, audiences_of_cases, each_once, others
from app.search.standing import people_in, standing
from app.search.stop_words import ALL_STOP_WORDS
from app.search.typed import like_typed
from app.web.language import current_language

KINDS = frozenset({QUESTION})
ALL_KINDS = frozenset({QUESTION, ARTICLE, SERVICE, PERSON, CASE})
# Where sentences stand that may answer a search.
ANSWERING = frozenset({QUESTION, ARTICLE})
MOST_SIMILAR = 5
# As-you-type begins here; less says too little.
SHORTEST_TEXT = 10
# Of what is typed, more than this is not looked at.
LONGEST_TEXT = 2_000
_SORTS = {sort.value: sort for sort in Sort}

Source = Literal["index", "database"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Asked:
    """A search as the page asks for it: what was typed, and what was chosen beside it (empty is any)."""

    text: str
    state: str = ""
    category: str = ""
    tag: str = ""
    language: str = ""
    kind: str = ""
    sort: Sort = Sort.RELEVANCE
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Say whether anything was chosen beside the words."""
        return bool(self.state or self.category or self.tag or self.language or self.kind)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is asked for: neither words nor a filter, nor a kind, whose newest are found."""
        return not self.kind and self.query().is_empty

    @property
    def asks_for_language(self) -> bool:
        """Say whether a language was typed or chosen: what is found in it is then shown in no other."""
        return any(each.field == "lang" for each in self.query().filters)

    def address(self) -> dict[str, str]:
        """Return what is asked for under the names that its address has for it; `asked_in` reads it."""
        sort = "" if self.sort is Sort.RELEVANCE else self.sort.value
        chosen = {"kind": self.kind, "state": self.state, "category": self.category, "tag": self.tag}
        return {"q": self.text, **chosen, "language": self.language, "sort": sort}

    def query(self) -> Query:
        """Return what was typed and chosen as one query. Chosen filters do not count among the typed terms."""
        chosen = (("is", self.state), ("category", self.category), ("tag", self.tag), ("lang", self.language))
        typed = parse(self.text)
        return replace(typed, filters=typed.filters + tuple(Filter(name, value) for name, value in chosen if value))


@dataclass(frozen=True)
class Found:
    """One question as a page of results shows it: the row, its title and a passage in pieces; the passage may be an
    answer's, in another language than the question."""

    row: QuestionRow
    title: Sequence[Piece]
    passage: Sequence[Piece]
    passage_language: str
    kind: str = QUESTION

    @property
    def key(self) -> tuple[str, int]:
        return self.kind, self.row.id


@dataclass(frozen=True)
class SearchPage:
    """What a search gave. `meant` is how the words were read; `total` counts what the viewer may see, `facets` count it
    per field and value. `instead` is what to type where a word seems to be misspelt: it finds something. `found` are
    the questions, `results` all kinds together, the best first; `more` have some of the words,
    where few have all; `answer` are sentences that answer it, and `is_unanswered` says that they were looked for in
    vain. `with_all` is how many of `total` have all the words as they were meant; on the first page only."""

    meant: Query
    found: Sequence[Found] = ()
    total: int = 0
    all_words: bool = True
    is_complete: bool = True
    has_more: bool = False
    source: Source = "index"
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    instead: str = ""
    results: Sequence[Found | Other] = ()
    more: Sequence[Found | Other] = ()
    answer: Suggestion | None = None
    is_unanswered: bool = False
    with_all: int = 0
    took_ms: float = 0.0

    @property
    def has_only_stop_words(self) -> bool:
        """Say whether what was typed are words that stand everywhere, and nothing else."""
        typed = [set(words(term.text)) for term in self.meant.terms]
        return bool(typed) and not self.meant.filters and all(each <= ALL_STOP_WORDS for each in typed)


@dataclass(frozen=True)
class IndexHealth:
    """What operators see: the index, or why there is none."""

    status: IndexStatus | None
    problem: str = ""


def asked_in(given: Mapping[str, str]) -> Asked:
    """Return what an address asks for, by its names there. What is not one of the choices counts as not chosen."""
    language = given.get("language", "").lower()
    return Asked(
        text=given.get("q", "")[: 2 * MOST_CHARACTERS],
        state=IS_VALUES.get(given.get("state", ""), ""),
        category=given.get("category", "")[:60],
        tag=given.get("tag", "")[:60],
        kind=given.get("kind", "") if given.get("kind", "") in ALL_KINDS else "",
        language=language if language.isascii() and language.isalpha() and len(language) <= 3 else "",
        sort=_SORTS.get(given.get("sort", ""), Sort.RELEVANCE),
    )


def search_for(viewer: Actor, asked: Asked, *, size: int, kinds: frozenset[str] = KINDS) -> SearchPage:
    """Search what this viewer may see: questions, or these kinds."""
    started = time.monotonic()
    query = standing(asked.query())
    if asked.is_empty:
        return SearchPage(query)
    offset = (asked.page - 1) * size
    chosen = kinds & {asked.kind} if asked.kind else kinds
    if not chosen:
        return SearchPage(query)
    audiences = audiences_of(viewer)
    request = SearchRequest(
        query=query,
        audiences=audiences | audiences_of_cases(viewer) if CASE in chosen else audiences,
        kinds=chosen,
        people=people_in(query),
        sort=asked.sort,
        offset=offset,
        limit=size,
        with_facets=True,
        language=detect_language(query.words, current_language())[0],
    )
    try:
        frequencies, also_private = search_engine().frequencies, not viewer.is_visitor
        wider = widening.for_terms(query.terms, frequencies, synonyms.in_use(), also_private=also_private)
        request = replace(request, wider=wider)
        hits = search_engine().search(request)
        listed = listed_once(viewer, search_engine(), request, hits)
        instead = "" if offset else spelling.instead(asked.text, request)
        some = some_of(search_engine(), request) if kinds == ALL_KINDS and is_little(hits) else Hits()
        with_all = 0 if offset else having_all(search_engine(), request, hits, total=listed.total)
    except (IndexUnusable, IndexBusy) as error:
        log.warning("search_without_index", reason=str(error))
        return (
            _from_database(viewer, query, offset=offset, size=size)
            if QUESTION in chosen
            else SearchPage(query, source="database")
        )
    also = [each.text for alike in wider.values() for each in alike]
    keys = listed.keys
    further = [hit.key for hit in some.hits if hit.key not in keys][: max(size - len(keys), 0)]
    shown = _shown(viewer, query, [number for kind, number in (*keys, *further) if kind == QUESTION], also)
    found = [each for each in shown if each.key in keys]
    marker = Marker.of(query, also)
    language = "" if asked.asks_for_language else current_language()
    by_themselves = listed.articles | {hit.key.id for hit in some.hits if hit.key.kind == ARTICLE}
    beside = others(viewer, _by_kind([*keys, *further]), marker, language=language, by_themselves=by_themselves)
    known = {**{each.key: each for each in shown}, **beside}
    results = each_once(known[key] for key in keys if key in known)
    wanted = [term.text for term in query.terms if not term.is_excluded]
    is_first = not offset and kinds == ALL_KINDS and asked.sort is Sort.RELEVANCE
    may_be_answered = is_first and bool(wanted) and not chosen.isdisjoint(ANSWERING)
    answer = None
    if may_be_answered and hits.all_words:
        answer = suggested_answer(viewer, wanted, keys, marker, language=language)
    return SearchPage(
        meant=query,
        found=found,
        total=listed.total,
        all_words=hits.all_words,
        is_complete=listed.is_complete,
        has_more=min(listed.total, MOST_HITS) > offset + size,
        facets=_in_words_of_the_language(listed.facets),
        instead=instead,
        results=results,
        more=each_once([*results, *(known[key] for key in further if key in known)])[len(results) :],
        answer=answer,
        is_unanswered=may_be_answered and answer is None,
        with_all=with_all,
        took_ms=(time.monotonic() - started) * 1000,
    )


def similar_for(
    viewer: Actor, text: str, *, language: str, limit: int = MOST_SIMILAR, is_typing: bool = False
) -> list[QuestionRow]:
    """Return the questions most like a text that the viewer may see, best first; none for less than SHORTEST_TEXT."""
    if len(text.strip()) < SHORTEST_TEXT:
        return []
    hits = like_typed(viewer, text, kind=QUESTION, language=language, limit=limit, is_typing=is_typing)
    ids = _ids(hits) if hits is not None else fallback.find_similar(viewer, text, limit=limit)
    return question_rows(viewer, ids)


def related_to(viewer: Actor, question: Question) -> list[QuestionRow]:
    """Return the other questions most like one that the caller loaded for its viewer, best first."""
    text = f"{question.title}\n{question.excerpt}"[:LONGEST_TEXT]
    found = similar_for(viewer, text, language=question.request.language, limit=MOST_SIMILAR + 1)
    return [row for row in found if row.id != question.id][:MOST_SIMILAR]


def index_health() -> IndexHealth:
    """Return how the index is, without reading all of it."""
    try:
        return IndexHealth(search_engine().status())
    except (IndexUnusable, IndexBusy) as error:
        return IndexHealth(None, str(error))


def _by_kind(keys: Sequence[tuple[str, int]]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = {}
    for kind, number in keys:
        ids.setdefault(kind, []).append(number)
    return ids


def _from_database(viewer: Actor, query: Query, *, offset: int, size: int) -> SearchPage:
    ids = fallback.find(viewer, query)
    found = _shown(viewer, query, ids[offset : offset + size])
    return SearchPage(
        meant=query,
        found=found,
        results=found,
        total=len(ids),
        with_all=len(ids),
        is_complete=len(ids) < fallback.MOST_FOUND,
        has_more=len(ids) > offset + size,
        source="database",
    )


def _shown(viewer: Actor, query: Query, ids: Sequence[int], also: Sequence[str] = ()) -> list[Found]:
    rows = question_rows(viewer, ids)
    marker = Marker.of(query, also)
    titles = {row.id: marker.marked(row.title, row.language) for row in rows}
    passages = {row.id: marker.excerpt(row.excerpt, row.language) for row in rows}
    # Where the beginning of the question shows nothing, look into the texts: in one statement for all of them.
    languages = {row.id: row.language for row in rows}
    missing = [each for each, passage in passages.items() if passage is None]
    for each, source, html, language, _place in _texts(missing) if query.terms else ():
        # The source tells whether to look closer; what is shown is the text without its signs.
        if passages[each] is not None or not marker.ranges(source, language):
            continue
        if (passage := marker.excerpt(_on_one_line(html), language)) is not None:
            passages[each], languages[each] = passage, language
    return [Found(row, titles[row.id], passages[row.id] or [(row.excerpt, False)], languages[row.id]) for row in rows]


def _texts(ids: Sequence[int]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the texts of these questions as (question, source, HTML, language, place), each question's own before its
    answers'."""
    if not ids:
        return []
    columns = (Question.id, Question.body, Question.body_html, HelpRequest.language, literal(0).label("place"))
    own = select(*columns).join(HelpRequest, HelpRequest.id == Question.id).where(Question.id.in_(ids), there())
    answers = select(Answer.question_id, Answer.body, Answer.body_html, Answer.language, Answer.id)
    both = union_all(own, answers.where(Answer.question_id.in_(ids), answer_there()))
    return db.session.execute(both.order_by("place")).all()


def _on_one_line(html: str) -> str:
    return " ".join(plain_text(html).split())


def _in_words_of_the_language(facets: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Return the counts by the values one can ask for: what is accepted is also answered."""
    states = facets.get("state", {})
    asked_for = {
        "unanswered": states.get(State.OPEN, 0),
        "answered": states.get(State.ANSWERED, 0) + states.get(State.ACCEPTED, 0),
        "accepted": states.get(State.ACCEPTED, 0),
        "closed": facets.get("closed", {}).get("yes", 0),
    }
    return {**{name: dict(values) for name, values in facets.items()}, "state": asked_for}


def _ids(hits: Hits) -> list[int]:
    return [hit.key.id for hit in hits.hits if hit.key.kind == QUESTION]
