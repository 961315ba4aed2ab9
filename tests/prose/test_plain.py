"""Plain text keeps its lines and its paragraphs, and nothing in it is markup."""

from __future__ import annotations

import pytest

from app.prose.rendering import render


@pytest.mark.parametrize(
    "text, html",
    [
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("one\n \n\t\n\n two ", "<p>one</p>\n<p>two</p>"),
        ("\n\none\n\n", "<p>one</p>"),
        ("*a* # b\n> c", "<p>*a* # b<br>\n&gt; c</p>"),
        ("<b>&amp;</b>", "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>"),
    ],
)
def test_plain_text_makes(text: str, html: str) -> None:
    assert render(text, source_format="plain").html == html


def test_address_and_mention_are_links() -> None:
    html = render("ask @ann at https://e.org/?a&b", source_format="plain", mention_url=lambda h: f"/people/{h}").html

    rel = 'rel="nofollow ugc noopener"'
    assert html == (
        f'<p>ask <a href="/people/ann" class="mention" {rel}>@ann</a> at '
        f'<a href="https://e.org/?a&amp;b" {rel}>https://e.org/?a&amp;b</a></p>'
    )
