"""The promises of devtools/listening.py: a port that is ours, or the next free one."""

from __future__ import annotations

import socket

import pytest

from devtools.listening import address, listen
from devtools.speaking import Trouble


def test_taken_port_gives_the_next_free_one():
    with listen("127.0.0.1", 20_500) as first, listen("127.0.0.1", first.getsockname()[1]) as second:
        assert second.getsockname()[1] > first.getsockname()[1]


def test_address_is_one_that_a_person_can_open():
    with listen("0.0.0.0", 0) as everywhere:
        port = everywhere.getsockname()[1]

        assert address(everywhere) == f"http://127.0.0.1:{port}"


def test_connections_wait_before_a_server_is_there():
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname(), timeout=1) as early:
        assert early.getpeername() == listener.getsockname()


def test_address_of_another_machine_is_a_trouble():
    with pytest.raises(Trouble, match=r"no address 192\.0\.2\.1"):
        listen("192.0.2.1", 5000)


@pytest.mark.parametrize("port", [-5, 65_536, 70_000])
def test_what_is_no_port_is_a_trouble(port):
    with pytest.raises(Trouble, match=rf"{port} is no port: a port is a number from 1 to 65535"):
        listen("127.0.0.1", port)
