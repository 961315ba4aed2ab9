"""The door: what comes in, what is refused, and that every format leaves through the sanitiser."""

from __future__ import annotations

import re

import pytest

from app.errors import Invalid
from app.prose.rendering import MAX_CHARACTERS, RENDERER_VERSION, render

FORMATS = ("markdown", "plain", "html")


def html_of(text: str, source_format: str = "markdown") -> str:
    return render(text, source_format=source_format).html


def test_rendering_says_which_version_made_it() -> None:
    assert render("Hello", source_format="plain").renderer_version == RENDERER_VERSION


@pytest.mark.parametrize("source_format", FORMATS)
def test_longest_text_is_rendered_and_one_more_character_refused(source_format: str) -> None:
    longest = "word " * (MAX_CHARACTERS // 5)

    assert "word word" in html_of(longest, source_format)
    with pytest.raises(Invalid) as refused:
        html_of(longest + "x", source_format)
    assert refused.value.code == "text_too_long"
    assert refused.value.field == "body"


@pytest.mark.parametrize("source_format", FORMATS)
@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", "\udfff"])
def test_what_cannot_be_stored_is_refused(bad: str, source_format: str) -> None:
    with pytest.raises(Invalid) as refused:
        html_of(bad, source_format)

    assert refused.value.code == "unstorable_text"


@pytest.mark.parametrize("source_format", FORMATS)
def test_control_characters_are_dropped_and_odd_line_breaks_understood(source_format: str) -> None:
    html = html_of("one\x08\x1b[31m\r\n\r\ntwo\r\rthree\x0c", source_format)

    assert "one[31m" in html
    assert not set(html) & {chr(code) for code in range(32) if chr(code) != "\n"}


@pytest.mark.parametrize("source_format", FORMATS)
def test_empty_text_is_empty(source_format: str) -> None:
    assert html_of("", source_format) == ""
    assert html_of(" \n\n ", source_format).strip() == ""


def test_unknown_format_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError):
        html_of("x", "bbcode")


@pytest.mark.parametrize("source_format", FORMATS)
@pytest.mark.parametrize(
    "danger",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        "[x](javascript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java\tscript:alert(1))",
        '<p style="position:fixed" id="main" data-x hx-get="/x">x</p>',
    ],
)
def test_known_dangers_end_as_text_or_not_at_all(danger: str, source_format: str) -> None:
    html = html_of(danger, source_format)

    tags = " ".join(re.findall(r"<[^>]*>", html))
    assert not re.search(r"script|svg|img|onload|onerror|style|id=|data-|hx-", tags)


def test_tangled_markdown_is_shown_as_plain_text_with_nothing_lost() -> None:
    """A quotation that is looked through to its end and then begun again, thousands of times."""
    tangled = ">---\nb\n" * 4_000

    html = html_of(tangled)

    assert html.count("&gt;---<br>") == 4_000
    assert "<blockquote>" not in html


def test_a_reference_used_thousands_of_times_does_not_make_a_page_of_megabytes() -> None:
    html = html_of(f"[a]: https://example.org/{'x' * 1_900}\n\n" + "[a] " * 6_000)

    assert len(html) < 200_000
