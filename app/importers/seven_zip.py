"""Read one file out of a .7z archive as a stream. Standard library only; nothing is ever written to disk.

Dumps are published as .7z packed by BZip2, LZMA or LZMA2, and these are read. Anything else (encryption, PPMd, chains
of methods) is refused with its name. A reader of our own, because py7zr brings nine packages along, and a program such
as 7z would have to be installed first.
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from app.importers.rows import ArchiveRefused
from app.importers.seven_zip_header import (
    ADDITIONAL,
    ARCHIVE_PROPERTIES,
    ENCODED_HEADER,
    END,
    FILES,
    HEADER,
    MAIN,
    Bytes,
    Folder,
    Header,
    NotReadableError,
    read_files,
    read_streams,
)

SIGNATURE, BEHIND_SIGNATURE = b"7z\xbc\xaf\x27\x1c", 32
LARGEST_HEADER = 16_000_000  # bytes
LARGEST_DICTIONARY = 1 << 28  # bytes of memory that unpacking may take
PIECE = 1 << 16


@dataclass(frozen=True)
class Member:
    """One file in an archive: in which folder, and where in what that unpacks to."""

    folder: Folder
    start: int
    size: int
    crc: int | None


def members_of(path: Path) -> dict[str, Member]:
    """Return the files in an archive by their names. Raises ArchiveRefused where it is torn or cannot be read."""
    try:
        with path.open("rb") as file:
            header = _header(file)
            return {name: Member(folder, start, size, crc) for name, folder, start, size, crc in header.files()}
    except NotReadableError as error:
        raise ArchiveRefused(path.name, "foreign", f"unpack it first, this is not read here: {error}") from error
    except (EOFError, IndexError, struct.error, StopIteration, ValueError, lzma.LZMAError) as error:
        raise ArchiveRefused(path.name, "torn", "this is no whole .7z file") from error


def open_member(path: Path, member: Member) -> IO[bytes]:
    """Open a file in an archive. Raises ArchiveRefused where it is packed by a method that is not read here.

    Reading raises EOFError where the archive is torn.
    """
    try:
        return io.BufferedReader(_Unpacked(path, member), PIECE)
    except NotReadableError as error:
        raise ArchiveRefused(path.name, "foreign", f"unpack it first, this is not read here: {error}") from error


class _Decoder(Protocol):
    """What bz2 and lzma offer."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Stored:
    """The decoder of bytes that are not packed."""

    eof = False

    def __init__(self) -> None:
        self._kept = b""

    @property
    def needs_input(self) -> bool:
        return not self._kept

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        found = self._kept + data
        self._kept = found[max_length:] if max_length >= 0 else b""
        return found[: len(found) - len(self._kept)]


class _Unpacked(io.RawIOBase):
    """A file as it comes out of its folder; what stands before it is unpacked and thrown away."""

    def __init__(self, path: Path, member: Member) -> None:
        self._decoder = _decoder(member.folder)
        self._file = path.open("rb")
        self._file.seek(BEHIND_SIGNATURE + member.folder.start)
        self._packed_left = member.folder.packed_size
        self._skip, self._left = member.start, member.size
        self._crc, self._wanted_crc = 0, member.crc

    def readable(self) -> bool:
        return True

    def readinto(self, into: bytearray | memoryview) -> int:  # type: ignore[override]
        while self._skip:
            self._skip -= len(self._next(min(self._skip, PIECE)))
        if not self._left:
            return 0
        found = self._next(min(self._left, len(into)))
        self._left -= len(found)
        self._crc = zlib.crc32(found, self._crc)
        if not self._left and self._wanted_crc not in {None, self._crc}:
            raise EOFError("the checksum differs")
        into[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _next(self, most: int) -> bytes:
        """Return at least one byte and at most so many."""
        while True:
            packed = b""
            if self._decoder.needs_input:
                packed = self._file.read(min(PIECE, self._packed_left))
                self._packed_left -= len(packed)
                if not packed:
                    raise EOFError("the packed bytes end too early")
            try:
                found = self._decoder.decompress(packed, most)
            except (OSError, ValueError) as error:  # what bz2 says of damage
                raise EOFError("the packed bytes are damaged") from error
            if found:
                return found
            if self._decoder.eof:
                raise EOFError("the packed bytes end too early")


def _decoder(folder: Folder) -> _Decoder:
    match folder.method.hex():
        case "00":
            return _Stored()
        case "040202":
            return bz2.BZ2Decompressor()
        case "030101" if len(folder.properties) == 5:
            packed, dictionary = struct.unpack("<BI", folder.properties)
            settings = {"lc": packed % 9, "lp": packed // 9 % 5, "pb": packed // 45}
            return _lzma(lzma.FILTER_LZMA1, dictionary, **settings)
        case "21" if len(folder.properties) == 1 and folder.properties[0] <= 40:
            bits = folder.properties[0]
            return _lzma(lzma.FILTER_LZMA2, (2 | bits & 1) << (bits // 2 + 11))
        case method:
            raise NotReadableError(f"the method {method}")


def _lzma(method: int, dictionary: int, **settings: int) -> _Decoder:
    if dictionary > LARGEST_DICTIONARY:
        raise NotReadableError(f"a dictionary of {dictionary >> 20:,} MB")
    filters = [{"id": method, "dict_size": max(dictionary, 4096), **settings}]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)


def _header(file: IO[bytes]) -> Header:
    """Read an archive's header, which is itself packed as a rule."""
    first = file.read(BEHIND_SIGNATURE)
    if len(first) < BEHIND_SIGNATURE or not first.startswith(SIGNATURE):
        raise NotReadableError("a file that is no .7z")
    at, size, crc = struct.unpack("<QQI", first[12:])
    content = _piece(file, BEHIND_SIGNATURE + at, size, crc)
    for _ in range(4):
        source = Bytes(content)
        kind = source.byte()
        if kind == HEADER:
            return _whole_header(source)
        if kind != ENCODED_HEADER:
            break
        (folder,) = read_streams(source)
        if folder.size > LARGEST_HEADER:
            raise NotReadableError("a header of many megabytes")
        member = Member(folder, 0, folder.size, folder.crc)
        with io.BufferedReader(_Unpacked(Path(file.name), member), PIECE) as packed:
            content = packed.read()
    raise NotReadableError("a header of another kind")


def _whole_header(source: Bytes) -> Header:
    header = Header()
    while (kind := source.byte()) != END:
        if kind == ARCHIVE_PROPERTIES:
            while source.byte() != END:
                source.take(source.number())
        elif kind == ADDITIONAL:
            read_streams(source)
        elif kind == MAIN:
            header.folders = read_streams(source)
        elif kind == FILES:
            read_files(source, header)
        else:
            raise NotReadableError(f"an unknown part of the header, {kind}")
    return header


def _piece(file: IO[bytes], at: int, size: int, crc: int) -> bytes:
    if size > LARGEST_HEADER:
        raise NotReadableError("a header of many megabytes")
    file.seek(at)
    content = file.read(size)
    if len(content) < size or zlib.crc32(content) != crc:
        raise EOFError("the header is not whole")
    return content
