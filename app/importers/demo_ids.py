"""Where rows of the demo say that they come from, and which ids they were given."""

from __future__ import annotations

from dataclasses import dataclass, field

SOURCE = "demo"


@dataclass
class DemoIds:
    """What the rows were given, by their keys in the files."""

    people: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
