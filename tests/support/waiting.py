"""Waiting for what another process does: as short as it takes, never a fixed pause."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def until(is_so: Callable[[], T], *, seconds: float) -> T:
    """Return what `is_so` returns as soon as that is true; its last answer when time is up."""
    deadline = time.monotonic() + seconds
    while not (answer := is_so()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return answer


def is_running(pid: int) -> bool:
    """Say whether a process is alive; one that ended and only waits to be counted is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
