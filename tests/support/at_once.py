"""Two that work in the database at once: threads with connections of their own, in tests that commit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from app.db import db, transaction
from app.errors import DomainError


def meanwhile(app, work: Callable[[], Any]) -> Any:
    """Do something in a connection of its own, to its end."""
    said: list[Any] = []
    one = threading.Thread(target=in_thread, args=(app, work, said))
    one.start()
    one.join(20)
    return said[0]


def in_thread(app, work: Callable[[], Any], said: list[Any]) -> None:
    """Do something in a transaction of its own, and add what it returned, or how it was refused, to `said`."""
    with app.app_context():
        try:
            with transaction():
                said.append(work())
        except DomainError as error:
            said.append(error)


def in_the_middle(words: str, one: Callable[[], Any], other: Callable[[], Any]) -> list[Any]:
    """Let one come to a statement with these words, then the other begin, and both end; return what they returned."""
    began, go_on, said = threading.Event(), threading.Event(), list[Any]()

    def pause(_connection, _cursor, statement, *_rest) -> None:
        if threading.current_thread() is first and words in statement and not began.is_set():
            began.set()
            go_on.wait(10)

    first, second = (threading.Thread(target=lambda work=work: said.append(work())) for work in (one, other))
    event.listen(db.engine, "after_cursor_execute", pause)
    try:
        first.start()
        assert began.wait(10)
        second.start()
        second.join(1)  # it is over, unless it waits for the first
        go_on.set()
        for each in (first, second):
            each.join(20)
    finally:
        event.remove(db.engine, "after_cursor_execute", pause)
    return said


def transacted(app, work: Callable[[], Any]) -> Callable[[], Any]:
    """Return what does it in a context and a transaction of its own, and returns how it was refused if it was."""

    def do() -> Any:
        said: list[Any] = []
        in_thread(app, work, said)
        return said[0]

    return do
