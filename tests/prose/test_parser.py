"""Markdown as people know it, and where it differs from CommonMark on purpose."""

from __future__ import annotations

import pytest

from app.prose.parser import DEEPEST
from app.prose.rendering import render

REL = 'rel="nofollow ugc noopener"'


def html_of(text: str) -> str:
    return render(text, source_format="markdown").html.strip()


@pytest.mark.parametrize(
    "markdown, html",
    [
        ("*a* **b** ~~c~~ ~d~ `e`", "<p><em>a</em> <strong>b</strong> <s>c</s> <s>d</s> <code>e</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("    x < y", '<pre tabindex="0"><code>x &lt; y\n</code></pre>'),
        ("---", "<hr>"),
        ("5 < 6 & 7 > 2", "<p>5 &lt; 6 &amp; 7 &gt; 2</p>"),
        ("&copy; &amp; &#35;", "<p>© &amp; #</p>"),
        ("\\*a\\*", "<p>*a*</p>"),
    ],
)
def test_markdown_makes(markdown: str, html: str) -> None:
    assert html_of(markdown) == html


@pytest.mark.parametrize("html", ["<table><tr><td>1</td></tr></table>", "<b>bold</b>", "<!-- no -->", "<br>"])
def test_html_in_markdown_is_shown_as_typed(html: str) -> None:
    assert html_of(html) == f"<p>{html.replace('<', '&lt;').replace('>', '&gt;')}</p>"


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c#d", "http://example.org", "mailto:a@example.org", "/questions/1", "#top"]
)
def test_link_leads_to_the_web_to_mail_or_to_this_site(address: str) -> None:
    assert html_of(f"[here]({address})") == f'<p><a href="{address}" {REL}>here</a></p>'


@pytest.mark.parametrize(
    "address", ["javascript:x", "JaVaScRiPt:x", "data:text/html,x", "vbscript:x", "ftp://x", "x:y"]
)
def test_link_to_anything_else_is_shown_as_typed(address: str) -> None:
    assert html_of(f"[here]({address})") == f"<p>[here]({address})</p>"


def test_link_longer_than_any_address_is_no_link() -> None:
    assert "<a" not in html_of(f"[x](https://example.org/{'y' * 3_000})")


def test_link_keeps_its_title_and_references_work() -> None:
    assert html_of('[a](/x "T") [b]\n\n[b]: /y') == (
        f'<p><a href="/x" title="T" {REL}>a</a> <a href="/y" {REL}>b</a></p>'
    )


@pytest.mark.parametrize(
    "deep",
    [
        ">" * (DEEPEST + 40) + " still here",
        "- " * (DEEPEST + 40) + "still here",
        "".join(f"{'  ' * depth}- level\n" for depth in range(60)) + "  " * 60 + "- still here",
        "> - " * DEEPEST + "\n> * " * DEEPEST + "still here",
    ],
)
def test_words_nested_too_deeply_are_kept_as_text(deep: str) -> None:
    html = html_of(deep)

    assert "still here" in html
    assert max(html.count("<blockquote>"), html.count("<ul>")) <= DEEPEST


def test_a_text_is_rendered_the_same_whatever_was_rendered_before() -> None:
    first = html_of("[a]: /x\n\n[a] # b")
    html_of("[a]: /elsewhere\n\n# c")

    assert html_of("[a]: /x\n\n[a] # b") == first
