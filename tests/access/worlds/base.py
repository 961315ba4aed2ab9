"""What every part of the world of the matrix is made with: the roles, canaries, and what was made so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.accounts.models import Person
from tests.cast import Cast

ROLES = (
    "visitor",
    "customer",
    "peer",
    "agent",
    "partner",
    "rival",
    "outsider",
    "moderator",
    "curator",
    "operator",
    "suspended",
)
MISSING = 8_999_999  # an id that nobody has


@dataclass(frozen=True)
class Canary:
    """Words that only some may see: in pages, headers, JSON, errors."""

    words: str
    what: str
    known_to: frozenset[str]


@dataclass
class World:
    """Everything made. `objects[kind][state]` are the values an address of that kind takes."""

    cast: Cast
    objects: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    canaries: list[Canary] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)  # what the matrix fills in: {category} …
    bystander_id: int = 0  # somebody with rows of her own that nobody may touch
    bystander_key: str = ""
    ghosts: dict[str, tuple[Person, dict[str, Any]]] = field(default_factory=dict)  # and what is odd about the session

    def hide(self, words: str, what: str, *known_to: str) -> str:
        """Register words that only these roles may see; return them."""
        self.canaries.append(Canary(words, what, frozenset(known_to)))
        return words
