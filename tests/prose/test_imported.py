"""HTML of other systems: what it means is kept, what it does to the page is not."""

from __future__ import annotations

import re

import pytest

from app.prose.rendering import render

REL = 'rel="nofollow ugc noopener"'


def html_of(html: str) -> str:
    return render(html, source_format="html", mention_url=lambda handle: f"/people/{handle}").html


@pytest.mark.parametrize(
    "foreign, ours",
    [
        ("<h1>a</h1><h4>b</h4><h2>c</h2>", "<h3>a</h3><h4>b</h4><h4>c</h4>"),
        ("<p>Hi <b>you</b> <kbd>Ctrl</kbd> x<sup>2</sup>", "<p>Hi <b>you</b> <kbd>Ctrl</kbd> x<sup>2</sup></p>"),
        ("<dl><dt>a<dd>b</dl>", "<dl><dt>a</dt><dd>b</dd></dl>"),
        ("<section>a</section><article>b</article>", "<div>a</div><div>b</div>"),
        ('<div class="highlight" id="main" style="top:0">a</div>', "<div>a</div>"),
        ('<span class="k">a</span><font color="red">b</font>', "ab"),
        ("<p>a &amp; b &lt;c&gt; &nbsp;&eacute;</p>", "<p>a &amp; b &lt;c&gt; &nbsp;é</p>"),
        ("a<br>b", "a<br>b"),
        ("<script>x</script><style>y</style>z", "z"),
        ("<!-- hidden -->shown", "shown"),
        ("@ann", "@ann"),
    ],
)
def test_imported_html_becomes(foreign: str, ours: str) -> None:
    assert html_of(foreign) == ours


@pytest.mark.parametrize(
    "picture, shown",
    [
        (
            '<img src="https://e.org/a.png" alt="A &lt;cat&gt;">',
            f'<a href="https://e.org/a.png" {REL}>A &lt;cat&gt;</a>',
        ),
        ('<img src="https://e.org/a.png">', f'<a href="https://e.org/a.png" {REL}>e.org/a.png</a>'),
        ('<a href="/x"><img src="/a.png" alt="A"></a>', f'<a href="/x" {REL}>A</a>'),
        ('<img src="data:image/png;base64,AA" alt="A">', "A"),
        ('<img src="cid:1">', ""),
        (
            '<img srcset="https://e.org/b.png 2x" src="https://e.org/a.png" alt=A>',
            f'<a href="https://e.org/a.png" {REL}>A</a>',
        ),
    ],
)
def test_picture_becomes_a_link_to_it(picture: str, shown: str) -> None:
    assert html_of(picture) == shown


@pytest.mark.parametrize(
    "tag", ["video", "audio", "iframe", "object", "embed", "picture", "link", "svg", "math", "form"]
)
def test_nothing_that_calls_home_or_asks_is_left(tag: str) -> None:
    html = html_of(f'<{tag} src="https://e.org/x" href="https://e.org/x" data="https://e.org/x" action="/x">a</{tag}>')

    assert "<" not in html


def test_table_scrolls_in_a_box_of_its_own_and_one_within_it_does_not() -> None:
    html = html_of("<table><tr><td>1<table><tr><td>2</table></table>")

    assert html.startswith('<div class="table-scroll" tabindex="0"><table>')
    assert html.count("<div") == html.count("</div>") == 1


def test_unclosed_elements_are_not_reopened_without_end() -> None:
    """2,000 different ones before 3,500 paragraphs would make seven million elements."""
    unclosed = "<p>" + "".join(f"<b {n}>" for n in range(1_500)) + "</p>"

    html = html_of(unclosed + "<p>x" * 2_500)

    assert html.count("<p>") == 2_501
    assert len(re.findall("<b>", html)) < 20_000
