"""Promises of the progress bar: share, rate and time left, on a terminal and in a log."""

from __future__ import annotations

import io

from app.importers.progress import Progress


class Seconds:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_bar_tells_share_rate_and_time_left() -> None:
    seconds = Seconds()
    progress = Progress(io.StringIO(), seconds=seconds)
    progress.expect(4_000)
    progress.phase("questions", weight=2)

    seconds.now = 10.0
    progress.advance(500)

    assert progress.text() == "██████░░░░░░░░░░░░░░░░░░  25% · questions: 500 · 50 per s · 0:30 left"


def test_rate_is_that_of_the_present_phase() -> None:
    seconds = Seconds()
    progress = Progress(io.StringIO(), seconds=seconds)
    progress.expect(200)
    progress.phase("questions")
    seconds.now = 10.0
    progress.advance(100)
    progress.phase("answers")

    seconds.now = 20.0
    progress.advance(50)

    assert "answers: 50 · 5 per s" in progress.text()


def test_terminal_gets_one_line_that_changes() -> None:
    out, seconds = Terminal(), Seconds()
    progress = Progress(out, seconds=seconds)
    progress.expect(3)
    progress.phase("answers")
    for moment in (1.0, 2.0, 3.0):
        seconds.now = moment
        progress.advance()

    progress.finish()

    assert out.getvalue().count("\r") == 4
    assert out.getvalue().count("\n") == 1


def test_log_gets_a_line_now_and_then() -> None:
    out, seconds = io.StringIO(), Seconds()
    progress = Progress(out, seconds=seconds)
    progress.expect(100)
    progress.phase("answers")
    for moment in range(1, 26):
        seconds.now = float(moment)
        progress.advance()

    assert out.getvalue().count("\n") == 2
    assert "\r" not in out.getvalue()
