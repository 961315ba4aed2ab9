"""How ./dev speaks to the person at the terminal: steps, warnings, and troubles with the command that mends them."""

from __future__ import annotations

import os
import sys


class Trouble(Exception):
    """Something a person has to mend; `mend` is the one command that does it, where there is one."""

    def __init__(self, what: str, mend: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend


def step(words: str) -> None:
    """Say what is being done now."""
    _write("  ", words, "2")


def good(words: str) -> None:
    """Say that something is as it should be."""
    _write("✓ ", words, "32")


def warn(words: str) -> None:
    """Say something loudly that does not stop the work."""
    _write("! ", words, "33;1")


def bad(words: str) -> None:
    """Say that something failed."""
    _write("✗ ", words, "31;1")


def headline(words: str) -> None:
    """Begin a part of a long output."""
    print(f"\n{_coloured(f'── {words} ', '1')}{'─' * max(0, 100 - len(words))}", flush=True)


def tell(trouble: Trouble) -> None:
    """Say what is wrong and, on a line of its own to copy, what mends it."""
    bad(trouble.what)
    if trouble.mend:
        print(f"  Mend it with:  {trouble.mend}", flush=True)


def _write(sign: str, words: str, colour: str) -> None:
    print(_coloured(f"{sign}{words}", colour), flush=True)


def _coloured(words: str, colour: str) -> str:
    if "NO_COLOR" in os.environ or not sys.stdout.isatty():
        return words
    return f"\x1b[{colour}m{words}\x1b[0m"
