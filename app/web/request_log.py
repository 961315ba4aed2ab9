"""One line per event, one id per request: structlog with JSON in production and plain lines in development."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

from app.config import Config
from app.web.current_actor import known_actor

HEADER = "X-Request-ID"

REQUESTS = Counter("samen_requests_total", "Answered requests", ["method", "endpoint", "status"])
SECONDS = Histogram(
    "samen_request_seconds",
    "Time to answer",
    ["endpoint"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)

# A method is any word that somebody sends: each new one would be a series of its own that is kept for good.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

# Control characters but the line feed, line separators, and marks that turn the direction of writing.
_MOVES = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]")

log = structlog.get_logger("samen.request")


class Stderr:
    """Where the log goes. A line that cannot be written, because the disk is full, is lost; its request is not."""

    def write(self, line: str) -> None:
        with suppress(OSError):
            sys.stderr.write(line)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def configure_logging(config: Config) -> None:
    """Set structlog up for this process. One event is one line, whatever people sent: see `on_one_line`."""
    renderer: object = (
        structlog.processors.JSONRenderer()
        if config.environment != "development"
        else structlog.processors.LogfmtRenderer(sort_keys=False, key_order=["event"], bool_as_flag=False)
    )
    level = logging.WARNING if config.environment == "test" else logging.INFO
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            on_one_line,
            renderer,  # type: ignore[list-item]
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, Stderr())),
        cache_logger_on_first_use=config.environment != "test",
    )


def on_one_line(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Write out what would move a terminal's cursor, colour its text or turn it around.

    JSON does so for most of it, plain lines only for line feeds.
    """
    return {
        name: _MOVES.sub(lambda found: f"\\u{ord(found[0]):04x}", value) if isinstance(value, str) else value
        for name, value in event.items()
    }


def init_request_log(app: Flask) -> None:
    """Give each request an id, and write one line and two metrics when it is answered."""

    @app.before_request
    def _begin() -> None:
        g.request_id = request_id_of(request.headers.get(HEADER, ""))
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def _end(response: Response) -> Response:
        response.headers[HEADER] = g.get("request_id", "")
        began = g.get("began") or time.perf_counter()
        endpoint, person_id = request.endpoint or "none", known_actor().person_id
        note_answer(request.method, endpoint, request.path, response.status_code, began, person_id=person_id)
        return response


def request_id_of(sent: str) -> str:
    """Return the id under which a request is logged: the one that was sent with it, else a new one."""
    return sent if re.fullmatch(r"[A-Za-z0-9-]{8,64}", sent) else secrets.token_hex(8)


def note_answer(method: str, endpoint: str, path: str, status: int, began: float, *, person_id: int | None) -> None:
    """Write the line and the metrics of one answer; `began` is in seconds of `time.perf_counter`."""
    seconds = time.perf_counter() - began
    known = method if method in METHODS else "other"
    REQUESTS.labels(known, endpoint, str(status)).inc()
    SECONDS.labels(endpoint).observe(seconds)
    if endpoint == "health.alive":
        return  # asked every second by whoever watches
    ms = round(seconds * 1000, 1)
    log.info("answered", method=method, path=path, status=status, ms=ms, person_id=person_id)
