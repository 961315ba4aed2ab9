"""The compiled message catalogues: made from translations/<language>/ whenever a source is newer; never committed."""

from __future__ import annotations

from pathlib import Path

from devtools import environment
from devtools.places import TRANSLATIONS
from devtools.speaking import Trouble, step


def ensure() -> None:
    """Compile every language whose .po files changed since. Needs .venv."""
    stale = [folder.name for folder in languages() if is_stale(folder)]
    if not stale:
        return
    step(f"Compiling translations: {', '.join(stale)}")
    if environment.inside(["-m", "devtools.inside.catalogues", *stale]) != 0:
        raise Trouble("The translations could not be compiled; the reason is above.", "./dev check translations")


def languages() -> list[Path]:
    """Return the folder of each language that has texts."""
    return sorted(folder for folder in TRANSLATIONS.glob("*") if sources(folder))


def sources(folder: Path) -> list[Path]:
    """Return the .po files that make one language's catalogue, in the order in which they are merged."""
    return [*sorted(folder.glob("LC_MESSAGES/*.po")), *sorted(folder.glob("parts/*.po"))]


def compiled(folder: Path) -> Path:
    """Return where the compiled catalogue of a language is."""
    return folder / "LC_MESSAGES" / "messages.mo"


def is_stale(folder: Path) -> bool:
    """Say whether a source, or the list of them, is newer than the compiled catalogue."""
    made = compiled(folder)
    if not made.exists():
        return True
    # A folder's own time changes when a file is added or taken away.
    seen = [*sources(folder), folder / "parts"]
    return max(path.stat().st_mtime_ns for path in seen if path.exists()) > made.stat().st_mtime_ns
