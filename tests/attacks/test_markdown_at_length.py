"""W3: CommonMark and the pathological texts, in figures; tests/prose holds the promises themselves."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from app.prose.parser import strict_commonmark
from app.prose.rendering import MAX_CHARACTERS, render
from tests.attacks.sizes import hold, must_fail
from tests.prose import hostile
from tests.prose.test_bounds import killed_over
from tests.prose.test_commonmark import LISTED

pytestmark = [pytest.mark.needs_shared, pytest.mark.long]


def test_examples_of_commonmark(shared_data: Path) -> None:
    examples = json.loads((shared_data / "corpora" / "markdown" / "commonmark_spec.json").read_text())

    different = {each["example"] for each in examples if strict_commonmark(each["markdown"]) != each["html"]}

    measured = f"{len(examples) - len(different)} of {len(examples)}, the rest listed"
    is_held = different <= LISTED and len(examples) - len(different) >= 640
    hold("W3", "examples of CommonMark that are equal", measured, ">= 640, or listed", held=is_held)


def test_pathological_texts_are_rendered_in_time(shared_data: Path) -> None:
    texts = list(hostile.listed(shared_data / "corpora" / "markdown", MAX_CHARACTERS))
    render("warm up", source_format="markdown")

    seconds = {}
    for name, text in texts:
        began = time.thread_time()
        render(text, source_format="markdown")
        seconds[name] = time.thread_time() - began

    slowest = max(seconds, key=lambda name: seconds[name])
    what = f"{len(texts)} pathological texts of {MAX_CHARACTERS:,} characters, slowest ({slowest})"
    hold("W3", what, f"{seconds[slowest]:.2f} s", "< 1 s each", held=seconds[slowest] < 1)
    ended = killed_over([("long", "markdown", hostile.repeated("*a **b ", MAX_CHARACTERS))], limit_s=0.01)
    must_fail("W3", "a limit that no long text can keep: ended", str(ended).partition(" {")[0][:60], fails=bool(ended))
