"""The only source of the present moment. Tests fix it; nothing else in `app` asks the system for the time."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, in UTC and zone-aware."""
    return datetime.now(UTC)
