"""The statements of a search: which rows are found, the best of them, how many there are and what they have in common.

Only a bounded number of rows is ranked: their words have to be read, which is slow. Where more are found, those with
the words in a short title come first, and only they are ranked.

A statement is made once for each Shape and then given its values by name: making it takes longer than asking it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    REAL,
    BindParameter,
    ColumnElement,
    Double,
    Integer,
    Select,
    Subquery,
    TableValuedAlias,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from app.search.backend import Sort
from app.search.postgres_engine.conditions import Condition, matches
from app.search.postgres_engine.tables import DOCUMENTS
from app.search.weighing import SHARE_POWER, TITLE_WEIGHT_OF_TEXTS

RANKED = 200
# Of what has only some of the words, fewer are ranked, because each of their words is counted; and of a text so many
# words are looked for as stand in so many documents together.
RANKED_BY_SOME, MOST_PLACES = 60, 8_000
K1, BM25_PENALTY = 1.2, 0.75
# What a word counts: in none of these, in answers, body, title.
WEIGHTS = (0.0, 0.2, 0.3, 1.0)
# How much a text longer than the average is held against it.
LENGTH_PENALTY = 0.6
# What a title is worth that has all the words, over its length, beside a text that has them together (docs/search.md).
WHOLE_TITLE = 20.0

# For ts_rank_cd: divide by the number of words (its normalization 2).
_OVER_LENGTH = 2

_D = DOCUMENTS.c


class Shape(NamedTuple):
    """What a statement asks, without the values.

    `has_words`: all of the tsquery :words. `is_some`: at least :least of the weight of the :clauses, each of which has
    its share of it in :clauses_weights; with `has_titles` also of the :title_clauses, in the title; with `has_beside`
    those :beside only count in what the others find, as far as it has :enough of these. `is_ranked`: by the tsqueries
    :any and :every. `is_common`: so many are found that it has to be guessed which to rank. `is_hasty`: only the first
    :most that are found.
    """

    has_words: bool = False
    is_some: bool = False
    has_titles: bool = False
    has_beside: bool = False
    is_ranked: bool = False
    is_common: bool = False
    is_hasty: bool = False
    sort: Sort = Sort.RELEVANCE
    with_facets: bool = False
    has_kinds: bool = False


@lru_cache(maxsize=256)
def plain_page(shape: Shape) -> Select[Any]:
    """Return the same as `page` without further conditions."""
    return page(shape, ())


def page(shape: Shape, conditions: Sequence[Condition]) -> Select[Any]:
    """Return one row: the hits of the page (kind, id, version, score, coverage), how many there are, the facets.

    The values to give, besides those of the shape: :audiences, :kinds, :average_length, :offset, :limit.
    """
    allowed = [_D.audience.in_(bindparam("audiences", expanding=True)), *conditions]
    if shape.has_kinds:
        allowed.append(_D.kind.in_(bindparam("kinds", expanding=True)))
    if shape.is_some:
        counted = _covered(shape, allowed)
        found = _described(counted, is_whole=shape.with_facets or shape.sort is not Sort.RELEVANCE)
    else:
        counted = found = _having_all(shape, allowed)
    rows = _hits(shape, found).offset(_number("offset")).limit(_number("limit")).cte("hits")
    of_hits = func.json_build_array(
        rows.c.kind, rows.c.document_id, rows.c.version, func.coalesce(rows.c.score, 0.0), rows.c.coverage
    )
    facets: ColumnElement[Any] = null()
    if shape.with_facets:
        groups = select(found.c.facets, func.count().label("times")).group_by(found.c.facets).subquery()
        pairs = func.json_build_array(groups.c.facets, groups.c.times)
        facets = select(func.json_agg(pairs)).scalar_subquery()
    return select(
        select(func.json_agg(of_hits)).scalar_subquery(),
        select(func.count()).select_from(counted).scalar_subquery(),
        facets,
    )


def _having_all(shape: Shape, allowed: Sequence[Condition]) -> CTE:
    """Return the documents that fulfil everything."""
    guess: ColumnElement[Any] = literal(0.0)
    if shape.is_ranked and shape.is_common:
        guess = (0.1 + func.ts_rank(_D.title, _tsquery("any"))) / _length()
    words = [matches(_D.words, bindparam("words"))] if shape.has_words else []
    found = _found(guess, literal(1.0)).where(*words, *allowed)
    return (found.limit(_number("most")) if shape.is_hasty else found).cte("found")


def _covered(shape: Shape, allowed: Sequence[Condition]) -> CTE:
    """Return the key and coverage of documents that have enough of the clauses.

    Each clause is looked up by itself, so that no document's words are read; but for those beside, which stand in so
    many documents that it is less to read the words of the few that may have enough.
    """
    columns = {"clauses": _D.words, **({"title_clauses": _D.title} if shape.has_titles else {})}
    together = union_all(*(_having_one(shape, given, column, allowed) for given, column in columns.items())).subquery()
    coverage = func.sum(together.c.weight)
    keys = (together.c.kind, together.c.document_id)
    enough = select(*keys, coverage.label("coverage")).group_by(*keys)
    least = bindparam("least", type_=REAL)
    if not shape.has_beside:
        return enough.having(coverage >= least).cte("covered")
    some = enough.having(coverage >= bindparam("enough", type_=REAL)).subquery()
    beside = _weighted("beside")
    rest = select(func.coalesce(func.sum(beside.c.weight), 0.0)).where(_D.words.bool_op("@@")(beside.c.clause))
    whole = some.c.coverage + rest.correlate(DOCUMENTS).scalar_subquery()
    joined = and_(_D.kind == some.c.kind, _D.document_id == some.c.document_id)
    counted = select(_D.kind, _D.document_id, whole.label("coverage")).select_from(some).join(DOCUMENTS, joined)
    these = counted.subquery()
    return select(these).where(these.c.coverage >= least).cte("covered")


def _having_one(shape: Shape, given: str, column: ColumnElement[str], allowed: Sequence[Condition]) -> Select[Any]:
    """Return the key of each document that has one of the clauses with that name, and what the clause weighs."""
    asked = _weighted(given)
    one = select(_D.kind, _D.document_id).where(column.bool_op("@@")(asked.c.clause), *allowed)
    found = (one.limit(_number("most")) if shape.is_hasty else one).correlate(asked).lateral()
    return select(found.c.kind, found.c.document_id, asked.c.weight).select_from(asked).join(found, true())


def _weighted(given: str) -> TableValuedAlias:
    """Return the clauses of that name with their weights, as rows: the statement is the same for any number."""
    clauses, weights = cast(bindparam(given), ARRAY(TSQUERY)), cast(bindparam(f"{given}_weights"), ARRAY(REAL))
    return func.unnest(clauses, weights).table_valued("clause", "weight").render_derived(given)


def _described(covered: CTE, *, is_whole: bool) -> CTE:
    """Return what was covered as rows like those of `_having_all`; only the best of them unless the whole is asked."""
    best = select(covered)
    if not is_whole:
        best = best.order_by(covered.c.coverage.desc(), covered.c.document_id.desc()).limit(RANKED_BY_SOME)
    these = best.subquery()
    joined = and_(_D.kind == these.c.kind, _D.document_id == these.c.document_id)
    return _found(these.c.coverage, these.c.coverage).select_from(these).join(DOCUMENTS, joined).cte("found")


def _found(guess: ColumnElement[Any], coverage: ColumnElement[Any]) -> Select[Any]:
    return select(
        _D.kind,
        _D.document_id,
        _D.version,
        _D.created_at,
        _D.votes,
        _D.facets,
        guess.label("guess"),
        coverage.label("coverage"),
    )


def _hits(shape: Shape, found: CTE) -> Select[Any]:
    """Return what was found with its score, in order."""
    newest = (found.c.created_at.desc(), found.c.document_id.desc())
    if shape.sort is Sort.RELEVANCE and shape.is_ranked:
        # Beyond those that are ranked, the others follow by the guess.
        place = func.row_number().over(order_by=(found.c.guess.desc(), *newest)).label("place")
        guessed = select(found, place).subquery()
        score = case((guessed.c.place <= RANKED, _score(shape, guessed)), else_=null()).label("score")
        return select(guessed, score).order_by(score.desc().nulls_last(), guessed.c.place)
    by_votes = (found.c.votes.desc(),) if shape.sort is Sort.VOTES else ()
    return select(found, literal(0.0).label("score")).order_by(*by_votes, *newest)


def _score(shape: Shape, one: Subquery) -> ColumnElement[Any]:
    """Return the score of one of the documents found: its words are read."""
    weights = cast(list(WEIGHTS), ARRAY(REAL))
    in_text = func.ts_rank_cd(weights, _D.words, _tsquery("every"))
    in_title = func.ts_rank_cd(weights, _D.title, _tsquery("every"), _OVER_LENGTH)
    text = in_text / _length() + WHOLE_TITLE * in_title
    # Words that are missing cost more than their own share: what has all words comes first.
    score = (_weighed() if shape.is_some else text) * _D.standing * func.power(one.c.coverage, SHARE_POWER)
    return select(score).where(_D.kind == one.c.kind, _D.document_id == one.c.document_id).scalar_subquery()


def _weighed() -> ColumnElement[Any]:
    """Return BM25 of what has some of the words, as the other engines count it: over all words and over the title."""
    held = func.unnest(_D.words).table_valued("lexeme", "positions", "weights").render_derived()
    wanted = func.unnest(cast(bindparam("terms"), ARRAY(Text)), cast(bindparam("weights"), ARRAY(REAL)))
    asked = wanted.table_valued("term", "weight").render_derived("asked")
    times = cast(func.cardinality(held.c.positions), REAL)
    in_title = cast(func.cardinality(func.array_positions(held.c.weights, "A")), REAL)
    counted = times / (times + K1 * _length(BM25_PENALTY)) + TITLE_WEIGHT_OF_TEXTS * in_title / (in_title + K1)
    found = select(func.sum(asked.c.weight * counted)).select_from(held.join(asked, asked.c.term == held.c.lexeme))
    # What has only the beginning of a word that is being typed has none of the words.
    return func.coalesce(found.correlate(DOCUMENTS).scalar_subquery(), 0.01)


def _length(penalty: float = LENGTH_PENALTY) -> ColumnElement[Any]:
    """Return how much a text is held to be too long: 1 for an average one."""
    return (1 - penalty) + penalty * _D.length / bindparam("average_length", type_=Double)


def _number(name: str) -> BindParameter[int]:
    return bindparam(name, type_=Integer)


def _tsquery(name: str) -> ColumnElement[Any]:
    return cast(bindparam(name), TSQUERY)
