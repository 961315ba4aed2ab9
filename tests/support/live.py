"""A whole installation in processes of its own: web, worker, database and index, as ./dev run starts them.

`live_server` is shared by the run; a test that kills processes or needs an empty community takes `start_server`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.config import Config
from app.db import db, transaction
from app.web.request_log import configure_logging
from devtools import environment, running
from devtools.listening import address, listen
from devtools.supervisor import Service, Supervisor, start, sweep
from tests.support.databases import RunDatabase, create_app

WAITS_AT_MOST_S = 60.0


@dataclass
class LiveServer:
    """A running installation. `app` works on the same database from within the test's own process."""

    url: str
    app: Flask
    config: Config
    supervisor: Supervisor

    @contextlib.contextmanager
    def rows(self) -> Iterator[Session]:
        """Open a transaction on the installation's database: `with live_server.rows() as session: …`."""
        with self.app.app_context():
            with transaction() as session:
                yield session
            db.session.remove()

    def kill(self, name: str) -> None:
        """End "web" or "worker" with all its processes at once, as a power cut would."""
        process = self.supervisor.children[name].process
        sweep(process.pid)
        process.wait()

    def pause(self, name: str) -> None:
        """Stop a service where it stands; `resume` lets it go on."""
        os.killpg(self.supervisor.children[name].process.pid, signal.SIGSTOP)

    def resume(self, name: str) -> None:
        os.killpg(self.supervisor.children[name].process.pid, signal.SIGCONT)

    def start(self, *names: str) -> None:
        """Start killed services again and wait until the installation answers."""
        for name in names:
            child = self.supervisor.children[name]
            child.process = start(child.service, self.supervisor.output)
        running.wait_until_up(self.supervisor, self.url)

    def until(self, is_so: Callable[[Session], object], *, seconds: float = WAITS_AT_MOST_S) -> None:
        """Return as soon as `is_so` holds in the database; fail when it does not in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self.rows() as session:
                if is_so(session):
                    return
            time.sleep(0.05)
        pytest.fail(f"not so within {seconds} s: {is_so}")


StartServer = Callable[[], AbstractContextManager[LiveServer]]


@pytest.fixture(scope="session")
def start_server(
    test_config: Config, run_database: RunDatabase, tmp_path_factory: pytest.TempPathFactory
) -> StartServer:
    """Return a context manager that starts an installation on an empty, migrated database."""

    @contextlib.contextmanager
    def started(*, web_processes: int = 1) -> Iterator[LiveServer]:
        folder = tmp_path_factory.mktemp("live")
        database_url = run_database.fresh()
        places = {"instance": folder, "search_index": folder / "search_index", "database_url": database_url}
        try:
            with running_installation(replace(test_config, **places), web_processes=web_processes) as server:
                yield server
        finally:
            run_database.drop(database_url)

    return started


@contextlib.contextmanager
def running_installation(
    config: Config, *, web_processes: int, change: Callable[[Service], Service] = lambda service: service
) -> Iterator[LiveServer]:
    """Start web and worker of this configuration on a free port, as ./dev run does; its database is there and migrated.

    `change` may change the services before they start. The log goes to the instance's folder.
    """
    with ExitStack() as ends:
        listener = ends.enter_context(listen("127.0.0.1", 0))
        url = address(listener)
        own, config = config, replace(config, environment="development", base_url=url)
        app = create_app(config)
        configure_logging(own)  # of this process
        ends.callback(_let_go, app)
        services = running.services(listener, _variables(config), web_processes=web_processes)
        log = ends.enter_context((config.instance / "log").open("ab"))
        supervisor = ends.enter_context(Supervisor([change(each) for each in services], output=log.fileno()))
        try:
            running.wait_until_up(supervisor, url)
            yield LiveServer(url, app, config, supervisor)
        except BaseException:
            _show(config.instance / "log")
            raise


@pytest.fixture(scope="session")
def shared_server(start_server: StartServer) -> Iterator[LiveServer]:
    """Return the installation of the run: `live_server`, for everybody but a story that is told once more."""
    with start_server() as server:
        yield server


@pytest.fixture
def live_server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    """Return the installation that browser tests share. Its rows stay: make people and questions of your own in it.

    A story that is told once more (harness.py) gets one to itself: what it did at first would stand in its way.
    """
    if getattr(request.node, "execution_count", 1) == 1:
        yield request.getfixturevalue("shared_server")
        return
    with request.getfixturevalue("start_server")() as server:
        yield server


def _variables(config: Config) -> dict[str, str]:
    kept = {name: value for name, value in environment.variables().items() if not name.startswith("SAMEN_")}
    return {
        **kept,
        "SAMEN_ENV": config.environment,
        "SAMEN_INSTANCE": str(config.instance),
        "SAMEN_SEARCH_INDEX": str(config.search_index),
        "SAMEN_DATABASE_URL": config.database_url,
        "SAMEN_SECRET_KEY": config.secret_key,
        "SAMEN_BASE_URL": config.base_url,
        "SAMEN_PROXIES": str(config.proxies),
    }


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def _show(log: Path) -> None:
    print(f"--- the end of the installation's log ---\n{log.read_text(errors='replace')[-6000:]}")
