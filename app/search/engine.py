"""The engine this installation searches with: one object per application, made when it is first asked for.

Unless another is named (SAMEN_SEARCH_ENGINE), it is on PostgreSQL the database's own full text, so that all web
processes and machines share one index, and on SQLite Whoosh, in files.
"""

from __future__ import annotations

import time

from flask import current_app
from sqlalchemy.engine import make_url

from app.config import Config
from app.search.backend import SearchEngine
from app.search.postgres_engine.engine import PostgresEngine
from app.search.tantivy_engine.engine import TantivyEngine
from app.search.whoosh_engine.engine import WhooshEngine

_PLACE, _COUNT_PLACE = "samen.search", "samen.search.documents"
# How rare a word is depends on the number of documents, which changes slowly.
COUNT_FRESH_S = 60.0


def search_engine() -> SearchEngine:
    """Return the engine; its index may be missing or damaged, which each of its methods tells."""
    extensions = current_app.extensions
    if _PLACE not in extensions:
        extensions[_PLACE] = engine_for(extensions["samen.config"])
    engine: SearchEngine = extensions[_PLACE]
    return engine


def document_count() -> int:
    """Return how many documents the index has, remembered for a minute. Raises what the engine raises."""
    kept: tuple[float, int] | None = current_app.extensions.get(_COUNT_PLACE)
    if kept is None or time.monotonic() - kept[0] > COUNT_FRESH_S:
        kept = (time.monotonic(), search_engine().status().documents)
        current_app.extensions[_COUNT_PLACE] = kept
    return kept[1]


def forget_count() -> None:
    """Count them anew at the next search of this process."""
    current_app.extensions.pop(_COUNT_PLACE, None)


def engine_for(config: Config) -> SearchEngine:
    """Return a new engine for an installation."""
    name = config.search_engine or make_url(config.database_url).get_backend_name()
    if name == "postgresql":
        return PostgresEngine()
    if name == "tantivy":
        return TantivyEngine(config.search_index)
    return WhooshEngine(config.search_index)
