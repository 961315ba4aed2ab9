"""A fact of the tests' own, and a way to wire reactions to it for one test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from typing import Literal

from flask import Flask

from app.actor import SYSTEM
from app.mail import queue_letter
from app.outbox.facts import Code, Fact, fact
from app.outbox.record import Happening, Reaction, record


class Weather(Enum):
    """Words of the program's own."""

    DRY = "dry"
    WET = "wet"


@fact("test_bell_rang")
class BellRang(Fact):
    """Somebody rang."""

    number: int


@fact("test_everything", version=3)
class Everything(Fact):
    """One field of each kind that a fact may hold."""

    yes: bool
    share: float
    at: datetime | None
    weather: Weather
    side: Literal["left", "right"]
    code: Code
    ids: tuple[int, ...] = ()
    moments: tuple[datetime, ...] | None = None

    @classmethod
    def raise_from(cls, version, payload):
        if version == 2:
            return {**payload, "side": "left"}
        return super().raise_from(version, payload)


@contextmanager
def wired(app: Flask, *reactions: Reaction) -> Iterator[None]:
    """Put reactions in the place of the application's own."""
    kept = app.extensions["samen.reactions"]
    app.extensions["samen.reactions"] = {reaction.name: reaction for reaction in reactions}
    try:
        yield
    finally:
        app.extensions["samen.reactions"] = kept


def reaction(run: Callable[[Happening], None], name: str = "tests.listen") -> Reaction:
    return Reaction(name, ("test_bell_rang",), run)


def ring(number: int = 1) -> int:
    """Record that the bell rang; return the event's id."""
    return record(BellRang(number=number), by=SYSTEM)


def write_a_letter(happening: Happening) -> None:
    """React with an effect that can be counted: one letter per call, and a fact that follows."""
    assert isinstance(happening.fact, BellRang)
    number = happening.fact.number
    queue_letter(to="someone@example.org", subject=f"Bell {number}", body=".", language="en", message_id=f"{number}@t")
