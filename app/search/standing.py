"""What the names in a search stand for: a tag by another name, a category by what it is called, people."""

from __future__ import annotations

from dataclasses import replace

from app.community.queries.shelves import even_merged_categories, standing_tags
from app.community.tags import tag_name
from app.search.analysis import fold
from app.search.fallback import people_called
from app.search.query_language import Filter, Query


def standing(query: Query) -> Query:
    """Return the query with other names of tags and categories replaced by the names these stand under."""
    own = standing_tags({tag_name(each.value) for each in query.filters if each.field == "tag"})
    slugs = _slugs() if any(each.field == "category" for each in query.filters) else {}

    def standing_filter(each: Filter) -> Filter:
        if each.field == "tag":
            return replace(each, value=own.get(tag_name(each.value), each.value))
        return replace(each, value=slugs.get(fold(each.value), each.value)) if each.field == "category" else each

    if not (own or slugs):
        return query
    return replace(query, filters=tuple(dict.fromkeys(map(standing_filter, query.filters))))


def people_in(query: Query) -> dict[str, frozenset[int]]:
    """Return the ids of everybody who has a name that is asked for."""
    return {each.value: people_called(each.value) for each in query.filters if each.field == "author"}


def _slugs() -> dict[str, str]:
    """Return by what a category may be called, in any language and folded, the slug under which it stands."""
    known = even_merged_categories()
    slug_of = {each.id: each.slug for each in known}
    standing_slug = {each.id: slug_of[each.merged_into_id or each.id] for each in known}
    names = {fold(texts.get("name", "")): standing_slug[each.id] for each in known for texts in each.texts.values()}
    return {**names, **{fold(each.slug): standing_slug[each.id] for each in known}}
