"""Articles that fit what somebody is about to ask, found as search finds: over slips, compounds and synonyms."""

from __future__ import annotations

from app.actor import Actor
from app.knowledge.queries import translations
from app.knowledge.queries.articles import ArticleRow, suggested_rows
from app.search.documents import ARTICLE
from app.search.queries import SHORTEST_TEXT
from app.search.typed import like_typed
from app.web.language import current_language

# How much of what is typed an article has at least: in a longer text one shared word is chance.
MOST_ARTICLES, LEAST_FITTING = 3, 0.3


def articles_like(viewer: Actor, text: str, *, is_typing: bool = False) -> list[ArticleRow]:
    """Return the articles that fit a text and may be offered unasked, best first, in the reader's language where they
    are there in it; none for less than SHORTEST_TEXT, nor while the index cannot be asked.
    """
    if len(text.strip()) < SHORTEST_TEXT:
        return []
    language = current_language()
    hits = like_typed(viewer, text, kind=ARTICLE, language=language, limit=2 * MOST_ARTICLES, is_typing=is_typing)
    if hits is None:
        return []
    rows = suggested_rows(viewer, [hit.key.id for hit in hits.hits if hit.coverage >= LEAST_FITTING])
    elsewhere = [row.id for row in rows if row.language != language]
    instead = translations.in_language(viewer, elsewhere, language) if elsewhere else {}
    told = {row.id: row for row in suggested_rows(viewer, instead.values())}
    once: dict[int, ArticleRow] = {}
    for row in rows:
        once.setdefault(row.family_id, told.get(instead.get(row.id, 0), row))
    return list(once.values())[:MOST_ARTICLES]
