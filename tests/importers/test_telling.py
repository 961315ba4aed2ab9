"""Promises about what a source is said to be: licences that its texts name are never shortened."""

from __future__ import annotations

import pytest

from app.importers.sources import Source
from app.importers.telling import with_licences


@pytest.mark.parametrize(
    "told, named, shown",
    [
        ("", [], ""),
        ("", ["CC BY-SA 3.0", "CC BY-SA 4.0"], "CC BY-SA 3.0 / CC BY-SA 4.0"),
        ("CC BY-SA 3.0", ["CC BY-SA 3.0", "CC BY-SA 4.0"], "CC BY-SA 3.0 / CC BY-SA 4.0"),
        ("CC BY-SA 3.0", [], "CC BY-SA 3.0"),
        ("By agreement", ["CC BY-SA 3.0"], "By agreement"),
    ],
)
def test_licences_named_by_the_texts_are_shown_unless_told_otherwise(told: str, named: list[str], shown: str) -> None:
    assert with_licences(Source("things", "Things", licence=told), named).licence == shown
