"""What stands where in a .7z archive: parse its header. Format: 7zFormat.txt of the LZMA SDK (public domain)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_ENTRIES = 10_000  # files, folders or streams; a dump has eight
END, HEADER, ARCHIVE_PROPERTIES, ADDITIONAL, MAIN, FILES = 0x00, 0x01, 0x02, 0x03, 0x04, 0x05
PACK_INFO, UNPACK_INFO, SUBSTREAMS, SIZE, CRC, FOLDER, UNPACK_SIZE, STREAM_COUNT = (
    0x06,
    0x07,
    0x08,
    0x09,
    0x0A,
    0x0B,
    0x0C,
    0x0D,
)
EMPTY_STREAM, NAMES, ENCODED_HEADER = 0x0E, 0x11, 0x17


class NotReadableError(ValueError):
    """The archive uses something that is not read here; the text says what."""


@dataclass
class Folder:
    """One run of packed bytes: where it is, how it is packed, and the sizes and checksums of the files in it."""

    method: bytes
    properties: bytes
    start: int = 0
    packed_size: int = 0
    size: int = 0
    crc: int | None = None
    parts: list[tuple[int, int | None]] = field(default_factory=list)


@dataclass
class Header:
    """The folders of an archive, and the names of its files; `empty` are those that have no bytes."""

    folders: list[Folder] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    empty: list[bool] = field(default_factory=list)

    def files(self) -> Iterator[tuple[str, Folder, int, int, int | None]]:
        """Yield (name, folder, start in what it unpacks to, size, checksum) of the files that have bytes."""
        parts = ((folder, n) for folder in self.folders for n in range(len(folder.parts)))
        for name, is_empty in zip(self.names, self.empty or [False] * len(self.names), strict=True):
            if not is_empty:
                folder, n = next(parts)
                start = sum(size for size, _ in folder.parts[:n])
                yield name, folder, start, *folder.parts[n]


class Bytes:
    """A header's bytes, read from left to right. Raises IndexError or struct.error behind the end."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def byte(self) -> int:
        self._at += 1
        return self._content[self._at - 1]

    def take(self, count: int) -> bytes:
        found = self._content[self._at : self._at + count]
        if len(found) < count:
            raise IndexError
        self._at += count
        return found

    def number(self) -> int:
        """Read a number whose first byte says by its leading ones how many bytes follow."""
        first, value = self.byte(), 0
        for n in range(8):
            mask = 0x80 >> n
            if first & mask == 0:
                return value | (first & (mask - 1)) << (8 * n)
            value |= self.byte() << (8 * n)
        return value

    def count(self) -> int:
        found = self.number()
        if found > MOST_ENTRIES:
            raise NotReadableError("more entries than a dump has")
        return found

    def bits(self, count: int) -> list[bool]:
        packed = self.take((count + 7) // 8)
        return [bool(packed[n // 8] & 0x80 >> n % 8) for n in range(count)]

    def checksums(self, count: int) -> list[int | None]:
        is_defined = [True] * count if self.byte() else self.bits(count)
        return [struct.unpack("<I", self.take(4))[0] if defined else None for defined in is_defined]


def read_streams(source: Bytes) -> list[Folder]:
    """Read which folders there are."""
    folders: list[Folder] = []
    start, packed = 0, [0]
    while (kind := source.byte()) != END:
        if kind == PACK_INFO:
            start, packed = _packed_sizes(source)
        elif kind == UNPACK_INFO:
            folders = _folders(source)
        elif kind == SUBSTREAMS:
            _parts(source, folders)
        else:
            raise NotReadableError(f"an unknown part of the header, {kind}")
    for folder, size in zip(folders, packed, strict=True):
        folder.start, folder.packed_size = start, size
        start += size
        folder.parts = folder.parts or [(folder.size, folder.crc)]
    return folders


def read_files(source: Bytes, header: Header) -> None:
    """Read the names of the files."""
    count = source.count()
    while (kind := source.byte()) != END:
        content = Bytes(source.take(source.number()))
        if kind == EMPTY_STREAM:
            header.empty = content.bits(count)
        elif kind == NAMES:
            if content.byte():
                raise NotReadableError("names outside the header")
            header.names = [_name(content) for _ in range(count)]


def _name(source: Bytes) -> str:
    letters = bytearray()
    while (letter := source.take(2)) != b"\0\0":
        letters += letter
    return letters.decode("utf-16-le")


def _packed_sizes(source: Bytes) -> tuple[int, list[int]]:
    start, count, sizes = source.number(), source.count(), []
    while (kind := source.byte()) != END:
        if kind == SIZE:
            sizes = [source.number() for _ in range(count)]
        elif kind == CRC:
            source.checksums(count)
    return start, sizes


def _folders(source: Bytes) -> list[Folder]:
    if source.byte() != FOLDER:
        raise NotReadableError("no folders")
    count = source.count()
    if source.byte():
        raise NotReadableError("folders outside the header")
    folders = [_folder(source) for _ in range(count)]
    while (kind := source.byte()) != END:
        if kind == UNPACK_SIZE:
            for folder in folders:
                folder.size = source.number()
        elif kind == CRC:
            for folder, crc in zip(folders, source.checksums(count), strict=True):
                folder.crc = crc
    return folders


def _folder(source: Bytes) -> Folder:
    if source.count() != 1:
        raise NotReadableError("several methods, one after the other")
    flags = source.byte()
    method = source.take(flags & 0x0F)
    if flags & 0x10:
        raise NotReadableError(f"the method {method.hex()}")
    return Folder(method, source.take(source.number()) if flags & 0x20 else b"")


def _parts(source: Bytes, folders: list[Folder]) -> None:
    """Read how what a folder unpacks to is cut into files."""
    counts = [1] * len(folders)
    sizes: list[list[int]] = []
    kind = source.byte()
    if kind == STREAM_COUNT:
        counts = [source.count() for _ in folders]
        kind = source.byte()
    for folder, count in zip(folders, counts, strict=True):
        given = [source.number() for _ in range(max(count - 1, 0))] if kind == SIZE else []
        sizes.append([*given, folder.size - sum(given)] if count else [])
    if kind == SIZE:
        kind = source.byte()
    unknown = sum(
        count for folder, count in zip(folders, counts, strict=True) if not (count == 1 and folder.crc is not None)
    )
    crcs: list[int | None] = [None] * unknown
    while kind != END:
        if kind == CRC:
            crcs = source.checksums(unknown)
        kind = source.byte()
    remaining = iter(crcs)
    for folder, of_folder in zip(folders, sizes, strict=True):
        if len(of_folder) == 1 and folder.crc is not None:
            folder.parts = [(of_folder[0], folder.crc)]
        else:
            folder.parts = [(size, next(remaining)) for size in of_folder]
