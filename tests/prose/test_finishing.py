"""Where our HTML of Markdown differs: headings, pictures, tables, task lists, code, people."""

from __future__ import annotations

import re

import pytest

from app.prose.rendering import render

REL = 'rel="nofollow ugc noopener"'


def html_of(text: str) -> str:
    return render(text, source_format="markdown", mention_url=lambda handle: f"/people/{handle}").html.strip()


def headings(html: str) -> list[str]:
    assert re.findall(r"<(h\d)", html) == re.findall(r"</(h\d)", html)
    return re.findall(r"<(h\d)", html)


@pytest.mark.parametrize(
    "markdown, levels",
    [
        ("# a\n## b\n### c\n#### d\n##### e", ["h3", "h4", "h5", "h6", "h6"]),
        ("### a\n# b\n###### c", ["h3", "h3", "h4"]),
        ("a\n=\n\nb\n-", ["h3", "h4"]),
        ("> ## quoted\n\n# own", ["h3", "h3"]),
    ],
)
def test_headings_begin_below_the_page_and_skip_no_level(markdown: str, levels: list[str]) -> None:
    assert headings(html_of(markdown)) == levels


def test_heading_takes_no_anchor() -> None:
    assert html_of("# Main") == "<h3>Main</h3>"


@pytest.mark.parametrize(
    "markdown, html",
    [
        ("![A cat](https://e.org/c.png)", f'<a href="https://e.org/c.png" {REL}>A cat</a>'),
        ('![A *cat*](c.png "T")', f'<a href="c.png" title="T" {REL}>A cat</a>'),
        ("![](https://e.org/c.png)", f'<a href="https://e.org/c.png" {REL}>e.org/c.png</a>'),
        ("[![badge](b.png)](https://ci.org)", f'<a href="https://ci.org" {REL}>badge</a>'),
        ("![a][p]\n\n[p]: /p.png", f'<a href="/p.png" {REL}>a</a>'),
        ("![nothing]()", "nothing"),
        ("![see https://e.org and @ann](c.png)", f'<a href="c.png" {REL}>see https://e.org and @ann</a>'),
    ],
)
def test_picture_becomes_a_link_to_it(markdown: str, html: str) -> None:
    assert html_of(markdown) == f"<p>{html}</p>"


def test_table_is_aligned_by_class_in_a_box_that_scrolls() -> None:
    html = html_of("a | b | c\n:-- | --: | :-:\n1 | 2 | 3")

    assert html.startswith('<div class="table-scroll" tabindex="0">\n<table>')
    assert html.endswith("</table>\n</div>")
    assert '<th class="align-left">a</th>' in html
    assert '<td class="align-right">2</td>' in html
    assert '<td class="align-center">3</td>' in html


def test_task_box_is_named_by_its_words_and_cannot_be_pressed() -> None:
    html = html_of("- [ ] open\n- [x] done\n- plain")

    box = '<input class="task-list-item-checkbox" disabled="" type="checkbox">'
    assert f'<li class="task-list-item"><label>{box} open</label></li>' in html
    assert re.search(r'<label><input [^>]*checked=""[^>]*> done</label>', html)
    assert "<li>plain</li>" in html
    assert html.startswith('<ul class="contains-task-list">')


def test_task_without_words_has_no_box_without_a_name() -> None:
    assert "<input" not in html_of("- [ ] ```\n  code\n  ```")


def test_fence_is_coloured_where_its_language_is_known() -> None:
    assert html_of("```python\nreturn 1\n```") == (
        '<pre class="highlight" tabindex="0"><code class="language-python">'
        '<span class="k">return</span> <span class="m">1</span>\n</code></pre>'
    )


@pytest.mark.parametrize("info", ["", "nosuchlanguage", 'x" onclick="y', "language-" * 3_000, "<b>", "../../etc"])
def test_fence_of_another_language_is_just_code(info: str) -> None:
    assert html_of(f"~~~{info}\na < b\n~~~") == '<pre tabindex="0"><code>a &lt; b\n</code></pre>'


@pytest.mark.parametrize(
    "markdown",
    [
        "`@ann`",
        "    @ann",
        "```\n@ann\n```",
        "\\@ann",
        "a@ann",
        "[see @ann](/x)",
        "[![@ann](a.png)](/x)",
        "//e.org/@ann",
    ],
)
def test_nobody_is_mentioned_in_code_links_and_words(markdown: str) -> None:
    assert "/people/" not in html_of(markdown)


@pytest.mark.parametrize(
    "markdown, handle",
    [
        ("@ann", "ann"),
        ("**@ann**", "ann"),
        ("(@ann)", "ann"),
        ("# @ann", "ann"),
        ("@ann_de_wit.", "ann_de_wit"),
        ("@Zoë", "Zoë"),
    ],
)
def test_mention_leads_to_a_person(markdown: str, handle: str) -> None:
    html = html_of(markdown)

    assert f'class="mention" {REL}>@{handle}</a>' in html
    assert html.count("<a ") == 1


def test_nobody_is_mentioned_where_the_caller_knows_nobody() -> None:
    assert render("@ann", source_format="markdown").html.strip() == "<p>@ann</p>"
    assert render("@ann", source_format="markdown", mention_url=lambda _: None).html.strip() == "<p>@ann</p>"


def test_mail_address_with_underscores_is_found_whole() -> None:
    assert f'<a href="mailto:a_b_c@e.org" {REL}>a_b_c@e.org</a>' in html_of("mail a_b_c@e.org")
