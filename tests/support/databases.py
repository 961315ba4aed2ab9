"""The application under test and its database: made once per run by the migrations, left by each test as it was found.

A test runs inside one outer transaction that is rolled back after it: `commit` inside only releases a savepoint. What
is saved in a transaction of its own while another is open (app.web.ledger) is lost when that other one rolls back;
tests about that, about threads or about crashes are marked `commits` and get a database of their own that really
commits.
"""

from __future__ import annotations

import contextlib
import contextvars
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.changes import watch_changes
from app.config import Config
from app.db import db, prepare_engine
from app.sitesettings.declare import DECLARED, forget_kept
from devtools.places import ROOT
from tests.support.clock import NOW

BASE_URL = "http://127.0.0.1:5000"


def create_app(config: Config) -> Flask:
    """Make the application, commands and all. It is imported here: a test of one package runs while another cannot."""
    from app.cli import with_commands
    from app.factory import create_app

    return with_commands(create_app(config))


@dataclass
class RunDatabase:
    """The databases of one run: `url` is the one tests share; `fresh()` gives migrated, empty ones that may change."""

    server: str  # URL of a PostgreSQL server; empty for SQLite
    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _made: list[str] = field(default_factory=list)

    def new(self, *, copy_of: str | None = None) -> str:
        """Return the URL of a new database: empty, or a copy of another that nobody is connected to."""
        name = f"samen_test_{os.getpid()}_{next(self._numbers)}"
        if not self.server:
            target = self.folder / f"{name}.db"
            if copy_of is not None:
                shutil.copyfile(sa.make_url(copy_of).database or "", target)
            return f"sqlite:///{target}"
        template = f' TEMPLATE "{sa.make_url(copy_of).database}"' if copy_of else ""
        self._on_server(f'CREATE DATABASE "{name}"{template}')
        self._made.append(name)
        return sa.make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def fresh(self) -> str:
        """Return the URL of a new copy of the migrated database."""
        return self.new(copy_of=self.template)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        name = sa.make_url(url).database or ""
        if not self.server:
            for suffix in ("", "-wal", "-shm"):
                Path(name + suffix).unlink(missing_ok=True)
        else:
            self._on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            self._made.remove(name)

    def close(self) -> None:
        """Remove what is left."""
        for name in list(self._made):
            self._on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def migrate(self, config: Config) -> None:
        """Make the template and the database that tests share, through the migrations."""
        self.template = self.new()
        app = create_app(replace(config, database_url=self.template))
        with app.app_context():
            flask_migrate.upgrade(directory=str(ROOT / "migrations"))
            db.engine.dispose()
        self.url = self.fresh()

    def _on_server(self, statement: str) -> None:
        engine = sa.create_engine(self.server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


@pytest.fixture(scope="session")
def test_config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Return the configuration of the application under test; nothing of the person's own environment is in it."""
    folder = tmp_path_factory.mktemp("installation")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SAMEN_")]:
            patch.delenv(name)
        patch.setenv("SAMEN_ENV", "test")
        patch.setenv("SAMEN_INSTANCE", str(folder / "instance"))
        patch.setenv("SAMEN_SEARCH_INDEX", str(folder / "search_index"))
        patch.setenv("SAMEN_SECRET_KEY", "a secret for tests only, the same in each run")
        patch.setenv("SAMEN_BASE_URL", BASE_URL)
        patch.setenv("SAMEN_KEPT_PAGES_MB", "0")
        return Config.from_environment()


@pytest.fixture(scope="session")
def run_database(test_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunDatabase]:
    """Make this run's database through the migrations."""
    made = RunDatabase(os.environ.get("TEST_DATABASE_URL", ""), tmp_path_factory.mktemp("databases"))
    try:
        made.migrate(test_config)
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def app(test_config: Config, run_database: RunDatabase) -> Iterator[Flask]:
    """Return the application. It is shared by the whole run: a test that changes it changes it back."""
    made = create_app(replace(test_config, database_url=run_database.url))
    made.test_client_class = Client
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def database(app: Flask, clock: object, request: pytest.FixtureRequest, run_database: RunDatabase) -> Iterator[Session]:
    """Return the test's own session, in an application context; everything is undone afterwards."""
    _forget_what_is_in_memory(app)
    begin = _own_database if request.node.get_closest_marker("commits") else _outer_transaction
    with app.app_context(), begin(run_database):
        yield db.session()
        db.session.remove()


@contextlib.contextmanager
def filled_database(app: Flask, run: RunDatabase, fill: Callable[[], object]) -> Iterator[str]:
    """Make a database that `fill` writes into, for tests that work `on_copy_of` it: what takes long is done once."""
    with app.app_context(), time_machine.travel(NOW, tick=False), _own_database(run, is_kept=True) as url:
        fill()
        db.session.commit()
    try:
        yield url
    finally:
        run.drop(url)


@contextlib.contextmanager
def on_copy_of(app: Flask, url: str) -> Iterator[Session]:
    """Give a session on a filled database, in an application context; everything is undone afterwards."""
    _forget_what_is_in_memory(app)
    with app.app_context(), at_database(url), _outer_transaction():
        yield db.session()
        db.session.remove()


def _forget_what_is_in_memory(app: Flask) -> None:
    """Let a test begin as if the application had just started: what it keeps beside the rows is of another test."""
    app.extensions.pop("samen.routing.state", None)
    app.extensions["samen.tallies"].clear()


@contextlib.contextmanager
def at_database(url: str) -> Iterator[sa.Engine]:
    """Work on another database in this application context, as the application would; what is written there stays."""
    engine = sa.create_engine(url)
    prepare_engine(engine)
    watch_changes(engine)
    db.session.remove()
    try:
        with _in_place(engine):
            yield engine
    finally:
        engine.dispose()


@pytest.fixture
def client(app: Flask, database: Session) -> FlaskClient:
    """Return a browser without JavaScript; ask `app.test_client()` for a second one."""
    return app.test_client()


class Client(FlaskClient):
    """Keeps a request apart from the test around it, as on a real server.

    The request gets an application context (`g`, session) of its own. What the test has prepared is made visible to it
    first, and what the test holds is read anew afterwards.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.commit()
        kwargs["buffered"] = True  # the whole answer, with its clean-up, belongs to the request
        answer: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        return answer


@dataclass
class Statements:
    """The SQL that ran, without the beginnings and ends of transactions."""

    texts: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.texts)

    def __str__(self) -> str:
        return "\n".join(self.texts)


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[Statements]]:
    """Return a context manager that counts: `with count_queries() as ran: …` then `assert ran.count <= 7, ran`."""
    return _counting


@contextlib.contextmanager
def _counting() -> Iterator[Statements]:
    ran = Statements()
    if has_app_context():
        forget_kept()
        next(iter(DECLARED.values())).value  # noqa: B018 (the settings, read every two seconds, belong to no page)

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")):
            ran.texts.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


@contextlib.contextmanager
def _outer_transaction(_run: RunDatabase | None = None) -> Iterator[None]:
    """Make everything in this application context use one connection, in one transaction that is rolled back."""
    engine = db.engines[None]
    with engine.connect() as connection, connection.begin() as outer, _in_place(connection):
        yield
        db.session.remove()
        outer.rollback()


@contextlib.contextmanager
def _own_database(run: RunDatabase, *, is_kept: bool = False) -> Iterator[str]:
    url = run.fresh()
    try:
        with at_database(url):
            yield url
    finally:
        if not is_kept:
            run.drop(url)


@contextlib.contextmanager
def _in_place(bind: Any) -> Iterator[None]:
    engines: dict[str | None, Any] = db.engines  # type: ignore[assignment]
    kept = engines[None]
    engines[None] = bind
    try:
        yield
    finally:
        db.session.remove()
        engines[None] = kept
