"""Pictures for the documentation, taken by the browser tests that tell their story.

    SAMEN_PICTURES=docs/img .venv/bin/pytest tests/browser/test_buying_a_car.py

Without the variable no picture is taken.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page

WIDTH = 1000
"""Pixels: as wide as a page of the documentation shows a picture."""


def take_picture(subject: Page | Locator, name: str) -> None:
    """Keep what is on the screen, or one part of a page, as NAME.webp in the folder of SAMEN_PICTURES, if it is set."""
    folder = os.environ.get("SAMEN_PICTURES")
    if folder is None:
        return
    with Image.open(io.BytesIO(subject.screenshot(animations="disabled"))) as shot:
        picture = shot.convert("RGB")
        picture.thumbnail((WIDTH, 4 * WIDTH), Image.Resampling.LANCZOS)
        picture.save(Path(folder, f"{name}.webp"), "WEBP", quality=80, method=6)
