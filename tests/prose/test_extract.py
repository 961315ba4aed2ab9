"""From rendered HTML back to words."""

from __future__ import annotations

import pytest

from app.prose.extract import excerpt, own_words, plain_text
from app.prose.rendering import render


def html_of(text: str) -> str:
    return render(text, source_format="markdown").html


@pytest.mark.parametrize(
    "markdown, words",
    [
        ("a **b**c", "a bc"),
        ("one\ntwo\n\nthree", "one\ntwo\nthree"),
        ("- a\n- [x] b", "a\nb"),
        ("|a|b|\n|-|-|\n|1|2|", "a\nb\n1\n2"),
        ("5 < 6 & `<b>`", "5 < 6 & <b>"),
        ("[words](https://e.org/hidden)", "words"),
        ('![a > b "c"](/x \'"><b>\')', 'a > b "c"'),
        ("```python\nif a:\n    b()\n```", "if a:\nb()"),
        ("", ""),
    ],
)
def test_plain_text_is_the_words_without_markup(markdown: str, words: str) -> None:
    assert plain_text(html_of(markdown)) == words


def test_many_blanks_in_a_row_are_kept_and_looked_at_once() -> None:
    blanks = " \t" * 200_000  # each would be looked at from each: minutes
    assert plain_text(f"<pre>a{blanks}b</pre>") == f"a{blanks}b"


def test_own_words_are_without_quotations_and_code() -> None:
    assert (
        own_words(html_of("> theirs\n>> older\n\nmine\n\n```\ncode\n```\n\n> again\n\nand `mine`")) == "mine\nand mine"
    )


@pytest.mark.parametrize(
    "markdown, length, words",
    [
        ("Short.", 20, "Short."),
        ("one two three four", 12, "one two…"),
        ("one two, three", 9, "one two…"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("> quoted\n\nmine", 20, "mine"),
        ("> only quoted", 20, "only quoted"),
        ("```\nonly code\n```", 20, "only code"),
        ("one\n\ntwo", 20, "one two"),
        ("a <b>", 20, "a <b>"),
        ("anything", 0, ""),
    ],
)
def test_excerpt_is_the_first_whole_words(markdown: str, length: int, words: str) -> None:
    assert excerpt(html_of(markdown), length) == words
    assert len(words) <= length
