"""Searching for a viewer: the index finds ids, the community's own queries decide what of them she sees.

Where the index cannot be used the database is searched instead, and the page says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import structlog
from sqlalchemy import select

from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.queries.lists import QuestionRow, question_rows
from app.community.queries.shelves import standing_tags
from app.community.queries.visibility import answer_there, there
from app.community.tags import tag_name
from app.db import db
from app.privacy.audiences import audiences_of
from app.prose.extract import plain_text
from app.requests.models import HelpRequest
from app.search import fallback, spelling
from app.search.backend import MOST_HITS, Hits, IndexBusy, IndexStatus, IndexUnusable, SearchRequest, Sort, State
from app.search.documents import QUESTION
from app.search.engine import search_engine
from app.search.highlights import Marker, Piece
from app.search.query_language import IS_VALUES, MOST_CHARACTERS, Filter, Query, parse

KINDS = frozenset({QUESTION})
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
    sort: Sort = Sort.RELEVANCE
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Say whether anything was chosen beside the words."""
        return bool(self.state or self.category or self.tag or self.language)

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


@dataclass(frozen=True)
class SearchPage:
    """What a search gave. `meant` is how the words were read; `total` counts what the viewer may see, `facets` count it
    per field and value. `instead` is what to type where a word seems to be misspelt: it finds something."""

    meant: Query
    found: Sequence[Found] = ()
    total: int = 0
    all_words: bool = True
    is_complete: bool = True
    has_more: bool = False
    source: Source = "index"
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    instead: str = ""


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
        language=language if language.isascii() and language.isalpha() and len(language) <= 3 else "",
        sort=_SORTS.get(given.get("sort", ""), Sort.RELEVANCE),
    )


def search_for(viewer: Actor, asked: Asked, *, size: int) -> SearchPage:
    """Search the questions this viewer may see."""
    query = _with_standing_tags(asked.query())
    if query.is_empty:
        return SearchPage(query)
    offset = (asked.page - 1) * size
    request = SearchRequest(
        query=query,
        audiences=audiences_of(viewer),
        kinds=KINDS,
        people={name: fallback.people_called(name) for name in _authors(query)},
        sort=asked.sort,
        offset=offset,
        limit=size,
        with_facets=True,
    )
    try:
        hits = search_engine().search(request)
        is_sure = offset or (hits.total and hits.all_words)
        instead = "" if is_sure else spelling.instead(viewer, asked.text, request)
    except (IndexUnusable, IndexBusy) as error:
        log.warning("search_without_index", reason=str(error))
        return _from_database(viewer, query, offset=offset, size=size)
    return SearchPage(
        meant=query,
        found=_shown(viewer, query, _ids(hits)),
        total=hits.total,
        all_words=hits.all_words,
        is_complete=hits.is_complete,
        has_more=min(hits.total, MOST_HITS) > offset + size,
        facets=_in_words_of_the_language(hits.facets),
        instead=instead,
    )


def similar_for(
    viewer: Actor, text: str, *, language: str, limit: int = MOST_SIMILAR, is_typing: bool = False
) -> list[QuestionRow]:
    """Return the questions most like a text that the viewer may see, best first; none for less than SHORTEST_TEXT."""
    if len(text.strip()) < SHORTEST_TEXT:
        return []
    try:
        audiences = audiences_of(viewer)
        hits = search_engine().similar(
            text, audiences=audiences, language=language, kinds=KINDS, limit=limit, is_typing=is_typing
        )
    except (IndexUnusable, IndexBusy) as error:
        log.warning("search_without_index", reason=str(error))
        return question_rows(viewer, fallback.find_similar(viewer, text, limit=limit))
    return question_rows(viewer, _ids(hits))


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


def _with_standing_tags(query: Query) -> Query:
    """Return the query with other names of tags replaced by the names the tags stand under."""
    own = standing_tags({tag_name(each.value) for each in query.filters if each.field == "tag"})
    if not own:
        return query
    filters = (
        replace(each, value=own.get(tag_name(each.value), each.value)) if each.field == "tag" else each
        for each in query.filters
    )
    return replace(query, filters=tuple(dict.fromkeys(filters)))


def _from_database(viewer: Actor, query: Query, *, offset: int, size: int) -> SearchPage:
    ids = fallback.find(viewer, query)
    return SearchPage(
        meant=query,
        found=_shown(viewer, query, ids[offset : offset + size]),
        total=len(ids),
        is_complete=len(ids) < fallback.MOST_FOUND,
        has_more=len(ids) > offset + size,
        source="database",
    )


def _shown(viewer: Actor, query: Query, ids: Sequence[int]) -> list[Found]:
    rows = question_rows(viewer, ids)
    marker = Marker.of(query)
    titles = {row.id: marker.marked(row.title, row.language) for row in rows}
    passages = {row.id: marker.excerpt(row.excerpt, row.language) for row in rows}
    # Where the beginning of the question shows nothing, look into the texts: one statement more for each kind.
    languages = {row.id: row.language for row in rows}
    for columns, condition in (
        ((Question.id, Question.body, Question.body_html, HelpRequest.language), there()),
        ((Answer.question_id, Answer.body, Answer.body_html, Answer.language), answer_there()),
    ):
        missing = [each for each, passage in passages.items() if passage is None]
        if not missing or not query.terms:
            break
        texts = select(*columns).where(columns[0].in_(missing), condition).order_by(columns[0])
        if columns[0] is Question.id:
            texts = texts.join(HelpRequest, HelpRequest.id == Question.id)
        for each, source, html, language in db.session.execute(texts):
            # The source tells whether to look closer; what is shown is the text without its signs.
            if passages[each] is not None or not marker.ranges(source, language):
                continue
            if (passage := marker.excerpt(_on_one_line(html), language)) is not None:
                passages[each], languages[each] = passage, language
    return [Found(row, titles[row.id], passages[row.id] or [(row.excerpt, False)], languages[row.id]) for row in rows]


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
    return [hit.key.id for hit in hits.hits]


def _authors(query: Query) -> set[str]:
    return {each.value for each in query.filters if each.field == "author"}
