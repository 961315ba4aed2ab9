"""What a text may not do to its page."""

from __future__ import annotations

import pytest

from app.prose.page_rules import Outline, picture_words


@pytest.mark.parametrize(
    "written, given",
    [([1, 2, 3, 4, 5, 6], [3, 4, 5, 6, 6, 6]), ([6, 6, 1, 3], [3, 3, 3, 4]), ([2, 2, 3, 1], [3, 3, 4, 3])],
)
def test_headings_follow_one_another(written: list[int], given: list[int]) -> None:
    outline = Outline()

    assert [outline.level(level) for level in written] == given


@pytest.mark.parametrize(
    "alt, address, words",
    [
        (" A\n cat ", "/a.png", "A cat"),
        ("", "https://e.org/a.png", "e.org/a.png"),
        ("", f"https://e.org/{'x' * 90}.png", f"e.org/{'x' * 34}…{'x' * 15}.png"),
        ("", "", ""),
    ],
)
def test_picture_is_called_by_its_description_or_its_place(alt: str, address: str, words: str) -> None:
    assert picture_words(alt, address) == words
