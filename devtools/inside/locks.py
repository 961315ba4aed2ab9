"""Compare requirements*.in with requirements*.txt: print what is missing, outdated, unhashed or differs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from devtools.places import ROOT

PINNED = re.compile(r"^([\w.\[\],-]+)==(\S+)((?: ;[^\\\n]*(?<! ))?)((?: \\\n +--hash=\S+)*)", re.MULTILINE)


def main() -> int:
    """Return 1 when a lock does not hold what its .in asks for."""
    found = [said for asked in sorted(ROOT.glob("requirements*.in")) for said in complaints_about(asked)]
    found += _disagreements([pinned(path) for path in sorted(ROOT.glob("requirements*.txt"))])
    if found:
        print("\n".join([*found, "mend it with: ./dev lock"]))
    return 1 if found else 0


def complaints_about(asked: Path) -> Iterator[str]:
    """Yield what is wrong with the lock that belongs to one .in file."""
    lock = asked.with_suffix(".txt")
    if not lock.exists():
        yield f"{lock.name} is missing"
        return
    pins = pinned(lock)
    for requirement in wanted(asked):
        versions = pins.get(canonicalize_name(requirement.name), set())
        if not versions:
            yield f"{lock.name} does not have {requirement.name}"
        elif not all(requirement.specifier.contains(version, prereleases=True) for version in versions):
            yield f"{lock.name} has {requirement.name} {', '.join(map(str, versions))}, and {requirement} is asked for"
    text = lock.read_text()
    yield from (f"{lock.name}: {match[1]} has no hash" for match in PINNED.finditer(text) if not match[4])
    if re.search(r"^\s*--(extra-)?index-url|^\s*--find-links|://", text, re.MULTILINE):
        yield f"{lock.name} names a place to download from; locks hold names, versions and hashes only"


def wanted(asked: Path) -> Iterator[Requirement]:
    """Yield the requirements of an .in file and of those it includes."""
    for line in asked.read_text().splitlines():
        words = line.partition("#")[0].strip()
        if words.startswith("-r "):
            yield from wanted(asked.parent / words.removeprefix("-r ").strip())
        elif words and not words.startswith("-"):
            yield Requirement(words)


def pinned(lock: Path) -> dict[str, set[Version]]:
    """Return the versions a lock has per package: more than one where they depend on the platform."""
    pins: dict[str, set[Version]] = {}
    for match in PINNED.finditer(lock.read_text()):
        name = canonicalize_name(match[1].partition("[")[0])
        pins.setdefault(name, set()).add(Version(match[2]))
    return pins


def _disagreements(locks: list[dict[str, set[Version]]]) -> Iterator[str]:
    for name in sorted(set().union(*locks)):
        if len({frozenset(pins[name]) for pins in locks if name in pins}) > 1:
            yield f"the lock files disagree about the version of {name}"


if __name__ == "__main__":
    sys.exit(main())
