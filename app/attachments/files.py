"""The folder of pictures: one file each, under a name of ours, written whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import current_app

from app.config import Config

PUBLIC_ID = re.compile(r"[0-9a-f]{32}")


def path_of(public_id: str) -> Path:
    """Return where this picture's file is, or would be. Raises ValueError for what is no id of ours."""
    if not PUBLIC_ID.fullmatch(public_id):
        raise ValueError(public_id)
    return _folder() / public_id[:2] / public_id


def keep(public_id: str, content: bytes) -> None:
    """Write a picture's file, so that it is there whole even if the machine stops now."""
    path = path_of(public_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix="new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def remove(public_id: str) -> None:
    """Delete a picture's file; it may be gone already."""
    path_of(public_id).unlink(missing_ok=True)


def files_older_than(moment_s: float) -> Iterator[Path]:
    """Yield every file in the folder that was last written before this POSIX time, half-written ones too."""
    for path in _folder().glob("*/*"):
        if path.stat().st_mtime < moment_s:
            yield path


def _folder() -> Path:
    config: Config = current_app.extensions["samen.config"]
    return config.instance / "files"
