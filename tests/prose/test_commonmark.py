"""Without our additions the parser keeps to CommonMark."""

from __future__ import annotations

import json

import pytest

from app.prose.parser import strict_commonmark

# Empty quotations: <blockquote></blockquote> instead of one with a line break inside. The same to every browser.
LISTED = {220, 241, 242}


@pytest.mark.needs_shared
def test_every_example_of_commonmark_is_equal_or_listed(shared_data) -> None:
    examples = json.loads((shared_data / "corpora" / "markdown" / "commonmark_spec.json").read_text())

    different = {each["example"] for each in examples if strict_commonmark(each["markdown"]) != each["html"]}

    assert len(examples) == 655
    assert different == LISTED
