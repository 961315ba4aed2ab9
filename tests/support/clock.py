"""Time stands still at one known moment until a test moves it: `clock.shift(60)`, `clock.move_to(moment)`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # a Monday morning


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Fix the time. Every test that uses the database has it fixed already; ask for it to move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
