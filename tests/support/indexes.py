"""An index of its own for each test that asks for one: the database is rolled back after a test, a folder is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.db import db
from app.search import services
from app.search.backend import SearchEngine
from app.search.engine import engine_for
from app.search.postgres_engine.tables import HEAD
from app.search.whoosh_engine.engine import WhooshEngine


@pytest.fixture
def engine_name() -> str:
    """Name the engine under test: "" is the one that goes with this run's database."""
    return ""


@pytest.fixture
def make_engine(app: Flask, database: Session, tmp_path: Path, engine_name: str) -> Callable[[], SearchEngine]:
    """Return a maker of engines that search one index; before the first there is none."""
    config = replace(app.extensions["samen.config"], search_index=tmp_path / "index", search_engine=engine_name)
    return lambda: engine_for(config)


@pytest.fixture
def index(app: Flask, make_engine: Callable[[], SearchEngine]) -> Iterator[SearchEngine]:
    """Return the application's engine on an empty index. `make.fill()` puts in what the database has."""
    with _searched_by(app, make_engine()) as engine:
        yield engine


@pytest.fixture
def files_index(app: Flask, database: Session, tmp_path: Path) -> Iterator[SearchEngine]:
    """Return the embedded engine as the application's, whatever the database: for tests about its files."""
    with _searched_by(app, WhooshEngine(tmp_path / "index")) as engine:
        yield engine


def lose_index(folder: Path) -> None:
    """Take away what says that there is an index."""
    (folder / "index" / "head").unlink(missing_ok=True)
    db.session.execute(sa.delete(HEAD))
    db.session.commit()


@contextmanager
def _searched_by(app: Flask, engine: SearchEngine) -> Iterator[SearchEngine]:
    kept = app.extensions.get("samen.search")
    app.extensions["samen.search"] = engine
    services.rebuild()
    yield engine
    if kept is None:
        del app.extensions["samen.search"]
    else:
        app.extensions["samen.search"] = kept
