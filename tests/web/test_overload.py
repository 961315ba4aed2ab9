"""R10: under lasting overload who waited too long is refused at once; one slow page refuses nobody."""

from __future__ import annotations

import socket
import struct

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.web import overload
from app.web.overload import LATE_S, RETRY_AFTER_S, STANDS_S, TOO_LATE_S, Queue, waited


class Waiting:
    """A connection of which the kernel says that its request has been waiting for so long."""

    def __init__(self, milliseconds: int) -> None:
        self.milliseconds = milliseconds

    def getsockopt(self, _level: int, _option: int, size: int) -> bytes:
        return struct.pack("=52xI", self.milliseconds)[:size]


@pytest.fixture
def overloaded(app: Flask, monkeypatch) -> None:
    """Let the queue of this process stand at once."""
    monkeypatch.setattr(overload, "STANDS_S", 0.0)


def late(client: FlaskClient, path: str, **more):
    return client.get(path, environ_overrides={"gunicorn.socket": Waiting(2000)}, **more)


def test_queue_that_stands_refuses_who_waited_too_long() -> None:
    queue = Queue()

    assert not queue.is_too_long(TOO_LATE_S + 1, 100.0), "the first late one may have met a slow page"
    assert not queue.is_too_long(TOO_LATE_S + 1, 100.0 + STANDS_S - 0.01)
    assert queue.is_too_long(TOO_LATE_S + 1, 100.0 + STANDS_S)
    assert not queue.is_too_long(TOO_LATE_S - 0.01, 101.0), "late, but soon enough"
    assert queue.is_too_long(TOO_LATE_S + 1, 101.1)
    assert not queue.is_too_long(LATE_S - 0.01, 101.2), "the queue was empty"
    assert not queue.is_too_long(TOO_LATE_S + 1, 101.3)


def test_refusal_is_a_page_in_the_readers_language_that_says_when_to_return(client, database, overloaded) -> None:
    for language, words in (("en", "Not available just now"), ("nl", "Nu even niet beschikbaar")):
        answer = late(client, "/", headers={"Accept-Language": language})

        assert answer.status_code == 503
        assert RETRY_AFTER_S[0] <= int(answer.headers["Retry-After"]) <= RETRY_AFTER_S[1]
        assert answer.text.count(words) == 2
        assert answer.headers["X-Request-ID"] in answer.text


def test_refusal_asks_nothing_of_the_database(client: FlaskClient, database, overloaded, count_queries) -> None:
    with count_queries() as ran:
        assert late(client, "/questions").status_code == 503
        assert late(client, "/api/v1/questions").mimetype == "application/problem+json"

    assert ran.count == 0, ran


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/sign-in"])
def test_who_watches_and_who_signs_in_is_answered(client: FlaskClient, database: Session, overloaded, path) -> None:
    assert late(client, path).status_code == 200


def test_who_did_not_wait_is_answered(client: FlaskClient, database: Session, overloaded) -> None:
    assert client.get("/", environ_overrides={"gunicorn.socket": Waiting(50)}).status_code == 200
    assert client.get("/").status_code == 200, "another server: nothing is known"


def test_kernel_says_how_long_a_request_waited() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        connection, _address = server.accept()
        with connection:
            assert 0.0 <= waited(connection) < 60.0
            assert connection.recv(100)


def test_nothing_is_known_of_a_unix_socket() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert (waited(ours), waited(None)) == (0.0, 0.0)
