"""The files of the index: mapped reading, and the head, the one small file that says what the index consists of.

    search_index/head              commit point and seal: folder, generation, and of every file its size and checksum
    search_index/index_<random>/   one Whoosh index; a rebuild makes a new folder and the head moves to it

Whoosh never syncs and cannot tell a torn file from a sound one. Here everything is synced before the head is replaced,
and a reader compares each file with the head before it trusts it, once. The files hold pickles: they are trusted as far
as the folder is, so an index from elsewhere is never put here; it is made anew from the database.
"""

import json
import mmap
import os
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from app.search.analysis import ANALYSIS_VERSION
from app.search.backend import IndexDamaged, IndexMissing
from app.search.whoosh_engine.codec import FORMAT_VERSION

HEAD = "head"
LOCK = "lock"
DRAFTS = ".tmp"
Look = tuple[int, int, int]
MADE_BY = f"{FORMAT_VERSION}.{ANALYSIS_VERSION}"


class MappedFile(StructFile):
    """A file to read, mapped into memory: what several processes read is there once. `get` moves no position."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        with file:
            # An empty file cannot be mapped.
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if os.fstat(file.fileno()).st_size else None
        self.content: mmap.mmap | bytes = content or b""
        super().__init__(content or BytesIO(), name=name)

    def get(self, position: int, length: int) -> bytes:
        return self.content[position : position + length]

    def close(self) -> None:
        """Leave closing to the last reader: arrays may still look into the mapping."""


class MappedStorage(FileStorage):
    """Whoosh's folder of files, read through mappings. Each instance has a folder for drafts of its own."""

    def temp_storage(self, _name: str | None = None) -> FileStorage:
        # Whoosh's own is shared by all writers of a folder, and the first to finish empties it.
        self._drafts = getattr(self, "_drafts", None) or f"{secrets.token_hex(6)}{DRAFTS}"
        return FileStorage(self._fpath(self._drafts)).create()

    def open_file(self, name: str, **_: Any) -> MappedFile:
        return MappedFile(Path(self._fpath(name)).open("rb"), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a file must look like. Sealed files are never changed, only replaced by others under new names."""

    size: int
    crc32: int

    @classmethod
    def of(cls, path: Path) -> "Seal":
        size = checksum = 0
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                size += len(block)
                checksum = zlib.crc32(block, checksum)
        return cls(size=size, crc32=checksum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One commit of the index. `changed_at` is in seconds since 1970."""

    folder: str
    generation: int
    documents: int
    changed_at: float
    files: dict[str, Seal]
    made_by: str = MADE_BY

    def to_bytes(self) -> bytes:
        body = json.dumps(asdict(self), sort_keys=True).encode()
        return b"%08x\n%s\n" % (zlib.crc32(body), body)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Head":
        """Raise IndexDamaged unless the content is whole, IndexMissing when another version of Samen made it."""
        checksum, _, body = content.rstrip(b"\n").partition(b"\n")
        if checksum != b"%08x" % zlib.crc32(body):
            raise IndexDamaged("the head is torn")
        fields = json.loads(body)
        if fields.get("made_by") != MADE_BY:
            raise IndexMissing("the index was made by another version")
        fields["files"] = {name: Seal(**seal) for name, seal in fields["files"].items()}
        return cls(**fields)


def read_head(root: Path) -> bytes:
    """Return the head as it lies there: equal bytes mean that nothing was committed meanwhile."""
    try:
        return (root / HEAD).read_bytes()
    except FileNotFoundError:
        raise IndexMissing("there is no index") from None
    except OSError as error:
        raise IndexDamaged(str(error)) from error


def write_head(root: Path, head: Head, before: Head | None) -> None:
    """Replace the head, after everything new that it names is on the disk. This is the moment of the commit."""
    folder = root / head.folder
    _sync([folder / name for name in head.files if before is None or name not in before.files])
    _sync([folder])
    draft = root / f"{HEAD}.new"
    draft.write_bytes(head.to_bytes())
    _sync([draft])
    draft.replace(root / HEAD)
    _sync([root])


def look(path: str) -> Look:
    """Return how a file looks from outside: what changes when anybody writes to it or puts another in its place."""
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns


def is_sound(path: Path, seal: Seal) -> bool:
    """Read a file and compare it with its seal."""
    try:
        return path.stat().st_size == seal.size and Seal.of(path) == seal
    except OSError:
        return False


def _sync(paths: Iterable[Path]) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
