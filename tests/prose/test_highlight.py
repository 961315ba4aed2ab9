"""Code in colour, and code that is left without."""

from __future__ import annotations

import re
from html import unescape

import pytest

from app.prose import highlight
from app.prose.highlight import LONGEST_CODE, LONGEST_LINE, Allowance, coloured, language_of
from devtools.places import ROOT

SAMPLES = {
    "python": "def f(x):\n    return 'a' # b\n",
    "javascript": "const a = () => 'b'; // c\n",
    "bash": "$ ls -la | grep 'x' # y\n",
    "sql": "SELECT a FROM b WHERE c = 'd';\n",
    "html": "<p class='a'>b &amp; c</p>\n",
    "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n",
    "php": "$a = 'b';\n",
}


@pytest.mark.parametrize("language", sorted({name.removeprefix("language-") for name in highlight.LANGUAGE_CLASSES}))
def test_colour_changes_no_character(language: str) -> None:
    for code in SAMPLES.values():
        html = coloured(code, language, Allowance())

        assert unescape(re.sub(r"</?span[^>]*>", "", html)) == code


@pytest.mark.parametrize("language", SAMPLES)
def test_code_in_its_own_language_has_colour(language: str) -> None:
    assert "<span class=" in coloured(SAMPLES[language], language, Allowance())


@pytest.mark.parametrize(
    "info, language",
    [
        ("python", "python"),
        ("Py extra words", "python"),
        ("{.yaml}", "yaml"),
        ("c++", "cpp"),
        ("console", "bash"),
        ("", None),
        ("brainfuck", None),
        ("x" * 30_000, None),
    ],
)
def test_language_is_the_first_word_after_the_fence(info: str, language: str | None) -> None:
    assert language_of(info) == language


@pytest.mark.parametrize("code", ["a = 1\n" * LONGEST_CODE, f"a = {'1' * LONGEST_LINE}\n"])
def test_code_of_unusual_size_or_shape_is_left_without_colour(code: str) -> None:
    assert coloured(code, "python", Allowance()) == code


def test_a_spent_allowance_leaves_the_rest_without_colour_and_whole() -> None:
    allowance = Allowance(1e-9)

    first = coloured("return 1\n" * 100, "python", allowance)
    second = coloured("return 1\n", "python", allowance)

    assert re.sub(r"</?span[^>]*>", "", first) == "return 1\n" * 100
    assert first.count("<span") < 5
    assert second == "return 1\n"


def test_every_class_has_a_colour() -> None:
    css = "".join(path.read_text() for path in (ROOT / "static" / "css").glob("*.css"))

    assert [name for name in sorted(highlight.CLASSES) if not re.search(rf"\.{name}[ ,){{]", css)] == []
