"""No text keeps the renderer busy. bench/prose.py measures that each takes under a second; here the growth is kept.

Two ways, neither with a clock on the wall: counting the calls a text of twice the length costs, and a process that the
system kills at five times the promise, where a quadratic text needs ten or a thousand times.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from markdown_it import MarkdownIt

from app.prose.rendering import MAX_CHARACTERS, render
from devtools.places import ROOT
from tests.prose import hostile

SEED = 1_121
# Twice the length is twice the calls, some more where a nesting deepens, four times where something is quadratic.
TWICE = 2.7


def calls(do: Callable[[], object]) -> int:
    """Return how many functions, Python's and C's, are called while doing something."""
    number = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal number
        number += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        do()
    finally:
        sys.setprofile(None)
    return number


def growth(do: Callable[[str], object], shape: Callable[[int], str], length: int = 2_000) -> float:
    """Return how many times more calls a text of twice the length costs."""
    do("warm up")
    return calls(lambda: do(shape(2 * length))) / calls(lambda: do(shape(length)))


def as_markdown(text: str) -> object:
    return render(text, source_format="markdown", mention_url=lambda handle: f"/people/{handle}")


@pytest.mark.parametrize(
    "shape", [hostile.repeated, hostile.lines, hostile.in_a_link], ids=lambda shape: shape.__name__
)
def test_twice_the_text_is_about_twice_the_work(shape) -> None:
    pieces = ["[", "![", "[a](", "*a **b", "`", "> ", "- ", "|a", "|-|\n", "<", "&", "@a ", "http://a.b/", "a@b.c", "#"]

    grown = {piece: growth(as_markdown, lambda length, piece=piece: shape(piece, length)) for piece in pieces}

    assert {piece: times for piece, times in grown.items() if times > TWICE} == {}


def test_growth_is_seen_where_it_is_not_bounded() -> None:
    """The control: the parser by itself looks through this quotation again for each line."""
    bare = MarkdownIt("commonmark")

    assert growth(bare.render, lambda length: hostile.repeated(">---\nb\n", length), length=1_000) > TWICE


def killed_over(texts: list[tuple[str, str, str]], *, limit_s: float = 5) -> str | None:
    """Render texts in a process of their own; return the name of the one it did not survive."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.prose.rendering_with_a_limit", str(limit_s)],
        input=json.dumps(texts),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.splitlines()[-1] if done.stdout else done.stderr
    return None if last == "all done" else f"{last} ({done.returncode}) {done.stderr[-500:]}"


@pytest.mark.needs_shared
def test_every_listed_pathological_text_is_rendered(shared_data) -> None:
    texts = list(hostile.listed(shared_data / "corpora" / "markdown", MAX_CHARACTERS))

    assert len(texts) == 32
    assert all(len(text) > MAX_CHARACTERS * 0.8 for _name, text in texts)
    assert killed_over([(name, "markdown", text) for name, text in texts]) is None


@pytest.mark.parametrize(
    "source_format, pieces",
    [
        ("markdown", hostile.MARKDOWN),
        ("markdown", hostile.MARKDOWN + hostile.ADDRESSES),
        ("plain", hostile.ADDRESSES),
        ("html", hostile.HTML),
    ],
)
def test_every_unlisted_hostile_text_is_rendered(source_format: str, pieces: list[str]) -> None:
    texts = hostile.mixed(pieces, MAX_CHARACTERS, number=15, seed=SEED)

    assert killed_over([(name, source_format, text) for name, text in texts]) is None


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_piece_in_every_shape_is_rendered() -> None:
    texts = [(name, "markdown", text) for name, text in hostile.simple(MAX_CHARACTERS)]

    assert killed_over(texts) is None


@pytest.mark.parametrize("language", ["csharp", "java", "c", "make", "ini", "yaml", "dart", "r"])
def test_hostile_code_is_rendered(language: str) -> None:
    texts = hostile.mixed(hostile.CODE, 7_900, number=10, seed=SEED)

    assert killed_over([(name, "markdown", f"```{language}\n{text}\n```\n" * 3) for name, text in texts]) is None


def test_a_text_that_takes_too_long_is_seen() -> None:
    """The control: the same process with a limit that any long text must pass."""
    texts = [("short", "plain", "short"), ("long", "markdown", hostile.repeated("*a **b ", MAX_CHARACTERS))]

    assert str(killed_over(texts, limit_s=0.01)).startswith(f"long ({-signal.SIGPROF})")
