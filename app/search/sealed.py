"""How an index in files is kept: the head, one small file that says what the index consists of, and the writer's lock.

    search_index/head              commit point and seal: folder, generation, and of every file its size and checksum
    search_index/index_<random>/   the files of one index; a rebuild makes a new folder and the head moves to it

No embedded engine can tell every torn file from a sound one. Here everything is synced before the head is replaced, and
a reader compares each file with the head before it trusts it, once.
"""

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from whoosh.util.filelock import FileLock

from app.search.backend import IndexBusy, IndexDamaged, IndexMissing

HEAD = "head"
LOCK = "lock"
Look = tuple[int, int, int]


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
    made_by: str

    def to_bytes(self) -> bytes:
        body = json.dumps(asdict(self), sort_keys=True).encode()
        return b"%08x\n%s\n" % (zlib.crc32(body), body)

    @classmethod
    def from_bytes(cls, content: bytes, made_by: str) -> "Head":
        """Raise IndexDamaged unless the content is whole, IndexMissing when another engine or version made it."""
        checksum, _, body = content.rstrip(b"\n").partition(b"\n")
        if checksum != b"%08x" % zlib.crc32(body):
            raise IndexDamaged("the head is torn")
        fields = json.loads(body)
        if fields.get("made_by") != made_by:
            raise IndexMissing("the index was made by another version or engine")
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
    _sync([folder / name for name, seal in head.files.items() if before is None or before.files.get(name) != seal])
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


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the writer's lock. Raises IndexBusy at once. The system takes the lock from a process that dies."""
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(str(root / LOCK))
    if not lock.acquire():
        raise IndexBusy
    try:
        yield
    finally:
        lock.release()


def _sync(paths: Iterable[Path]) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
