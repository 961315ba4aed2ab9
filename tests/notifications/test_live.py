"""Streams on a running installation: they say when to look, hold no web process, and end when they should."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.models import Person, Session
from app.community.compose import compose
from app.community.models.posts import Question
from app.community.services import answering
from devtools.running import answers
from tests.accounts import make as accounts
from tests.cast import acting, browser_cookie
from tests.community import make as community
from tests.support.live import LiveServer, StartServer

LOOK = b"event: news"


@contextmanager
def stream(
    server: LiveServer, path: str, cookie: dict[str, str], *, version: int = 11
) -> Iterator[http.client.HTTPResponse]:
    """Open a stream as a browser does; reading fails when nothing comes for long."""
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=15)
    connection._http_vsn, connection._http_vsn_str = version, f"HTTP/1.{version - 10}"  # type: ignore[attr-defined]
    connection.request("GET", path, headers={"Cookie": f"{cookie['name']}={cookie['value']}"})
    try:
        yield connection.getresponse()
    finally:
        connection.close()


def next_look(opened: http.client.HTTPResponse) -> None:
    """Return at the next word to look; fail at the end of the stream."""
    while line := opened.readline():
        if line.startswith(LOOK):
            return
    pytest.fail("the stream ended")


def ended(opened: http.client.HTTPResponse) -> bool:
    """Read to the end of the stream; say whether it ended as an answer should."""
    try:
        while opened.readline():
            pass
    except (TimeoutError, http.client.IncompleteRead):
        return False
    return True


def answer(server: LiveServer, question_id: int, helper_id: int) -> None:
    with server.rows() as session:
        text = compose("Turn the main tap a quarter to the left.", prior="en")
        helper = acting(session.get_one(Person, helper_id))
        answering.post_answer(helper, session.get_one(Question, question_id), text=text)


def test_streams_tell_when_to_look_and_hold_nothing(start_server: StartServer) -> None:
    with start_server(web_processes=1) as server:
        with server.rows() as session:
            asker, helper, reader = accounts.person("Vera"), accounts.person("Anna"), accounts.person("Rik")
            question = community.question(asker)
            ids = {"question": question.id, "helper": helper.id}
            cookies = [browser_cookie(server.app, one, url=server.url) for one in (asker, reader, helper)]
            session.flush()
            last = sa.select(Session.id).where(Session.person_id == helper.id)
            helpers_session = session.scalars(last).one()
        page = f"/live/{ids['question']}"
        with (
            stream(server, "/live", cookies[0]) as bell,
            stream(server, page, cookies[1]) as reading,
            stream(server, page, cookies[1], version=10) as behind_a_proxy,
            stream(server, page, cookies[2]) as leaving,
        ):
            for opened in (bell, reading, behind_a_proxy, leaving):
                assert (opened.status, opened.headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
                next_look(opened)  # something may have come between the page and the stream
            assert answers(f"{server.url}/healthz"), "the only web process is held"

            answer(server, ids["question"], ids["helper"])
            for opened in (reading, behind_a_proxy, bell):
                next_look(opened)

            with server.rows() as session:
                session.get_one(Session, helpers_session).ended_at = clock.now()
            assert ended(leaving), "who signs out hears nothing more"

            with stream(server, "/live/999999", cookies[1]) as hidden:
                assert hidden.status == 404
            server.supervisor.stop()
            assert ended(bell)
            assert ended(reading)
