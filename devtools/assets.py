"""What is in static/: are the vendored files the ones that were reviewed, and is everything together small enough?"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from devtools.places import ROOT, VENDOR_LOCK, VENDORED

BUDGET_KB = 80
BYTES_PER_KB = 1024


@dataclass(frozen=True)
class Vendored:
    """One package in vendor.lock.

    `files` maps a path below static/vendor/ to its sha256. `integrity` is the registry's own: "sha512-" and the base64
    digest of the archive.
    """

    name: str
    version: str
    licence: str
    integrity: str
    files: dict[str, str]


def locked() -> list[Vendored]:
    """Read vendor.lock."""
    if not VENDOR_LOCK.exists():
        return []
    return [Vendored(**entry) for entry in json.loads(VENDOR_LOCK.read_text())]


def changed_vendored_files() -> list[str]:
    """Return a complaint per file that is missing, differs from vendor.lock, or is not in it."""
    complaints = []
    expected = {path: digest for package in locked() for path, digest in package.files.items()}
    for path, digest in expected.items():
        if not (VENDORED / path).is_file():
            complaints.append(f"static/vendor/{path} is missing; mend it with: ./dev vendor")
        elif sha256(VENDORED / path) != digest:
            complaints.append(f"static/vendor/{path} is not the file that was reviewed; mend it with: ./dev vendor")
    present = {str(path.relative_to(VENDORED)) for path in VENDORED.rglob("*") if path.is_file()}
    strays = present - set(expected) - {VENDOR_LOCK.name}
    complaints += [f"static/vendor/{path} is not in vendor.lock" for path in sorted(strays)]
    complaints += [f"{package.name} has no licence in vendor.lock" for package in locked() if not package.licence]
    return complaints


def over_budget() -> list[str]:
    """Return a complaint with all sizes when styles and scripts together exceed the budget after gzip."""
    sizes = {path: len(gzip.compress(path.read_bytes())) / BYTES_PER_KB for path in budgeted()}
    total = sum(sizes.values())
    if total <= BUDGET_KB:
        return []
    largest = sorted(sizes, key=lambda path: sizes[path], reverse=True)
    lines = [f"{sizes[path]:6.1f} kB  {path.relative_to(ROOT)}" for path in largest]
    return [f"{total:.1f} kB together; the budget is {BUDGET_KB} kB:", *lines]


def budgeted() -> list[Path]:
    """Return every style and script that a page may load, our own and vendored."""
    return sorted(path for path in (ROOT / "static").rglob("*") if path.suffix in {".css", ".js"})


def sha256(path: Path) -> str:
    """Return a file's digest in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
