"""The engine itself: reads the head, weighs the words, asks one statement, and tells what is missing or damaged."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, select, text, true
from sqlalchemy.exc import DataError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from app.db import own_session, transaction
from app.search.backend import (
    FACETS,
    MOST_HITS,
    Document,
    DocumentKey,
    Hit,
    Hits,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexStatus,
    SearchEngine,
    SearchRequest,
)
from app.search.clauses import Clause, by_realm, text_clauses
from app.search.postgres_engine import conditions, looking, writing
from app.search.postgres_engine.frequencies import COUNTS, Frequencies, counts_of, to_look_up
from app.search.postgres_engine.looking import RANKED, Shape
from app.search.postgres_engine.tables import DOCUMENTS, HEAD, WORDS
from app.search.weighing import TIME_LIMIT_S, least_coverage, rarest

Clauses = Mapping[str, Sequence[Clause]]
Ask = Callable[[Session, Row[Any], SearchRequest, Frequencies, Clauses, int | None], Hits]

_TIME_IS_UP = "57014"

_HEAD = select(
    HEAD,
    exists().select_from(DOCUMENTS).label("has_documents"),
    exists().select_from(WORDS).label("has_words"),
)
# With how often the words of a search stand, and its settings, which hold until its transaction ends. Reading the
# words of every row, or compiling a statement, is never worth it; and a plan made for other words may be one that does.
_HEAD_OF_SEARCH = _HEAD.add_columns(
    COUNTS.label("counts"),
    func.set_config("statement_timeout", bindparam("limit_ms"), True),
    func.set_config("enable_seqscan", "off", True),
    func.set_config("jit", "off", True),
    func.set_config("plan_cache_mode", "force_custom_plan", True),
)
_SIZE = text("SELECT sum(pg_total_relation_size(name)) FROM unnest(CAST(:names AS regclass[])) AS name")


class PostgresEngine(SearchEngine):
    """A SearchEngine in the tables of the application's database, shared by every process that works on it."""

    name = "postgresql"

    def __init__(self, *, time_limit_s: float = TIME_LIMIT_S) -> None:
        self._time_limit_s = time_limit_s
        self._writer: Session | None = None

    def search(self, request: SearchRequest) -> Hits:
        if request.is_empty:
            return Hits()
        if request.query.is_text:
            return self._within_time(_resembling, request, text_clauses(request))
        wanted = (term for term in request.query.terms if not term.is_excluded)
        return self._within_time(_having, request, by_realm(wanted, request.audiences, request.wider))

    def frequencies(self, keys: Collection[bytes]) -> Mapping[bytes, int]:
        if not keys:
            return {}
        with own_session() as session, _damage_told():
            return counts_of(session, keys)

    @contextmanager
    def writing(self) -> Iterator[None]:
        if self._writer is not None:
            yield
            return
        with own_session() as session, transaction(session):
            if not writing.is_locked(session):
                raise IndexBusy
            self._writer = session
            try:
                yield
            finally:
                self._writer = None

    def apply(self, upserts: Sequence[Document], deletes: Sequence[DocumentKey]) -> None:
        with self.writing(), _damage_told():
            assert self._writer is not None, "the lock is held"
            writing.apply(self._writer, _head(self._writer), upserts, deletes)

    def rebuild(self, documents: Iterable[Document]) -> int:
        with self.writing():
            assert self._writer is not None, "the lock is held"
            return writing.rebuild(self._writer, documents)

    def versions(self, kind: str) -> Mapping[int, int]:
        with own_session() as session, _damage_told():
            _head(session)
            columns = select(DOCUMENTS.c.document_id, DOCUMENTS.c.version).where(DOCUMENTS.c.kind == kind)
            return {row.document_id: row.version for row in session.execute(columns)}

    def check(self) -> IndexStatus:
        with own_session() as session, _damage_told():
            head = _head(session)
            if writing.totals(session, true()) != writing.told(head):
                raise IndexDamaged("the documents are not those that were written")
            if (session.scalar(select(func.sum(WORDS.c.documents))) or 0) != head.postings:
                raise IndexDamaged("the words are not those of the documents")
        return self.status()

    def status(self) -> IndexStatus:
        with own_session() as session, _damage_told():
            head = _head(session)
            names = [table.name for table in (DOCUMENTS, WORDS, HEAD)]
            return IndexStatus(
                engine=self.name,
                documents=head.documents,
                parts=1,
                size_bytes=int(session.execute(_SIZE, {"names": names}).scalar_one()),
                generation=head.generation,
                changed_at=head.changed_at,
            )

    def _within_time(self, ask: Ask, request: SearchRequest, clauses: Clauses) -> Hits:
        """Ask for everything; where that takes too long, for the first that are found, in no order."""
        started = time.monotonic()
        found = self._asked(ask, request, clauses, None, self._time_limit_s / 2)
        if found is None:
            found = self._asked(ask, request, clauses, MOST_HITS, self._time_limit_s / 4) or Hits()
            found = replace(found, is_complete=False)
        return replace(found, took_ms=(time.monotonic() - started) * 1000)

    def _asked(
        self, ask: Ask, request: SearchRequest, clauses: Clauses, most: int | None, limit_s: float
    ) -> Hits | None:
        """Ask in a transaction of its own; None when a statement takes longer than its time."""
        values = {"limit_ms": str(max(int(limit_s * 1000), 1)), **to_look_up(_every(clauses))}
        try:
            with own_session() as session, _damage_told():
                head = _usable(session.execute(_HEAD_OF_SEARCH, values).one_or_none())
                return ask(session, head, request, Frequencies(head.counts or {}, head.documents), clauses, most)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != _TIME_IS_UP:
                raise
            return None


def _having(
    session: Session, head: Row[Any], request: SearchRequest, known: Frequencies, clauses: Clauses, most: int | None
) -> Hits:
    excluded = (term for term in request.query.terms if term.is_excluded)
    further = conditions.further(request, by_realm(excluded, request.audiences))
    if all(term.is_excluded for term in request.query.terms):
        return _page(session, head, request, Shape(), {}, {}, further, most)
    complete = {realm: each for realm, each in clauses.items() if all(map(known.of, each))}
    if complete:
        is_common = sum(min(map(known.of, each)) for each in complete.values()) > RANKED
        has_titles = any(clause.in_title for clause in _every(complete))
        shape = Shape(has_words=not has_titles, is_common=is_common)
        given = {"words": conditions.tsquery(complete, " & ")}
        also = [conditions.has_all(complete)] if has_titles else []
        hits = _page(session, head, request, shape, given, complete, [*also, *further], most)
        if hits.total:
            return hits
    return _by_some(session, head, request, known, clauses, further, most, least=0.0)


def _resembling(
    session: Session, head: Row[Any], request: SearchRequest, known: Frequencies, clauses: Clauses, most: int | None
) -> Hits:
    chosen = rarest(clauses, known.of, language=request.language, most_places=looking.MOST_PLACES)
    further = conditions.further(request, {})
    return _by_some(session, head, request, known, chosen, further, most, least=least_coverage(chosen, request))


def _by_some(
    session: Session,
    head: Row[Any],
    request: SearchRequest,
    known: Frequencies,
    clauses: Clauses,
    further: Sequence[conditions.Condition],
    most: int | None,
    *,
    least: float,
) -> Hits:
    """Find what has some of the clauses, and at least that share of their weight; with 0, whatever has any."""
    clauses = {realm: each for realm, each in clauses.items() if each}
    finding, beside, rest = known.parted(clauses.values(), least)
    if not finding:
        return Hits()
    anywhere = {clause: weight for clause, weight in finding.items() if not clause.in_title}
    in_title = {clause: weight for clause, weight in finding.items() if clause.in_title}
    terms = {term: weight for clause, weight in (finding | beside).items() for term in conditions.terms(clause)}
    given = {
        "least": least,
        "enough": (least - rest) * (1 - 1e-5),
        "terms": list(terms),
        "weights": list(terms.values()),
        **_weighted("clauses", anywhere),
        **_weighted("title_clauses", in_title),
        **_weighted("beside", beside),
    }
    shape = Shape(is_some=True, has_titles=bool(in_title), has_beside=bool(beside))
    hits = _page(session, head, request, shape, given, clauses, further, most)
    return replace(hits, all_words=not hits.total)


def _weighted(name: str, clauses: Mapping[Clause, float]) -> dict[str, object]:
    """Return clauses and their weights as the values that `looking.page` asks for by this name."""
    return {name: [conditions.written([clause], "") for clause in clauses], f"{name}_weights": list(clauses.values())}


def _page(
    session: Session,
    head: Row[Any],
    request: SearchRequest,
    shape: Shape,
    given: Mapping[str, object],
    clauses: Clauses,
    further: Sequence[conditions.Condition],
    most: int | None,
) -> Hits:
    """Ask for what `shape` and `given` say, for this request; `clauses` are what to rank by, `most` is for haste."""
    shape = shape._replace(
        is_ranked=bool(clauses),
        is_hasty=most is not None,
        sort=request.sort,
        with_facets=request.with_facets,
        has_kinds=bool(request.kinds),
    )
    values = {
        **given,
        "any": conditions.tsquery(clauses, " | ", is_weighted=True),
        "every": conditions.tsquery(clauses, " & ", is_weighted=True),
        "average_length": max(head.lengths / max(head.documents, 1), 1.0),
        "audiences": sorted(request.audiences),
        "kinds": sorted(request.kinds),
        "offset": request.offset,
        "limit": max(min(request.offset + request.limit, MOST_HITS) - request.offset, 0),
        "most": most,
    }
    statement = looking.page(shape, further) if further else looking.plain_page(shape)
    return _hits(session.execute(statement, values).one())


def _every(clauses: Clauses) -> Iterator[Clause]:
    return chain.from_iterable(clauses.values())


def _hits(row: Row[Any, Any, Any]) -> Hits:
    """Read the row that `looking.page` asks for."""
    found, total, groups = row
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for keys, times in groups or ():
        for key in keys:
            name, _, value = key.partition(":")
            counts[name][value] += times
    hits = (
        Hit(DocumentKey(kind, number), version, score=score, coverage=min(coverage, 1.0))
        for kind, number, version, score, coverage in found or ()
    )
    facets = {name: dict(counter.most_common()) for name, counter in counts.items()}
    return Hits(hits=tuple(hits), total=total, facets=facets)


def _head(session: Session) -> Row[Any]:
    return _usable(session.execute(_HEAD).one_or_none())


def _usable(head: Row[Any] | None) -> Row[Any]:
    """Return the head of an index that can be used, as far as can be told without reading it."""
    if head is None:
        raise IndexMissing("there is no index")
    if head.made_by != writing.MADE_BY:
        raise IndexMissing("the index was made by another version")
    if (head.documents and not head.has_documents) or (head.postings and not head.has_words):
        raise IndexDamaged("what was written is gone")
    return head


@contextmanager
def _damage_told() -> Iterator[None]:
    """What a table or a page that is not as it should be raises becomes IndexDamaged; a lost connection does not."""
    try:
        yield
    except (ProgrammingError, InternalError, DataError) as error:
        raise IndexDamaged(f"{type(error.orig).__name__}: {error.orig}") from error
