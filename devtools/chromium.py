"""A Chromium for browser tests and screenshots: the one named, the system's, or one that playwright already has."""

from __future__ import annotations

import os
from pathlib import Path

from devtools.places import program
from devtools.speaking import Trouble

# The first is the same browser without a window: a new page of it costs a third.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHTS_OWN = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium")


def find() -> Path | None:
    """Return the browser's program, or None. Raises Trouble when $CHROMIUM names nothing."""
    if named := os.environ.get("CHROMIUM"):
        found = program(named)
        if found is None:
            raise Trouble(f"CHROMIUM names {named}, which is not there.", "unset CHROMIUM")
        return found
    return program(*NAMES) or _playwrights_own()


def _playwrights_own() -> Path | None:
    home = Path.home()
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = [Path(named)] if named else [home / ".cache/ms-playwright", home / "Library/Caches/ms-playwright"]
    found = [path for folder in folders for pattern in PLAYWRIGHTS_OWN for path in folder.glob(pattern)]
    return max(found, default=None)
