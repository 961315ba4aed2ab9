"""Find and open the files of a community elsewhere: plain, .gz or .xz."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, cast

from app.importers.rows import ArchiveRefused

ENDINGS = ("", ".gz", ".xz")
TORN = (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile)  # what reading a file raises that ends too early


def check_folder(folder: Path) -> None:
    """Raise ArchiveRefused unless this is a folder."""
    if not folder.is_dir():
        why = "this is a file; name the folder that it is in" if folder.exists() else "there is no such folder"
        raise ArchiveRefused(str(folder), "missing", why)


def found_file(folder: Path, name: str) -> Path:
    """Return where this file is. Raises ArchiveRefused when it is not there."""
    path = optional_file(folder, name)
    if path is None:
        raise ArchiveRefused(name, "missing", "not in this folder, neither plain nor as .gz or .xz")
    return path


def optional_file(folder: Path, name: str) -> Path | None:
    """Return where this file is; None when it is not there."""
    found = [folder / (name + ending) for ending in ENDINGS if (folder / (name + ending)).is_file()]
    return found[0] if found else None


def opened(path: Path) -> IO[bytes]:
    """Open a file for reading what it holds. Reading raises one of TORN where its compression ends too early."""
    if path.suffix == ".xz":
        return lzma.open(path, "rb")
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def digest_of_files(paths: Iterable[Path]) -> str:
    """Return a digest of the names and bytes of these files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()


def base_name(file: str) -> str:
    """Return a file's name without the ending of its compression."""
    return file.removesuffix(".gz").removesuffix(".xz")
