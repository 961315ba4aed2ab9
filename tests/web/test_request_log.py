"""W13: one line per event in the log, whatever was sent."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from app.web.request_log import on_one_line

PLAIN = structlog.processors.LogfmtRenderer(key_order=["event"], bool_as_flag=False)
RENDERERS = {"JSON": structlog.processors.JSONRenderer(), "plain": PLAIN}
SENT = [
    "/a\nanswered path=/forged",
    "/a\r\nanswered",
    "/a\rforged",
    "\x1b[2J\x1b[31mred",
    "\x9b31m",
    "\u202egnp.x",
    "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg",
    "\x00\x07\x08",
    '" event=forged "',
]


def line(renderer: str, text: str) -> str:
    written = RENDERERS[renderer](None, "info", on_one_line(None, "info", {"event": "answered", "path": text}))
    assert isinstance(written, str)
    return written


@pytest.mark.parametrize("renderer", RENDERERS)
def test_one_event_is_one_line_without_codes_for_terminals(renderer: str) -> None:
    for text in SENT:
        written = line(renderer, text)

        assert len(written.splitlines()) == 1, text
        assert all(letter.isprintable() for letter in written), written


@pytest.mark.needs_shared
@pytest.mark.parametrize("renderer", RENDERERS)
def test_no_naughty_string_makes_a_line_of_its_own(renderer: str, shared_data: Path) -> None:
    files = [path for path in (shared_data / "corpora" / "strings").iterdir() if path.is_file()]
    for text in [path.read_text(errors="replace") for path in files]:
        assert len(line(renderer, text).splitlines()) == 1


def test_words_stay_as_they_are() -> None:
    assert line("plain", "/tags/café-é-日本") == "event=answered path=/tags/café-é-日本"
