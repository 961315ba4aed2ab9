"""The file of a backup: a zip of tables as JSON lines, files as they are, and a manifest with every checksum.

Written beside its name and put there only when it is whole and synced. Nothing in it is executed when it is read.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
# What is read at once must fit in memory, whatever a few packed bytes claim to hold: a picture, a row, the manifest.
LARGEST_FILE = LONGEST_ROW = 64_000_000
# A manifest grows with the number of files, and is mostly checksums, which hardly shrink.
SMALL_MANIFEST, MOST_SHRUNK = 8_000_000, 20
FILE_NAME = re.compile(r"[0-9a-f]{32}")


class BackupUnusable(Exception):
    """The file is no backup, is not whole, or was made by a newer Samen. The words are for operators."""


@dataclass
class Manifest:
    """What a backup says of itself: its shape, where it comes from, how much it holds, the checksum of each member."""

    made_at: str
    revision: str
    database: str
    format: int = FORMAT
    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    last_ids: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    missing_files: list[str] = field(default_factory=list)
    sums: dict[str, str] = field(default_factory=dict)


class Packer:
    """Writes the members of a backup."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive, self.manifest = archive, manifest

    def add_table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add all rows of a table, each as a JSON list of its columns."""
        count, summing = 0, hashlib.sha256()
        with self._archive.open(_table(name), "w", force_zip64=True) as member:
            for row in rows:
                line = json.dumps(list(row), default=_plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                member.write(line)
                summing.update(line)
                count += 1
        self.manifest.columns[name], self.manifest.rows[name] = list(columns), count
        self.manifest.sums[_table(name)] = summing.hexdigest()

    def add_file(self, name: str, source: Path) -> None:
        """Add a file as it is. Raises FileNotFoundError."""
        summing = hashlib.sha256()
        with source.open("rb") as file, self._archive.open(_file(name), "w", force_zip64=True) as member:
            while chunk := file.read(CHUNK):
                member.write(chunk)
                summing.update(chunk)
        self.manifest.files.append(name)
        self.manifest.sums[_file(name)] = summing.hexdigest()


class Packed:
    """A backup that is read. Raises BackupUnusable wherever it is not what was written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.manifest = self._read_manifest()

    def rows(self, name: str) -> Iterator[list[Any]]:
        """Yield the rows of a table; says at the end whether they were all, and unchanged."""
        count, summing = 0, hashlib.sha256()
        with self._opened(_table(name)) as member:
            while line := member.readline(LONGEST_ROW):
                summing.update(line)
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError):
                    raise BackupUnusable(f"{_table(name)} is damaged in line {count + 1}") from None
                count += 1
                yield row
        self._compare(_table(name), summing.hexdigest())
        if count != self.manifest.rows[name]:
            raise BackupUnusable(f"{_table(name)} has {count} rows, and {self.manifest.rows[name]} were written")

    def file(self, name: str) -> bytes:
        """Return a file."""
        with self._opened(_file(name)) as member:
            content = member.read(LARGEST_FILE)
        self._compare(_file(name), hashlib.sha256(content).hexdigest())
        return content

    def _read_manifest(self) -> Manifest:
        try:
            size = self._archive.getinfo(MANIFEST)
            if size.file_size > max(SMALL_MANIFEST, size.compress_size * MOST_SHRUNK):
                raise BackupUnusable("its manifest is larger than one can be")
            with self._opened(MANIFEST) as member:
                content = member.read()
            told = json.loads(content)
            if told["format"] > FORMAT:
                raise BackupUnusable("it was made by a newer Samen: restore it with that one")
            manifest = Manifest(**told)
            if not all(map(FILE_NAME.fullmatch, manifest.files)):
                raise BackupUnusable("it names files that are none of ours")
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise BackupUnusable("it has no manifest that can be read") from error
        return manifest

    @contextmanager
    def _opened(self, member: str) -> Iterator[IO[bytes]]:
        """Open a member to be read; what goes wrong there while the block reads is said of the member too."""
        try:
            opened = self._archive.open(member)
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise BackupUnusable(f"{member} is missing or damaged") from error
        with opened:
            try:
                yield opened
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
                raise BackupUnusable(f"{member} is damaged: {error}") from error

    def _compare(self, member: str, found: str) -> None:
        if self.manifest.sums.get(member) != found:
            raise BackupUnusable(f"{member} is not what was written")


@contextmanager
def packing(path: Path, manifest: Manifest) -> Iterator[Packer]:
    """Write a backup to `path`, whole or not at all. Raises FileExistsError: no backup is written over another."""
    if path.exists():
        raise FileExistsError(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".backup-")  # readable for its owner only
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                yield Packer(archive, manifest)
                archive.writestr(MANIFEST, json.dumps(asdict(manifest)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


@contextmanager
def unpacking(path: Path) -> Iterator[Packed]:
    """Open a backup. Raises BackupUnusable."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupUnusable(f"it cannot be opened: {error}") from error
    with archive:
        yield Packed(archive)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _plain(value: Any) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(type(value))


def _table(name: str) -> str:
    return f"tables/{name}.jsonl"


def _file(name: str) -> str:
    return f"files/{name}"
