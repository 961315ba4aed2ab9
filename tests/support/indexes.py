"""An index of its own for each test that asks for one: the database is rolled back after a test, a folder is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.search import services
from app.search.whoosh_engine.engine import WhooshEngine


@pytest.fixture
def index(app, database, tmp_path) -> Iterator[WhooshEngine]:
    """Return the application's engine on an empty index. `make.fill()` puts in what the database has."""
    kept = app.extensions.get("samen.search")
    engine = WhooshEngine(tmp_path / "index")
    app.extensions["samen.search"] = engine
    services.rebuild()
    yield engine
    if kept is None:
        del app.extensions["samen.search"]
    else:
        app.extensions["samen.search"] = kept
