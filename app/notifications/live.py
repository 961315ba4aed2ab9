"""Streams that tell open pages when to look (server-sent events), without holding a web process.

A view checks who asks and answers with the first lines. Then the connection is taken out of the server's hands and
given to the one thread of this process that keeps all of them: it asks the database once a second for everybody, says
"look" to whom it concerns, and lets go of whoever left, signed out, or was here long enough to be checked anew. Where
there is no such connection (another server, a test client) or no room, the answer is 204: the page asks by itself.
"""

from __future__ import annotations

import atexit
import os
import select as waiting
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from flask import Flask, Response, current_app, request
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session as DbSession

from app import clock
from app.accounts.models import Person, Session
from app.actor import Actor
from app.community.models.posts import Question
from app.db import own_session
from app.knowledge.models.care import KnowledgeTask
from app.notifications.models import FoundArticle, Notice

EVERY_S, BEAT_S, LASTS_S = 1.0, 20.0, 300.0
MOST_STREAMS, MOST_PER_PERSON = 400, 6
HELLO, LOOK, BEAT = b"retry: 5000\n\n", b"event: news\ndata: look\n\n", b": still here\n\n"

log = structlog.get_logger(__name__)


@dataclass(eq=False)
class Stream:
    """One open page: whose, of which session, and about which question, with what was seen of it last."""

    person_id: int
    session_id: int
    question_id: int | None
    is_chunked: bool
    connection: socket.socket | None = None
    stand_in: socket.socket | None = None
    until: float = field(default_factory=lambda: time.monotonic() + LASTS_S)
    seen: Any = None


def open_stream(viewer: Actor, question: Question | None = None) -> Response:
    """Answer with a stream for this viewer; 204 where there can be none. The caller loaded `question` for her."""
    connection = request.environ.get("gunicorn.socket")
    assert viewer.person_id is not None
    if (
        type(connection) is not socket.socket  # one with TLS of its own cannot be handed over
        or request.method != "GET"
        or viewer.session_id is None
        or not _switchboard().has_room_for(viewer.person_id)
    ):
        return Response(status=204)
    stream = Stream(
        person_id=viewer.person_id,
        session_id=viewer.session_id,
        question_id=None if question is None else question.id,
        is_chunked=request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1",
    )
    response = Response(_hand_over(_switchboard(), stream, connection), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # else nginx would keep it until it is full
    return response


def _hand_over(switchboard: Switchboard, stream: Stream, connection: socket.socket) -> Iterator[bytes]:
    yield HELLO
    # Here the server has written the head and the first lines. It goes on to end and close the answer: that happens to
    # a stand-in, put under the number of its connection, of which the other end says at once that nobody is there.
    stream.connection = socket.socket(fileno=os.dup(connection.fileno()))
    stand_in, stream.stand_in = socket.socketpair()
    os.dup2(stand_in.fileno(), connection.fileno(), inheritable=False)
    stand_in.close()
    stream.stand_in.shutdown(socket.SHUT_WR)
    stream.connection.setblocking(False)
    switchboard.take(stream)


class Switchboard:
    """All streams of one process, and the thread that serves them while there are any."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.streams: set[Stream] = set()
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        atexit.register(self.close)

    def has_room_for(self, person_id: int) -> bool:
        """Say whether one more stream of this person fits."""
        with self.lock:
            of_person = Counter(stream.person_id for stream in self.streams)[person_id]
            return len(self.streams) < MOST_STREAMS and of_person < MOST_PER_PERSON

    def take(self, stream: Stream) -> None:
        """Serve this stream from now on."""
        with self.lock:
            self.streams.add(stream)
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, name="live", daemon=True)
                self.thread.start()

    def close(self) -> None:
        """End every stream as a server ends an answer, so that browsers come back later and complain of nothing."""
        for stream in list(self.streams):
            self._let_go(stream)

    def _run(self) -> None:
        beat_at = time.monotonic() + BEAT_S
        while streams := self._present():
            self._drop_who_left(streams)
            try:
                self._look(streams)
            except SQLAlchemyError as error:  # the next turn asks again
                log.warning("live_database_away", error=type(error).__name__)
            if time.monotonic() > beat_at:
                beat_at = time.monotonic() + BEAT_S
                for stream in streams:
                    self._send(stream, BEAT)

    def _present(self) -> list[Stream]:
        with self.lock:
            if not self.streams:
                self.thread = None
            return list(self.streams)

    def _drop_who_left(self, streams: list[Stream]) -> None:
        """Wait a turn; whoever sends anything meanwhile, or hangs up, has nothing more to hear."""
        open_now = {stream.connection: stream for stream in streams if stream.connection is not None}
        poll = waiting.poll()  # unlike select it takes connections with high numbers too
        numbers = {connection.fileno(): stream for connection, stream in open_now.items()}
        for number in numbers:
            poll.register(number, waiting.POLLIN)
        turn_ends = time.monotonic() + EVERY_S
        while (left := turn_ends - time.monotonic()) > 0:
            for number, _event in poll.poll(left * 1000):
                poll.unregister(number)
                self._let_go(numbers[number])

    def _look(self, streams: list[Stream]) -> None:
        with self.app.app_context(), own_session() as session:
            now = clock.now()
            alive = set(
                session.scalars(
                    select(Session.id)
                    .join(Person, Person.id == Session.person_id)
                    .where(Session.id.in_({stream.session_id for stream in streams}))
                    .where(Session.ended_at.is_(None), Session.expires_at > now, Person.erased_at.is_(None))
                )
            )
            people = {stream.person_id for stream in streams}
            unread = {
                row.person_id: tuple(row[1:])
                for row in session.execute(
                    select(Notice.person_id, func.count(), func.max(Notice.latest_item_id))
                    .where(Notice.person_id.in_(people))
                    .where(Notice.latest_item_id > Notice.read_item_id)
                    .group_by(Notice.person_id)
                )
            }
            asked = _counts(
                session,
                KnowledgeTask.for_person_id,
                people,
                KnowledgeTask.closed_at.is_(None),
                KnowledgeTask.seen_at.is_(None),
            )
            found = _counts(session, FoundArticle.person_id, people, FoundArticle.seen_at.is_(None))
            questions = {
                row.id: tuple(row[1:])
                for row in session.execute(
                    select(Question.id, Question.answers_count, Question.audience).where(
                        Question.id.in_({stream.question_id for stream in streams if stream.question_id is not None})
                    )
                )
            }
        for stream in streams:
            if stream.session_id not in alive or time.monotonic() > stream.until:
                self._let_go(stream)
                continue
            who, question_id = stream.person_id, stream.question_id or 0
            sight = (unread.get(who), asked.get(who), found.get(who), questions.get(question_id))
            if stream.seen is None:
                stream.seen = sight
                self._send(stream, LOOK)  # something may have come between the page and the stream
            elif sight != stream.seen:
                stream.seen = sight
                self._send(stream, LOOK)

    def _send(self, stream: Stream, words: bytes) -> None:
        if stream.connection is None:
            return
        framed = b"%x\r\n%s\r\n" % (len(words), words) if stream.is_chunked else words
        try:
            stream.connection.sendall(framed)
        except OSError:  # gone, or so slow that nothing more fits
            self._let_go(stream, politely=False)

    def _let_go(self, stream: Stream, *, politely: bool = True) -> None:
        with self.lock:
            if stream not in self.streams:
                return
            self.streams.discard(stream)
        connection, stream.connection = stream.connection, None
        for each in (connection, stream.stand_in):
            with suppress(OSError):
                if each is connection and politely and stream.is_chunked and each is not None:
                    each.sendall(b"0\r\n\r\n")
                if each is not None:
                    each.close()


def _counts(session: DbSession, person: Any, people: set[int], *which: ColumnElement[bool]) -> dict[int, int]:
    """Return person → how many rows of these she has, of those who have any."""
    query = select(person.label("person_id"), func.count().label("n")).where(person.in_(people), *which)
    return {row.person_id: row.n for row in session.execute(query.group_by(person))}


def _switchboard() -> Switchboard:
    app: Any = current_app
    found: Switchboard = app.extensions.setdefault("samen.switchboard", None) or _new_switchboard()
    return found


def _new_switchboard() -> Switchboard:
    # Made at first use, which is after the server has forked: a thread would not be there in the children.
    app: Any = current_app
    made = app.extensions["samen.switchboard"] = Switchboard(app._get_current_object())
    return made
