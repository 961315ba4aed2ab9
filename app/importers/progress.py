"""A progress bar with rate and time left, for long commands.

Work is counted in units that cost about the same, so that the time left is an honest guess from the first seconds on.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

WIDTH = 24
DRAW_EVERY_S = 0.2
SAY_EVERY_S = 10.0


class Progress:
    """Draws on a terminal; writes a line now and then to anything else. `weight` is the units that one row costs."""

    def __init__(self, out: TextIO | None = None, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._out = out if out is not None else sys.stderr
        self._seconds = seconds
        self._is_terminal = self._out.isatty()
        self._units_total = self._units_done = 0.0
        self._label, self._weight, self._rows = "", 1.0, 0
        self._began = self._phase_began = seconds()
        self._drawn_at = self._began

    def expect(self, units: float) -> None:
        """Say how much work is still to come, now that it is known."""
        self._units_total = self._units_done + units

    def phase(self, label: str, *, weight: float = 1.0) -> None:
        """Begin with another kind of rows."""
        self._label, self._weight, self._rows = label, weight, 0
        self._phase_began = self._seconds()

    def advance(self, rows: int = 1) -> None:
        """Say that this many rows are done."""
        self._rows += rows
        self._units_done += rows * self._weight
        now = self._seconds()
        if now - self._drawn_at >= (DRAW_EVERY_S if self._is_terminal else SAY_EVERY_S):
            self._drawn_at = now
            self._show()

    def finish(self) -> None:
        """Draw the last state and end the line."""
        self._units_done = self._units_total
        if self._is_terminal:
            self._show()
            self._out.write("\n")
            self._out.flush()

    def text(self) -> str:
        """Return the line as it stands."""
        now = self._seconds()
        share = min(self._units_done / self._units_total, 1.0) if self._units_total else 0.0
        bar = "█" * round(share * WIDTH)
        rate = self._rows / max(now - self._phase_began, 1e-3)
        parts = [f"{bar:░<{WIDTH}} {share:>4.0%}", f"{self._label}: {self._rows:,}", f"{rate:,.0f} per s"]
        if 0.0 < share < 1.0:
            left = (now - self._began) * (1.0 - share) / share
            parts.append(f"{left // 60:.0f}:{left % 60:02.0f} left")
        return " · ".join(parts)

    def _show(self) -> None:
        line = self.text()
        self._out.write(f"\r\x1b[2K{line}" if self._is_terminal else f"{line}\n")
        self._out.flush()
