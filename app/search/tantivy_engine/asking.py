"""From clauses and filters to Tantivy's queries, put together of parts; its own query language is never used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import tantivy
from tantivy import Occur, Query

from app.search.backend import SearchRequest
from app.search.clauses import STATES, Alternative, Clause, Phrase, Prefix, Together, filter_key, in_public
from app.search.query_language import ONE_OF, Filter, moment
from app.search.tantivy_engine.codec import CREATED, FILTERS, TITLE, WORDS
from app.search.tantivy_engine.parts import Snapshot
from app.search.weighing import idf

# Prefixes: of the terms that begin so, the most frequent are used.
MOST_EXPANSIONS = 50


class Terms:
    """What the index of one snapshot knows of terms. Made for one search."""

    def __init__(self, snapshot: Snapshot, *, title_weight: float) -> None:
        self.snapshot = snapshot
        self._title_weight = title_weight
        self._expansions: dict[bytes, list[tuple[str, int]]] = {}

    def frequency(self, clause: Clause) -> int:
        """Return in how many documents a clause stands at most; 0 where it stands nowhere."""
        return sum(map(self._of, clause.alternatives))

    def weight(self, clause: Clause) -> float:
        """Return what a clause weighs, by how many documents that everybody may read have it."""
        return idf(self.frequency(in_public(clause)), of=self.snapshot.documents)

    def expansions(self, start: bytes) -> list[tuple[str, int]]:
        """Return the most frequent terms that begin so, and in how many documents each stands."""
        if start not in self._expansions:
            found = self.snapshot.searcher.terms_with_prefix(WORDS, start.decode(), limit=MOST_EXPANSIONS)
            self._expansions[start] = found
        return self._expansions[start]

    def query(self, clause: Clause) -> Query:
        """Return what finds a clause and weighs it: the best of its alternatives, more where one is in the title."""
        titles = self._best(clause, TITLE)
        if clause.in_title:
            return titles
        words = self._best(clause, WORDS)
        return Query.boolean_query(
            [(Occur.Must, words), (Occur.Should, Query.boost_query(titles, self._title_weight))],
        )

    def _best(self, clause: Clause, field: str) -> Query:
        found = [each for alternative in clause.alternatives for each in self._queries(alternative, field)]
        best = found[0] if len(found) == 1 else Query.disjunction_max_query(found)
        # Tantivy weighs a word by all documents that have it: in what is for some only, that is not for all to know.
        return best if in_public(clause) is clause else Query.const_score_query(best, self.weight(clause))

    def _of(self, alternative: Alternative) -> int:
        if isinstance(alternative, Prefix):
            return sum(count for _, count in self.expansions(alternative.start))
        return min(self.snapshot.searcher.doc_freq(WORDS, term.decode()) for term in _terms(alternative))

    def _queries(self, alternative: Alternative, field: str) -> list[Query]:
        schema = self.snapshot.schema
        if isinstance(alternative, Prefix):
            terms = [term for term, _ in self.expansions(alternative.start)]
            found = [Query.term_query(schema, field, term, "freq") for term in terms] or [Query.empty_query()]
        elif isinstance(alternative, Together):
            each = [Query.term_query(schema, field, term.decode(), "freq") for term in alternative.terms]
            # Together they count as one word: as much as the mean of them.
            every = Query.boolean_query([(Occur.Must, query) for query in each])
            found = [Query.boost_query(every, 1 / len(each))]
        elif len(alternative.terms) == 1:
            found = [Query.term_query(schema, field, alternative.terms[0][1].decode(), "freq")]
        else:
            places: list[str | tuple[int, str]] = [(distance, term.decode()) for distance, term in alternative.terms]
            found = [Query.phrase_query(schema, field, places)]
        return found if alternative.weight == 1 else [Query.boost_query(each, alternative.weight) for each in found]


def _terms(alternative: Phrase | Together) -> tuple[bytes, ...]:
    return alternative.terms if isinstance(alternative, Together) else tuple(term for _, term in alternative.terms)


def all_of(clauses: Mapping[str, Sequence[Clause]], terms: Terms) -> Query | None:
    """Return what finds documents that have every clause of one realm; None where no realm can have them."""
    whole = [
        Query.boolean_query([(Occur.Must, terms.query(clause)) for clause in each])
        for each in clauses.values()
        if all(map(terms.frequency, each))
    ]
    return any_of(whole) if whole else None


def any_of(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, each) for each in queries])


def allowed(schema: tantivy.Schema, asked: Sequence[Filter], request: SearchRequest) -> list[tuple[Occur, Query]]:
    """Return the conditions beside the words: what this viewer may know and has asked for. They weigh nothing."""
    conditions = [(Occur.Must, _any(schema, (filter_key("audience", each) for each in request.audiences)))]
    if request.kinds:
        conditions.append((Occur.Must, _any(schema, (filter_key("kind", kind) for kind in request.kinds))))
    for each in asked:
        if each.is_excluded:
            conditions.append((Occur.MustNot, _having(schema, [each], request)))
        elif each.field not in ONE_OF:
            conditions.append((Occur.Must, _having(schema, [each], request)))
    for name in ONE_OF:
        same = [each for each in asked if each.field == name and not each.is_excluded]
        if same:
            conditions.append((Occur.Must, _having(schema, same, request)))
    return [(occur, Query.const_score_query(query, 0.0)) for occur, query in conditions]


def _having(schema: tantivy.Schema, asked: Sequence[Filter], request: SearchRequest) -> Query:
    """Return what finds documents with one of the values."""
    return any_of([_one(schema, each, request) for each in asked])


def _one(schema: tantivy.Schema, asked: Filter, request: SearchRequest) -> Query:
    match asked.field:
        case "author":
            return _any(schema, (filter_key("person", each) for each in request.people.get(asked.value, ())))
        case "is":
            return _any(schema, STATES[asked.value])
        case "before" | "after":
            first = moment(asked.value)
            assert first is not None, "the query language lets no other value through"
            seconds = int(first.timestamp())
            kind = tantivy.FieldType.Integer
            if asked.field == "before":
                return Query.range_query(schema, CREATED, kind, upper_bound=seconds, include_upper=False)
            return Query.range_query(schema, CREATED, kind, lower_bound=seconds)
        case name:
            return _any(schema, [filter_key(name, asked.value)])


def _any(schema: tantivy.Schema, keys: Iterable[bytes]) -> Query:
    wanted = sorted({key.decode() for key in keys})
    return Query.term_set_query(schema, FILTERS, wanted) if wanted else Query.empty_query()
