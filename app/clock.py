"""The only source of the present moment, and reading moments that a page hands back.

Tests fix the present one; nothing else in `app` asks the system for the time.
"""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, in UTC and zone-aware."""
    return datetime.now(UTC)


def moment_in(text: str) -> datetime:
    """Return the moment that a text names, in UTC. Raises ValueError where it has no zone, or is in no calendar."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("before the first year or after the last") from error
