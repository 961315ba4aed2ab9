"""Counts of what only reads, in memory that the web processes of one machine share.

A page view must not wait for a write to the database, and must work while the database cannot write at all; so what
is merely looked at is counted here, and what is done in rows (app.web.throttle). Anonymous shared memory goes to the
processes forked from the one that made it. Two of them that count at the same instant may lose one; a table that is
full forgets who did least. A restart forgets all.
"""

from __future__ import annotations

import hashlib
import mmap
import struct

BUCKETS, CELLS = 4096, 8
_CELL = struct.Struct("=QII")  # whose, when the window ends (POSIX seconds), how often
_BUCKET_SIZE = CELLS * _CELL.size


class Tallies:
    """At most 32,768 counts at a time, in half a megabyte."""

    def __init__(self) -> None:
        self._cells = mmap.mmap(-1, BUCKETS * _BUCKET_SIZE)

    def count(self, key: str, *, now_s: int, ends_s: int) -> int:
        """Count once more under this key, which names its window; return how often it was since the window began."""
        digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        bucket = int.from_bytes(digest[8:], "little") % BUCKETS * _BUCKET_SIZE
        whose = int.from_bytes(digest[:8], "little")
        free, least = bucket, 1 << 32
        for at in range(bucket, bucket + _BUCKET_SIZE, _CELL.size):
            kept, until_s, n = _CELL.unpack_from(self._cells, at)
            if kept == whose:
                _CELL.pack_into(self._cells, at, whose, ends_s, n + 1)
                return int(n) + 1
            if until_s <= now_s:
                n = 0
            if n < least:
                free, least = at, n
        _CELL.pack_into(self._cells, free, whose, ends_s, 1)
        return 1

    def clear(self) -> None:
        """Forget every count."""
        self._cells[:] = bytes(len(self._cells))
