"""Words of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ranking.text import LONGEST_WORD, words


@pytest.mark.parametrize(
    "text, expected",
    [
        ("My Printer's paper-jam!", ["my", "printer", "s", "paper", "jam"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("ﬁle ＡＢＣ", ["file", "abc"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("東京都庁", ["東京", "京都", "都庁"]),
        ("iPhone壊れた", ["iphone", "壊れ", "れた"]),
        ("字", ["字"]),
        ("one_two 3.5", ["one", "two", "3", "5"]),
        ("", []),
    ],
)
def test_words_of_many_scripts(text, expected):
    assert words(text) == expected


def test_accents_written_either_way_are_the_same_word():
    assert words("caf\u00e9") == words("cafe\u0301")


@given(st.text(max_size=2_000))
def test_any_text_gives_short_words_without_spaces(text):
    for word in words(text):
        assert 0 < len(word) <= LONGEST_WORD
        assert not any(character.isspace() for character in word)


def test_a_huge_text_is_cut():
    assert len(words("a " * 100_000)) == 3_000
