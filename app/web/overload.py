"""More requests than the server can answer: refuse some at once, so that the others are answered soon.

A web process takes one request at a time; the rest wait in the kernel's queue. Under lasting overload that queue only
grows, and in the end everybody's answer comes too late. So whoever waited too long hears 503 before anything is asked
of the database, which costs a fraction of a millisecond. How long a request waited, the kernel knows: the time since
its last byte arrived (TCP_INFO on Linux). Behind a Unix socket, or elsewhere, nothing is known and nobody refused.
"""

from __future__ import annotations

import random
import socket
import struct
import time
from typing import Any

from flask import Flask, Response, request

from app.web.errors import plain_problem

LATE_S, TOO_LATE_S, STANDS_S = 0.1, 0.5, 0.5
RETRY_AFTER_S = (2, 6)  # from … to, so that those who were refused do not all come back at once
# Whoever watches must learn how it is, and who comes to help must get in.
ALWAYS = {"health.alive", "health.ready", "health.metrics", "accounts.sign_in"}
# struct tcp_info of linux/tcp.h: eight bytes and eleven numbers before "milliseconds since the last data came".
_LAST_DATA_RECEIVED = struct.Struct("=52xI")


class Queue:
    """What one process knows of the queue before it: how late the requests are that come out of it.

    One slow page makes those behind it late once, and they are answered. Overload is when they stay late.
    """

    def __init__(self) -> None:
        self._late_since: float | None = None

    def is_too_long(self, waited_s: float, now_s: float) -> bool:
        """Note how long this request waited, and say whether to refuse it. `now_s` is of a monotonic clock."""
        if waited_s < LATE_S:
            self._late_since = None
            return False
        if self._late_since is None:
            self._late_since = now_s
        return waited_s > TOO_LATE_S and now_s - self._late_since >= STANDS_S


def init_overload(app: Flask) -> None:
    """Refuse what waited too long, before anything else is done for it."""
    queue = Queue()

    @app.before_request
    def _refuse_when_too_late() -> Response | None:
        waited_s = waited(request.environ.get("gunicorn.socket"))
        if not queue.is_too_long(waited_s, time.monotonic()) or request.endpoint in ALWAYS:
            return None
        response = plain_problem(503)
        response.headers["Retry-After"] = str(random.randint(*RETRY_AFTER_S))
        return response


def waited(connection: Any) -> float:
    """Return for how many seconds what came over this connection has been waiting; 0 where that cannot be known."""
    if not hasattr(socket, "TCP_INFO") or connection is None:
        return 0.0
    try:
        known = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_DATA_RECEIVED.size)
        (milliseconds,) = _LAST_DATA_RECEIVED.unpack(known)
    except (OSError, struct.error):
        return 0.0
    return float(milliseconds) / 1000
