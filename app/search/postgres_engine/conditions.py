"""From clauses and filters to conditions on rows. Whatever a person typed reaches PostgreSQL as a bound value.

A tsquery is written here, from terms that our analysis made, each quoted; nothing reads what was typed as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import BindParameter, ColumnElement, and_, cast, false, literal, not_, or_, select, tuple_
from sqlalchemy.dialects.postgresql import TSQUERY

from app.search.backend import SearchRequest
from app.search.clauses import STATES, Alternative, Clause, Prefix, Together
from app.search.postgres_engine.tables import DOCUMENTS
from app.search.postgres_engine.vectors import key, lexeme
from app.search.query_language import ONE_OF, Filter, moment

Condition = ColumnElement[bool]


def further(request: SearchRequest, excluded: Mapping[str, Sequence[Clause]]) -> list[Condition]:
    """Return what a document must fulfil beside audience, kind and words: the filters, and none of the excluded.

    `excluded` are realm → clauses.
    """
    asked = request.query.filters
    conditions: list[Condition] = [not_(_of_filter(each, request)) for each in asked if each.is_excluded]
    conditions += [_of_filter(each, request) for each in asked if not each.is_excluded and each.field not in ONE_OF]
    for name in ONE_OF:
        same = [_of_filter(each, request) for each in asked if each.field == name and not each.is_excluded]
        if same:
            conditions.append(or_(*same))
    if excluded:
        # Found by the index; asked of each row, its words would have to be read.
        having = or_(*(_has(clause) for clauses in excluded.values() for clause in clauses))
        own = tuple_(DOCUMENTS.c.kind, DOCUMENTS.c.document_id)
        conditions.append(own.not_in(select(DOCUMENTS.c.kind, DOCUMENTS.c.document_id).where(having)))
    return conditions


def has_all(by_realm: Mapping[str, Sequence[Clause]]) -> Condition:
    """Say whether a document has every clause of its realm, where some have to be in the title.

    Only its own realm's terms are in a document. For a clause in the title only the few words of that are asked.
    """
    return or_(*(and_(*map(_has, clauses)) for clauses in by_realm.values()))


def matches(column: ColumnElement[str], tsquery: BindParameter[str]) -> Condition:
    """Say whether a vector matches the tsquery that is bound."""
    return column.bool_op("@@")(cast(tsquery, TSQUERY))


def tsquery(by_realm: Mapping[str, Sequence[Clause]], sign: str, *, is_weighted: bool = False) -> str:
    """Return a tsquery of all clauses, those of one realm joined by ` & ` or ` | `."""
    return _any_of(written(clauses, sign, is_weighted=is_weighted) for clauses in by_realm.values())


def written(clauses: Sequence[Clause], sign: str, *, is_weighted: bool = False) -> str:
    """Return clauses in the words of a tsquery. With `is_weighted` a clause in the title is only found there."""
    return sign.join(
        _any_of(_of_alternative(each, clause, is_weighted) for each in clause.alternatives) for clause in clauses
    )


def terms(clause: Clause) -> list[str]:
    """Return the words of a clause as they lie in a vector; nobody knows those of a beginning."""
    found: list[str] = []
    for each in clause.alternatives:
        if isinstance(each, Together):
            found += [term.decode() for term in each.terms]
        elif not isinstance(each, Prefix):
            found += [term.decode() for _, term in each.terms]
    return found


def _any_of(parts: Iterable[str]) -> str:
    return "(" + " | ".join(f"({part})" for part in parts) + ")"


def _of_alternative(alternative: Alternative, clause: Clause, is_weighted: bool) -> str:
    weight = "A" if is_weighted and clause.in_title else ""
    if isinstance(alternative, Prefix):
        return f"{lexeme(alternative.start.decode())}:*{weight}"
    if isinstance(alternative, Together):
        return " & ".join(lexeme(term.decode()) + (f":{weight}" if weight else "") for term in alternative.terms)
    made, before = "", 0
    for place, term in alternative.terms:
        one = lexeme(term.decode()) + (f":{weight}" if weight else "")
        made += f" <{place - before}> {one}" if made else one
        before = place
    return made


def _has(clause: Clause) -> Condition:
    column = DOCUMENTS.c.title if clause.in_title else DOCUMENTS.c.words
    return matches(column, literal(written([clause], "")))


def _of_filter(asked: Filter, request: SearchRequest) -> Condition:
    return _CONDITIONS[asked.field](asked, request)


def _by_value(asked: Filter, _request: SearchRequest) -> Condition:
    return _has_key(key(asked.field, asked.value))


def _by_person(asked: Filter, request: SearchRequest) -> Condition:
    people = request.people.get(asked.value, frozenset())
    return _has_key(*(key("person", person) for person in sorted(people))) if people else false()


def _by_state(asked: Filter, _request: SearchRequest) -> Condition:
    return _has_key(*(each.decode() for each in STATES[asked.value]))


def _before(asked: Filter, _request: SearchRequest) -> Condition:
    return DOCUMENTS.c.created_at < moment(asked.value)


def _after(asked: Filter, _request: SearchRequest) -> Condition:
    return DOCUMENTS.c.created_at >= moment(asked.value)


def _has_key(*keys: str) -> Condition:
    return DOCUMENTS.c.filters.overlap(list(keys))


_CONDITIONS: dict[str, Callable[[Filter, SearchRequest], Condition]] = {
    "tag": _by_value,
    "category": _by_value,
    "lang": _by_value,
    "author": _by_person,
    "is": _by_state,
    "before": _before,
    "after": _after,
}
