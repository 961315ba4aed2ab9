"""Where things are in this checkout. Nothing is created here."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TRANSLATIONS = ROOT / "translations"
VENDORED = ROOT / "static" / "vendor"
VENDOR_LOCK = VENDORED / "vendor.lock"


def instance() -> Path:
    """Return the folder of this installation's own files, as the application does."""
    return Path(os.environ.get("SAMEN_INSTANCE") or ROOT / "instance").absolute()


def search_index() -> Path:
    """Return the folder of the search engine's files, as the application does."""
    place = instance() if os.environ.get("SAMEN_INSTANCE") else ROOT
    return Path(os.environ.get("SAMEN_SEARCH_INDEX") or place / "search_index").absolute()


def shared_data() -> Path:
    """Return the folder with real data for tests; it need not exist."""
    return Path(os.environ.get("SAMEN_SHARED") or ROOT.parent / "shared").absolute()


def program(*names: str) -> Path | None:
    """Return the first of these programs that is on the PATH or where Debian keeps its own."""
    usual = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *usual])
    for name in names:
        if found := shutil.which(name, path=path):
            return Path(found)
    return None
