"""Reading the index: a snapshot is one commit, its parts are Whoosh's segments, seen as arrays.

Snapshots are immutable and may be used by several threads. A part that two commits have in common is opened once.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.index import TOC

from app.search.backend import IndexDamaged
from app.search.clauses import filter_key
from app.search.sealed import Head, Look, is_sound, look
from app.search.whoosh_engine import files
from app.search.whoosh_engine.codec import FILTERS, RECORD, RECORDS, SCHEMA, ArrayTermInfo, split_postings
from app.search.whoosh_engine.files import MappedFile, MappedStorage

INDEX_NAME = "samen"

# Terms looked up in a part are remembered, also the absent ones; this many take a few megabytes.
MOST_REMEMBERED = 20_000
# A filter that counts are given for has no more values than this that count.
MOST_VALUES = 5_000

# Values; which of them; in which document.
Values = tuple[list[str], NDArray[np.int64], NDArray[np.uint32]]


@dataclass(frozen=True, slots=True)
class Postings:
    """Where one term stands in one part: views on the mapped file, nothing is copied."""

    entries: NDArray[np.void]
    places: NDArray[np.uint16]

    @property
    def documents(self) -> NDArray[np.uint32]:
        """Ascending document numbers of the part, shape (n,)."""
        return self.entries["document"]

    @property
    def counts(self) -> NDArray[np.uint8]:
        """How often in title, body and answers, shape (n, 3)."""
        return self.entries["counts"]

    def keys(self) -> NDArray[np.int64]:
        """Return (document << 16) + place for every place of the term, ascending."""
        documents = self.documents.astype(np.int64) << 16
        return np.repeat(documents, self.counts.sum(axis=1, dtype=np.int64)) + self.places.astype(np.int64)


class Part:
    """One segment. Numbers of documents are positions in its arrays."""

    def __init__(self, storage: MappedStorage, segment: Any) -> None:
        self.segment = segment
        self.count: int = segment.doc_count_all()
        self._reader = segment.codec().terms_reader(storage, segment)
        self._postings = self._reader._postfile.content
        column: MappedFile = storage.open_file(segment.codec().column_filename(segment, RECORDS))
        self.records: NDArray[np.void] = np.frombuffer(column.content, RECORD, self.count)
        self.lengths: NDArray[np.float32] = self.records["lengths"].astype(np.float32)
        self._known: dict[tuple[str, bytes], Postings | None] = {}
        self._values: dict[str, Values] = {}

    def postings(self, field: str, term: bytes) -> Postings | None:
        """Return where a term stands, or None if no document of this part has it."""
        key = (field, term)
        if key in self._known:
            return self._known[key]
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        data = self._reader._tindex.get(self._reader._keycoder(field, term))
        self._known[key] = found = None if data is None else self._read(data)
        return found

    def terms(self, field: str, prefix: bytes, *, most: int) -> list[tuple[bytes, int]]:
        """Return the first `most` terms with a prefix, and in how many documents each stands."""
        return list(self._terms(field, prefix, most))

    def frequencies(self, field: str, keys: Collection[bytes]) -> dict[bytes, int]:
        """Return in how many documents of the part each of these terms stands, without those that stand nowhere."""
        table, coded = self._reader._tindex, self._reader._keycoder
        found = ((key, table.get(coded(field, key))) for key in keys)
        return {key: ArrayTermInfo.from_bytes(data).doc_frequency() for key, data in found if data is not None}

    def values(self, name: str) -> Values:
        """Return the values of a filter, and for each document that has one which it is. Gathered once."""
        if name not in self._values:
            start = filter_key(name, "")
            terms = [term for term, _ in self.terms(FILTERS, start, most=MOST_VALUES)]
            holders = [found.documents for term in terms if (found := self.postings(FILTERS, term)) is not None]
            places = np.repeat(np.arange(len(holders)), [len(documents) for documents in holders])
            together = np.concatenate(holders) if holders else np.zeros(0, np.uint32)
            self._values[name] = [term[len(start) :].decode() for term in terms], places, together
        return self._values[name]

    def all_terms(self) -> Iterator[tuple[str, bytes, Postings]]:
        """Yield every term of the part with its field, in the order of the dictionary."""
        for key, data in self._reader._tindex.items():
            field, term = self._reader._keydecoder(key)
            yield field, term, self._read(data)

    def _terms(self, field: str, prefix: bytes, most: int) -> Iterator[tuple[bytes, int]]:
        table = self._reader._tindex
        start = self._reader._keycoder(field, prefix)
        for _, (key_at, key_length, data_at, _) in zip(range(most), table.ranges_from(start), strict=False):
            key = table.dbfile.get(key_at, key_length)
            if not key.startswith(start):
                return
            yield self._reader._keydecoder(key)[1], ArrayTermInfo.read_doc_freq(table.dbfile, data_at)

    def _read(self, data: bytes) -> Postings:
        info = ArrayTermInfo.from_bytes(data)
        offset, length = info.extent()
        return Postings(*split_postings(memoryview(self._postings)[offset : offset + length], info.doc_frequency()))


class Snapshot:
    """One commit of the index, ready to be searched."""

    def __init__(self, root: Path, raw_head: bytes, before: "Snapshot | None" = None) -> None:
        """Open what the head names. Raises IndexUnusable, also when another commit took the files away meanwhile.

        Files that `before` has already compared with their seals are not read again.
        """
        self.raw_head = raw_head
        self.head = Head.from_bytes(raw_head, files.MADE_BY)
        self.folder = root / self.head.folder
        same_folder = before is not None and before.head.folder == self.head.folder
        looks: dict[str, Look] = {str(self.folder / name): look(str(self.folder / name)) for name in self.head.files}
        checked = before._looks if before is not None else {}
        for name, seal in self.head.files.items():
            path = self.folder / name
            if checked.get(str(path)) != looks[str(path)] and not is_sound(path, seal):
                raise IndexDamaged(f"not as written: {name}")
        self._looks: dict[str, Look] = looks
        known: dict[str, Part] = {}
        if before is not None and same_folder:
            known = {part.segment.segment_id(): part for part in before.parts}
        storage = MappedStorage(str(self.folder))
        segments = TOC.read(storage, INDEX_NAME, gen=self.head.generation, schema=SCHEMA).segments
        self.parts: list[Part] = [known.get(segment.segment_id()) or Part(storage, segment) for segment in segments]
        # Deletions belong to the commit, not to the part: they are in the table of contents.
        self.alive = [_alive(segment) for segment in segments]
        self.documents = sum(segment.doc_count() for segment in segments)
        if self.documents != self.head.documents:
            raise IndexDamaged(f"{self.documents} documents where {self.head.documents} were written")

    @property
    def part_count(self) -> int:
        return len(self.parts)

    def is_untouched(self) -> bool:
        """Tell, at hardly any cost, whether nobody has touched the files since they were read.

        Asked before each search: the system ends a program that reads a mapped file beyond an end that was cut.
        """
        try:
            return all(look(path) == seen for path, seen in self._looks.items())
        except OSError:
            return False

    def size_bytes(self) -> int:
        return sum(seal.size for seal in self.head.files.values())


def _alive(segment: Any) -> NDArray[np.bool_]:
    alive = np.ones(segment.doc_count_all(), dtype=bool)
    deleted = list(segment.deleted_docs())
    alive[deleted] = False
    return alive
