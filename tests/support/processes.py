"""Work in real processes at the same time, and processes that are killed at a chosen step.

Only for tests marked `commits`: the processes are forks of the test that open connections of their own to its database.
A step lies before each statement, before each commit and after it: between two of them the database learns nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.changes import watch_changes
from app.db import db, prepare_engine

FORK = multiprocessing.get_context("fork")
WAITS_AT_MOST_S = 40.0


@dataclass(frozen=True)
class Killed:
    """What a process that died left behind: nothing but the number of the signal."""

    signal: int


def together(app: Flask, work: Callable[[int], Any], *, processes: int) -> list[Any]:
    """Run `work(0)` … `work(n - 1)` at the same moment, each in a process of its own; return their results in order.

    A process that died gives `Killed`; an exception in one fails the test.
    """
    _let_go()
    starting_line = FORK.Barrier(processes)
    started = [_start(app, work, number, starting_line.wait) for number in range(processes)]
    return [_result(process, reader) for process, reader in started]


def killed_at_each_step(app: Flask, work: Callable[[], Any], *, at_most: int = 200) -> Iterator[int]:
    """Yield 1, 2, 3 … after a process did `work` and was killed (-9) at that step; end when one got through."""
    for step in range(1, at_most + 1):
        _let_go()
        process, reader = _start(app, lambda _number, step=step: _dying_at(step, work), 0, lambda: None)
        if not isinstance(_result(process, reader), Killed):
            assert step > 3, "the work has no steps to be killed at"
            return
        yield step
    raise AssertionError(f"more than {at_most} steps")


def _start(app: Flask, work: Callable[[int], Any], number: int, wait: Callable[[], Any]) -> tuple[Any, Connection]:
    reader, writer = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_child, args=(app, work, number, wait, writer), daemon=True)
    process.start()
    writer.close()
    return process, reader


def _child(app: Flask, work: Callable[[int], Any], number: int, wait: Callable[[], Any], writer: Connection) -> None:
    with app.app_context():
        url = db.engine.url
        engine = sa.create_engine(url)
        prepare_engine(engine)
        watch_changes(engine)
        db.engines[None] = engine  # type: ignore[index]
        try:
            wait()
            writer.send((True, work(number)))
        except BaseException:
            writer.send((False, traceback.format_exc()))
        finally:
            writer.close()


def _result(process: Any, reader: Connection) -> Any:
    try:
        assert reader.poll(WAITS_AT_MOST_S), "a process hangs"
        is_fine, said = reader.recv()
    except EOFError:
        process.join()
        return Killed(-process.exitcode)
    finally:
        if process.is_alive():
            process.join(1.0)
        if process.is_alive():
            process.kill()
    assert is_fine, said
    return said


def _dying_at(step: int, work: Callable[[], Any]) -> Any:
    steps = iter(range(1, step))

    def one_more(*_details: Any) -> None:
        if next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "commit"):
        sa.event.listen(db.engine, moment, one_more)
    sa.event.listen(Session, "after_commit", one_more)
    return work()


def _let_go() -> None:
    """Close the test's own connections: a fork must not inherit one."""
    db.session.commit()
    db.session.close()  # not removed: the test goes on with the same session
    db.engine.dispose()
