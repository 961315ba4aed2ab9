"""The promises of tests/support/network.py: no test reaches beyond this machine."""

from __future__ import annotations

import socket

import pytest

from tests.support.network import Refused


def test_connection_to_this_machine_is_let_through():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        assert connection.getpeername() == server.getsockname()


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("10.0.0.1", 25)])
def test_connection_to_another_machine_is_refused(address):
    with pytest.raises(Refused):
        socket.create_connection(address, timeout=1)


def test_look_up_of_a_name_is_refused():
    with pytest.raises(Refused):
        socket.getaddrinfo("example.org", 443)
