"""The files of a Whoosh index, read through mappings.

They hold pickles: they are trusted as far as the folder is, so an index from elsewhere is never put here; it is made
anew from the database. app.search.sealed syncs and seals them, which Whoosh never does.
"""

import mmap
import os
import secrets
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from app.search.analysis import ANALYSIS_VERSION
from app.search.whoosh_engine.codec import FORMAT_VERSION

DRAFTS = ".tmp"
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
