"""Articles that fit what somebody is about to ask, found as search finds: over slips, compounds and synonyms."""

from __future__ import annotations

import structlog

from app.actor import Actor
from app.knowledge.queries import translations
from app.knowledge.queries.articles import ArticleRow, suggested_rows
from app.privacy.audiences import audiences_of
from app.search.backend import IndexBusy, IndexUnusable
from app.search.documents import ARTICLE
from app.search.engine import search_engine
from app.search.queries import SHORTEST_TEXT
from app.search.typed import wider_for
from app.web.language import current_language

# How much of what is typed an article has at least: in a longer text one shared word is chance.
MOST_ARTICLES, LEAST_FITTING = 3, 0.3

log = structlog.get_logger(__name__)


def articles_like(viewer: Actor, text: str, *, is_typing: bool = False) -> list[ArticleRow]:
    """Return the articles that fit a text and may be offered unasked, best first, in the reader's language where they
    are there in it; none for less than SHORTEST_TEXT, nor while the index cannot be asked.
    """
    if len(text.strip()) < SHORTEST_TEXT:
        return []
    language = current_language()
    try:
        hits = search_engine().similar(
            text,
            audiences=audiences_of(viewer),
            language=language,
            kinds=frozenset({ARTICLE}),
            limit=2 * MOST_ARTICLES,
            is_typing=is_typing,
            wider=wider_for(text, is_typing=is_typing),
        )
    except (IndexUnusable, IndexBusy) as error:
        log.warning("search_without_index", reason=str(error))
        return []
    rows = suggested_rows(viewer, [hit.key.id for hit in hits.hits if hit.coverage >= LEAST_FITTING])
    elsewhere = [row.id for row in rows if row.language != language]
    instead = translations.in_language(viewer, elsewhere, language) if elsewhere else {}
    told = {row.id: row for row in suggested_rows(viewer, instead.values())}
    once: dict[int, ArticleRow] = {}
    for row in rows:
        once.setdefault(row.family_id, told.get(instead.get(row.id, 0), row))
    return list(once.values())[:MOST_ARTICLES]
