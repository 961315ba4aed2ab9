"""No test reaches beyond this machine: a connection or a name look-up that tries is an error."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest


class Refused(Exception):
    """A test tried to reach the network."""


@pytest.fixture(autouse=True)
def network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets connect to this machine only. Not an OSError, so that no retry or fallback swallows it."""
    connect, connect_ex, resolve = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_elsewhere(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_elsewhere(self, address)
        return connect_ex(self, address)

    def guarded_resolve(host: Any, *rest: Any, **more: Any) -> Any:
        if host is not None and not is_here(host):
            raise Refused(f"look-up of {host!r}")
        return resolve(host, *rest, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)


def is_here(host: str | bytes) -> bool:
    """Say whether a host names this machine, or is an address literal, which needs no look-up to be refused later."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in {"", "localhost"}:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _refuse_elsewhere(connecting: socket.socket, address: Any) -> None:
    if connecting.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    host = address[0]
    if host == "localhost" or ipaddress.ip_address(host.partition("%")[0]).is_loopback:
        return
    connecting.close()  # callers close on OSError only, and this is none
    raise Refused(f"connection to {address!r}")
