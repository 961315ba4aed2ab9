"""Where the files of a dump are: plain, .gz or .xz in a folder, or inside the .7z archives as they are published.

Archives are given themselves or lie in the folder: one with everything, or one per table for the largest sites. Nothing
is unpacked to disk, and only names that we ask for are looked up.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO

from app.importers.packed import base_name, digest_of_files, opened, optional_file
from app.importers.rows import ArchiveRefused
from app.importers.seven_zip import Member, members_of, open_member


class DumpFiles:
    """The files of the dump at a path, a folder or a .7z archive."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._packed: dict[str, tuple[Path, Member]] | None = None

    def fingerprint(self, names: Iterable[str]) -> str:
        """Return a digest of the files that may hold these names."""
        wanted = set(names)
        plain = [path for path in self._path.glob("*") if base_name(path.name) in wanted] if self._path.is_dir() else []
        return digest_of_files([*plain, *self._archives()])

    def has(self, name: str) -> bool:
        """Say whether the dump has this file. Raises ArchiveRefused when an archive cannot be read."""
        return self._plain(name) is not None or name in self._members()

    def need(self, name: str) -> None:
        """Raise ArchiveRefused unless the dump has this file."""
        if not self.has(name):
            raise ArchiveRefused(name, "missing", "not there, neither plain nor as .gz, .xz or in a .7z")

    def opened(self, name: str) -> IO[bytes]:
        """Open a file that the dump has."""
        plain = self._plain(name)
        return opened(plain) if plain is not None else open_member(*self._members()[name])

    def _plain(self, name: str) -> Path | None:
        return optional_file(self._path, name) if self._path.is_dir() else None

    def _archives(self) -> list[Path]:
        return sorted(self._path.glob("*.7z")) if self._path.is_dir() else [self._path]

    def _members(self) -> dict[str, tuple[Path, Member]]:
        if self._packed is None:
            self._packed = {}
            for path in self._archives():
                for name, member in members_of(path).items():
                    self._packed.setdefault(name.rpartition("/")[2], (path, member))
        return self._packed
