"""Articles in several languages among what was found: counted once, and listed once, where the best of them stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from app.actor import Actor
from app.community.models.shelves import Category
from app.db import db
from app.knowledge.models.articles import Article
from app.knowledge.queries.visibility import visible
from app.search.backend import MOST_HITS, DocumentKey, Hits, SearchEngine, SearchRequest, State
from app.search.documents import ARTICLE, VALIDATED


@dataclass(frozen=True)
class Listed:
    """One page of what was found. `total` and `facets` count an article once, in however many languages it was found;
    `total` is exact unless `is_complete` is false. `articles` are all that were found, each by words of its own."""

    keys: Sequence[DocumentKey]
    total: int
    is_complete: bool
    facets: Mapping[str, Mapping[str, int]]
    articles: frozenset[int]


@dataclass(frozen=True)
class _Member:
    family_id: int
    counted: tuple[tuple[str, str], ...]


def listed_once(viewer: Actor, engine: SearchEngine, request: SearchRequest, hits: Hits) -> Listed:
    """Return the page of `hits`, which `request` found with facets, with an article in several languages listed once.

    Where all that was found has one language it costs nothing; else one statement, and where articles stand on other
    pages a search for them alone. Raises what the engine raises.
    """
    keys = [hit.key for hit in hits.hits]
    plain = Listed(keys, hits.total, hits.is_complete, hits.facets, frozenset(_articles(keys)))
    there = hits.facets.get("kind", {}).get(ARTICLE, 0)
    if there < 2 or len(hits.facets.get("lang", {})) < 2:
        return plain
    is_whole = not request.offset and len(keys) == hits.total
    found = _articles(keys) if len(plain.articles) == there else _all_articles(engine, request)
    members = _members(viewer, found)
    surplus = len(members) - len({each.family_id for each in members.values()})
    unknown = there - len(found)
    listed = replace(
        plain,
        total=hits.total - surplus - max(unknown, 0),
        is_complete=hits.is_complete and unknown <= 0,
        articles=frozenset(found),
    )
    if not surplus:
        return listed
    if not is_whole:
        longer = replace(request, offset=0, limit=request.offset + request.limit + surplus, with_facets=False)
        keys = [hit.key for hit in engine.search(longer).hits]
    page = _once(keys, members)[request.offset : request.offset + request.limit]
    return replace(listed, keys=page, facets=_without_surplus(hits.facets, members.values()))


def _articles(keys: Iterable[DocumentKey]) -> list[int]:
    return [key.id for key in keys if key.kind == ARTICLE]


def _all_articles(engine: SearchEngine, request: SearchRequest) -> list[int]:
    alone = replace(request, kinds=frozenset({ARTICLE}), offset=0, limit=MOST_HITS, with_facets=False)
    return _articles(hit.key for hit in engine.search(alone).hits)


def _members(viewer: Actor, article_ids: Sequence[int]) -> dict[int, _Member]:
    """Return, of these articles, those the viewer may see: what each is in whatever language, and what counts it."""
    family = func.coalesce(Article.translation_of_id, Article.id)
    columns = select(Article.id, family, Article.validation, Category.slug, Article.tag_names)
    query = columns.outerjoin(Category, Category.id == Article.category_id)
    rows = db.session.execute(query.where(Article.id.in_(article_ids), visible(viewer)))
    return {row[0]: _Member(row[1], _counted(*row[2:])) for row in rows}


def _counted(validation: str, category: str | None, tags: Sequence[str]) -> tuple[tuple[str, str], ...]:
    state = State.ACCEPTED if validation in VALIDATED else State.ANSWERED
    shelf = (("category", category),) if category else ()
    return (("kind", ARTICLE), ("state", state), *shelf, *(("tag", each) for each in tags))


def _once(keys: Sequence[DocumentKey], members: Mapping[int, _Member]) -> list[DocumentKey]:
    seen: set[int] = set()
    kept = []
    for key in keys:
        member = members.get(key.id) if key.kind == ARTICLE else None
        if member is None or member.family_id not in seen:
            kept.append(key)
        if member is not None:
            seen.add(member.family_id)
    return kept


def _without_surplus(
    facets: Mapping[str, Mapping[str, int]], members: Iterable[_Member]
) -> Mapping[str, Mapping[str, int]]:
    """Return the counts with each article once per value. Those by language stay: who chooses one gets the article in
    it."""
    times = Counter((each.family_id, *value) for each in members for value in each.counted)
    counts = {name: dict(values) for name, values in facets.items()}
    for (_family, name, value), count in times.items():
        if value in counts.get(name, {}):
            counts[name][value] -= count - 1
    return counts
