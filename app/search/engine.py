"""The engine this installation searches with: one object per application, made when it is first asked for.

Unless another is named (SAMEN_SEARCH_ENGINE), it is on PostgreSQL the database's own full text, so that all web
processes and machines share one index, and on SQLite Whoosh, in files.
"""

from __future__ import annotations

from flask import current_app
from sqlalchemy.engine import make_url

from app.config import Config
from app.search.backend import SearchEngine
from app.search.postgres_engine.engine import PostgresEngine
from app.search.tantivy_engine.engine import TantivyEngine
from app.search.whoosh_engine.engine import WhooshEngine

_PLACE = "samen.search"


def search_engine() -> SearchEngine:
    """Return the engine; its index may be missing or damaged, which each of its methods tells."""
    extensions = current_app.extensions
    if _PLACE not in extensions:
        extensions[_PLACE] = engine_for(extensions["samen.config"])
    engine: SearchEngine = extensions[_PLACE]
    return engine


def engine_for(config: Config) -> SearchEngine:
    """Return a new engine for an installation."""
    name = config.search_engine or make_url(config.database_url).get_backend_name()
    if name == "postgresql":
        return PostgresEngine()
    if name == "tantivy":
        return TantivyEngine(config.search_index)
    return WhooshEngine(config.search_index)
