"""The application behind a socket of this process, with the cast of the access matrix, for programs that attack it.

Its limits are lifted, so that they do not end an attack after a few tries.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app.web import throttle
from tests.access.runner import Runner
from tests.access.world import make_world
from tests.support.databases import RunDatabase, _own_database


@dataclass(frozen=True)
class Served:
    """Where it answers, and who is there."""

    url: str
    runner: Runner


class _Addresses(Runner):
    """Knows addresses, cookies and secrets, and asks nothing itself."""

    def _bystanders_rows(self) -> list[Any]:
        return []


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_said: object) -> None:
        """Say nothing of each request."""


@contextmanager
def served(app: Flask, run_database: RunDatabase) -> Iterator[Served]:
    """Serve the application on a database of its own."""
    with pytest.MonkeyPatch.context() as patch, app.app_context(), _own_database(run_database):
        for name in throttle.LIMITS:
            patch.setitem(throttle.LIMITS, name, throttle.Limit(10**9, 60))
        runner = _Addresses(app, make_world())
        with listening(app) as url:
            yield Served(url, runner)


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """Serve any application on a free port; return its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
