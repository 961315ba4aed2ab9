"""What the names in a search stand for: a tag by another name, a category by what it is called, people."""

from __future__ import annotations

from dataclasses import replace

from app.community.queries.shelves import standing_tags
from app.community.tags import tag_name
from app.search.fallback import people_called
from app.search.query_language import Query


def standing(query: Query) -> Query:
    """Return the query with other names of tags replaced by the names the tags stand under."""
    own = standing_tags({tag_name(each.value) for each in query.filters if each.field == "tag"})
    if not own:
        return query
    filters = (
        replace(each, value=own.get(tag_name(each.value), each.value)) if each.field == "tag" else each
        for each in query.filters
    )
    return replace(query, filters=tuple(dict.fromkeys(filters)))


def people_in(query: Query) -> dict[str, frozenset[int]]:
    """Return the ids of everybody who has a name that is asked for."""
    return {each.value: people_called(each.value) for each in query.filters if each.field == "author"}
