"""The only source of the present moment, and reading moments that a page hands back.

Tests fix the present one; nothing else in `app` asks the system for the time. The demo tells what happened days ago as
if it were then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_TOLD: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Return the present moment, in UTC and zone-aware."""
    return _TOLD.get() or datetime.now(UTC)


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Let the present be this moment, in UTC, within: for stories of the past."""
    before = _TOLD.set(moment)
    try:
        yield
    finally:
        _TOLD.reset(before)


def moment_in(text: str) -> datetime:
    """Return the moment that a text names, in UTC. Raises ValueError where it has no zone, or is in no calendar."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("before the first year or after the last") from error
