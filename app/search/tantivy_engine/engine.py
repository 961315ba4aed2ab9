"""The engine for large communities: asks a snapshot by Tantivy's queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from tantivy import DocAddress, Occur, Query, SearchResult

from app.search.backend import FACETS, MOST_HITS, Document, DocumentKey, Hit, Hits, SearchRequest, Sort
from app.search.clauses import Clause, by_realm, text_clauses
from app.search.file_engine import FileEngine, damage_told
from app.search.tantivy_engine import codec, parts
from app.search.tantivy_engine.asking import Terms, all_of, allowed, any_of
from app.search.tantivy_engine.parts import Snapshot
from app.search.weighing import SHARE_POWER, TITLE_WEIGHT, TITLE_WEIGHT_OF_TEXTS, essential, least_coverage, rarest

# So many more than the page are looked at: what weighs the same is ordered by its age, which Tantivy does not do.
MARGIN = 50
# Of what has only some of the words, so many of the best are weighed by how much of the words they have.
WEIGHED = 200
MOST_VALUES = 5_000
_ORDERS = {Sort.NEWEST: codec.CREATED, Sort.VOTES: codec.VOTES}

Conditions = Sequence[tuple[Occur, Query]]


class TantivyEngine(FileEngine[Snapshot]):
    """A SearchEngine on Tantivy, a library in Rust that lives in our processes."""

    name = "tantivy"

    def frequencies(self, keys: Collection[bytes]) -> Mapping[bytes, int]:
        with damage_told():
            searcher = self._snapshot().searcher
            counts = ((key, searcher.doc_freq(codec.WORDS, key.decode())) for key in keys)
            return {key: count for key, count in counts if count}

    def _open(self, raw_head: bytes, before: Snapshot | None) -> Snapshot:
        return Snapshot(self._root, raw_head, before)

    def _having(self, snapshot: Snapshot, request: SearchRequest) -> Hits:
        terms = Terms(snapshot, title_weight=TITLE_WEIGHT)
        conditions = allowed(snapshot.schema, request.query.filters, request)
        excluded = by_realm((term for term in request.query.terms if term.is_excluded), request.audiences)
        conditions += [(Occur.MustNot, terms.query(clause)) for each in excluded.values() for clause in each]
        wanted = [term for term in request.query.terms if not term.is_excluded]
        if not wanted:
            return _page(snapshot, request, Query.all_query(), conditions, has_text=False)
        clauses = by_realm(wanted, request.audiences, request.wider)
        whole = all_of(clauses, terms)
        hits = _page(snapshot, request, whole, conditions) if whole is not None else Hits()
        return hits if hits.total else _some(terms, request, clauses, conditions, least=0.0)

    def _resembling(self, snapshot: Snapshot, request: SearchRequest) -> Hits:
        terms = Terms(snapshot, title_weight=TITLE_WEIGHT_OF_TEXTS)
        chosen = rarest(text_clauses(request), terms.frequency, language=request.language)
        conditions = allowed(snapshot.schema, request.query.filters, request)
        return _some(terms, request, chosen, conditions, least=least_coverage(chosen, request))

    def _apply(self, snapshot: Snapshot, upserts: Sequence[Document], deletes: Sequence[DocumentKey]) -> None:
        parts.apply(self._root, snapshot, upserts, deletes)

    def _rebuild(self, documents: Iterable[Document]) -> int:
        return parts.rebuild(self._root, documents)

    def _versions(self, snapshot: Snapshot, kind: str) -> Mapping[int, int]:
        of_kind = Query.term_query(snapshot.schema, codec.FILTERS, f"kind:{kind}", "basic")
        found = snapshot.searcher.search(of_kind, max(snapshot.documents, 1), count=False)
        places = [place for _, place in found.hits]
        ids, versions = (_numbers(snapshot, name, places) for name in (codec.ID, codec.VERSION))
        return dict(zip(ids, versions, strict=True))


def _page(
    snapshot: Snapshot, request: SearchRequest, wanted: Query, conditions: Conditions, *, has_text: bool = True
) -> Hits:
    """Return what `wanted` finds under the conditions; everything found has all of it."""
    whole = Query.boolean_query([(Occur.Must, wanted), *conditions])
    end = min(request.offset + request.limit, MOST_HITS)
    by = _ORDERS.get(request.sort) if has_text else _ORDERS.get(request.sort, codec.CREATED)
    weight = codec.STANDING if by is None else None
    found = snapshot.searcher.search(whole, end + MARGIN, order_by_field=by, weight_by_field=weight)
    ranked = _ranked(snapshot, [(score, 1.0, place) for score, place in found.hits])
    return Hits(
        hits=_hits(snapshot, ranked[request.offset : end]),
        total=_count(found),
        facets=_facets(snapshot, whole) if request.with_facets else {},
    )


def _some(
    terms: Terms,
    request: SearchRequest,
    clauses: Mapping[str, Sequence[Clause]],
    conditions: Conditions,
    *,
    least: float,
) -> Hits:
    """Find what has some of the clauses of a language, and at least that share of their weight."""
    snapshot = terms.snapshot
    weighed = [
        [(clause, terms.weight(clause)) for clause in each]
        for each in clauses.values()
        if any(map(terms.frequency, each))
    ]
    if not weighed:
        return Hits()
    some = any_of([_some_of(terms, each, least) for each in weighed])
    shares = any_of([_shares(terms, each) for each in weighed])
    whole = Query.boolean_query([(Occur.Must, some), *conditions])
    end = min(request.offset + request.limit, MOST_HITS)
    by = _ORDERS.get(request.sort)
    weight_by = codec.STANDING if by is None else None
    wanted = max(WEIGHED, end + MARGIN)
    found = snapshot.searcher.search(whole, wanted, order_by_field=by, weight_by_field=weight_by)
    places = [place for _, place in found.hits]
    coverage = _coverage(snapshot, shares, places)
    candidates = [
        (score * share**SHARE_POWER if by is None else score, share, place)
        for (score, place), share in zip(found.hits, coverage, strict=True)
        if share >= least
    ]
    # Of more than were looked at, those left out are the least of them: the count is what has any of the words.
    total = len(candidates) if least else _count(found)
    counted = whole
    if least and request.with_facets:
        counted = _these(snapshot, [place for _, _, place in candidates])
    return Hits(
        hits=_hits(snapshot, _ranked(snapshot, candidates)[request.offset : end]),
        total=total,
        is_complete=not least or _count(found) <= wanted,
        all_words=not total,
        facets=_facets(snapshot, counted) if request.with_facets else {},
    )


def _some_of(terms: Terms, weighed: Sequence[tuple[Clause, float]], least: float) -> Query:
    """Return what finds documents with some of these clauses, but those that can only have less than that share."""
    needed = essential([weight for _, weight in weighed], least)
    queries = [terms.query(clause) for clause, _ in weighed]
    if all(needed):
        return _should(queries)
    heavy = _should([each for each, is_needed in zip(queries, needed, strict=True) if is_needed])
    light = [each for each, is_needed in zip(queries, needed, strict=True) if not is_needed]
    return Query.boolean_query([(Occur.Must, heavy), *((Occur.Should, each) for each in light)])


def _should(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, each) for each in queries])


def _shares(terms: Terms, weighed: Sequence[tuple[Clause, float]]) -> Query:
    """Return what scores a document by its share of the weight of these clauses."""
    possible = sum(weight for _, weight in weighed)
    return _should([Query.const_score_query(terms.query(clause), weight / possible) for clause, weight in weighed])


def _count(found: SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # the stubs of 0.27 forget it


def _coverage(snapshot: Snapshot, shares: Query, places: Sequence[DocAddress]) -> list[float]:
    """Return how much of the weight of a query each of these documents has."""
    if not places:
        return []
    these = _these(snapshot, places)
    found = snapshot.searcher.search(
        Query.boolean_query([(Occur.Must, shares), (Occur.Must, these)]), len(places), count=False
    )
    known = {(place.segment_ord, place.doc): share for share, place in found.hits}
    return [known.get((place.segment_ord, place.doc), 0.0) for place in places]


def _these(snapshot: Snapshot, places: Sequence[DocAddress]) -> Query:
    """Return what finds just these documents. They weigh nothing."""
    kinds, ids = (_numbers(snapshot, name, places) for name in (codec.KIND, codec.ID))
    keys = [codec.key_of(DocumentKey(codec.KINDS[kind], each)) for kind, each in zip(kinds, ids, strict=True)]
    found = Query.term_set_query(snapshot.schema, codec.KEY, keys) if keys else Query.empty_query()
    return Query.const_score_query(found, 0.0)


def _ranked(
    snapshot: Snapshot, candidates: Sequence[tuple[float, float, DocAddress]]
) -> list[tuple[float, float, DocAddress]]:
    """Order candidates by their score; equal scores come newest first."""
    created = _numbers(snapshot, codec.CREATED, [place for _, _, place in candidates])
    ids = _numbers(snapshot, codec.ID, [place for _, _, place in candidates])
    keyed = sorted(
        zip(candidates, created, ids, strict=True), key=lambda each: (each[0][0], each[1], each[2]), reverse=True
    )
    return [candidate for candidate, _, _ in keyed]


def _hits(snapshot: Snapshot, chosen: Sequence[tuple[float, float, DocAddress]]) -> tuple[Hit, ...]:
    places = [place for _, _, place in chosen]
    columns = [_numbers(snapshot, name, places) for name in (codec.KIND, codec.ID, codec.VERSION)]
    return tuple(
        Hit(DocumentKey(codec.KINDS[kind], number), version, score=float(score), coverage=min(share, 1.0))
        for (score, share, _), kind, number, version in zip(chosen, *columns, strict=True)
    )


def _numbers(snapshot: Snapshot, name: str, places: Sequence[DocAddress]) -> list[int]:
    return [int(value or 0) for value in snapshot.searcher.fast_field_values(name, list(places))]


def _facets(snapshot: Snapshot, query: Query) -> Mapping[str, Mapping[str, int]]:
    """Return field → value → in how many of the found documents, most frequent first."""
    asked = {"all": {"terms": {"field": codec.FACETS, "size": MOST_VALUES}}}
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for bucket in snapshot.searcher.aggregate(query, asked)["all"]["buckets"]:
        name, _, value = bucket["key"].partition(":")
        counts[name][value] += int(bucket["doc_count"])
    return {name: dict(counter.most_common()) for name, counter in counts.items()}
