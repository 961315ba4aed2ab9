"""Hand what was sent to `reencode`, which makes the picture anew in a process of its own, and read the answer."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l

from app.attachments.models import MEDIA_TYPES
from app.errors import Invalid, TooMany

PROGRAM = Path(__file__).with_name("reencode.py")
MOST_SECONDS = 20
AT_ONCE = 2
WAIT_SECONDS = 10

REFUSALS = {
    "not_a_picture": _l("This is not a picture that can be read. Choose a PNG, JPEG or WebP file."),
    "too_many_pixels": _l("This picture is too large to read. Make it smaller first, or take a part of it."),
    "moving_picture": _l("Moving pictures cannot be added. Choose a still one."),
}

_room = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Picture:
    """A picture made anew."""

    content: bytes
    media_type: str
    width: int
    height: int


def made_anew(sent: bytes) -> Picture:
    """Return the picture made anew from its pixels. Raises Invalid where it is none, TooMany where many wait already.

    Takes up to a few seconds: call it before the first statement of a writing request.
    """
    if not _room.acquire(timeout=WAIT_SECONDS):
        raise TooMany("pictures_at_once", retry_after_s=WAIT_SECONDS)
    try:
        first, _line, content = _answer_to(sent).partition(b"\n")
    finally:
        _room.release()
    try:
        said = json.loads(first)
    except ValueError:
        # The decoder was ended by the system: it wanted more memory or time than a picture may take.
        said = {"refused": "too_many_pixels"}
    if "refused" in said or said.get("media_type") not in MEDIA_TYPES:
        code = str(said.get("refused", "not_a_picture"))
        raise Invalid(code, REFUSALS[code], field="picture")
    return Picture(content, said["media_type"], said["width"], said["height"])


def _answer_to(sent: bytes) -> bytes:
    # No shell, no environment, no import path of ours: the program stands alone.
    command = [sys.executable, "-I", str(PROGRAM)]
    try:
        done = subprocess.run(command, input=sent, capture_output=True, env={}, timeout=MOST_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""
