"""Finding a port. The socket is opened here and handed to the server, so that no other program can take it between."""

from __future__ import annotations

import errno
import socket

from devtools.speaking import Trouble

TRIES = 100
LAST_PORT = 65_535


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket on `port`, or on the next free one above it; port 0 takes any."""
    if not 0 <= port <= LAST_PORT:
        raise Trouble(f"{port} is no port: a port is a number from 1 to {LAST_PORT}.", "./dev run --port 8000")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + TRIES, LAST_PORT + 1)):
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((host, candidate))
            opened.listen(1024)
        except OSError as error:
            opened.close()
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise Trouble(f"This machine has no address {host} to listen on ({error.strerror}).") from error
        else:
            return opened
    last = min(port + TRIES - 1, LAST_PORT)
    raise Trouble(f"No free port from {port} to {last} on {host}.", "./dev run --port 8000")


def address(listener: socket.socket) -> str:
    """Return the URL at which a person reaches this socket."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
