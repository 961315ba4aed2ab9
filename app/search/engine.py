"""The engine this installation searches with: one object per application, made when it is first asked for."""

from __future__ import annotations

from flask import current_app

from app.config import Config
from app.search.backend import SearchEngine
from app.search.whoosh_engine.engine import WhooshEngine

_PLACE = "samen.search"


def search_engine() -> SearchEngine:
    """Return the engine; its index may be missing or damaged, which each of its methods tells."""
    extensions = current_app.extensions
    if _PLACE not in extensions:
        config: Config = extensions["samen.config"]
        extensions[_PLACE] = WhooshEngine(config.search_index)
    engine: SearchEngine = extensions[_PLACE]
    return engine
