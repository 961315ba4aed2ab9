"""Writing the index: one writer at a time makes parts, merges small ones, and commits by replacing the head.

Whoosh's own writer sorts one Python tuple per posting. Here the postings of a term grow in two byte strings, and a
merge joins such strings: building is some twenty times as fast, and merging costs per term, not per posting.
"""

import copy
import os
import secrets
import shutil
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.writing import SegmentWriter

from app import clock
from app.search.backend import Document, DocumentKey
from app.search.sealed import Head, Seal, write_head
from app.search.whoosh_engine import files
from app.search.whoosh_engine.codec import (
    FILTERS,
    KINDS,
    RECORD_COLUMN,
    RECORDS,
    SCHEMA,
    TERMS,
    ArrayCodec,
    filters_of,
    record_of,
    terms_of,
)
from app.search.whoosh_engine.files import DRAFTS, MappedStorage
from app.search.whoosh_engine.parts import INDEX_NAME, Part, Snapshot

# So many parts of about the same size are merged into one; the largest are left alone, so that no commit takes long.
PARTS_PER_TIER = 6
TIER_FACTOR = 8
LARGEST_MERGE = 4_000
# A part of which more than this share is deleted is written anew, whatever its size.
MOST_DELETED = 0.4

# Documents of one part while rebuilding. The time of a search grows with the number of parts, the memory of a builder
# with their size: the first parts are small, so that two processors share them well, later ones an eighth of the whole.
SMALLEST_PART = 8_000
LARGEST_PART = 40_000
# Below this, starting a process costs more than it brings.
FEW_DOCUMENTS = 1_000
BUILDERS = min(2, os.cpu_count() or 1)


class PartWriter(SegmentWriter):
    """Whoosh's writer with our postings. Lock it from outside; commit with `commit_parts`."""

    def __init__(self, folder: Path) -> None:
        index = FileIndex(MappedStorage(str(folder)), SCHEMA, INDEX_NAME)
        super().__init__(index, _lk=False, codec=ArrayCodec(), compound=False)
        self._strings: dict[str, dict[bytes, tuple[bytearray, bytearray]]] = {FILTERS: {}, TERMS: {}}

    def add(self, document: Document) -> None:
        terms, lengths = terms_of(document)
        number = self.docnum.to_bytes(4, "little")
        strings = self._strings[TERMS]
        for term, counts, places in terms:
            if (found := strings.get(term)) is None:
                strings[term] = (bytearray(number + counts + b"\0"), bytearray(places))
            else:
                found[0].extend(number + counts + b"\0")
                found[1].extend(places)
        for term in filters_of(document):
            self._entry(FILTERS, term)[0].extend(number + b"\0\0\0\0")
        self._add_record(record_of(document, lengths))

    def add_part(self, part: Part, alive: NDArray[np.bool_]) -> None:
        """Copy what is alive in a part behind the documents written so far."""
        numbers = np.cumsum(alive) - 1 + self.docnum
        for field, term, postings in part.all_terms():
            kept = alive[postings.documents]
            entries = postings.entries[kept].copy()
            if not len(entries):
                continue
            entries["document"] = numbers[entries["document"]]
            found = self._entry(field, term)
            found[0].extend(entries.tobytes())
            found[1].extend(postings.places[np.repeat(kept, postings.counts.sum(axis=1, dtype=np.int64))].tobytes())
        for record in part.records[alive]:
            self._add_record(record.tobytes())

    def finish(self) -> list[Any]:
        """Write the part and return its segment, or nothing when no document came."""
        if not self._added:
            self.cancel()
            return []
        self.perdocwriter.close()
        for field, strings in self._strings.items():
            self.fieldwriter.start_field(field, SCHEMA[field])
            for term in sorted(strings):
                self.fieldwriter.start_term(term)
                self.fieldwriter._postwriter.put(*strings[term])
                self.fieldwriter.finish_term()
            self.fieldwriter.finish_field()
        self._close_segment()
        self._finish()
        return [self.get_segment()]

    def _entry(self, field: str, term: bytes) -> tuple[bytearray, bytearray]:
        return self._strings[field].setdefault(term, (bytearray(), bytearray()))

    def _add_record(self, record: bytes) -> None:
        self.perdocwriter.start_doc(self.docnum)
        self.perdocwriter.add_column_value(RECORDS, RECORD_COLUMN, record)
        self.perdocwriter.finish_doc()
        self.docnum += 1
        self._added = True


def apply(root: Path, snapshot: Snapshot, upserts: Sequence[Document], deletes: Sequence[DocumentKey]) -> None:
    """Commit one batch on top of a snapshot. Call it with the lock held."""
    documents = {document.key: document for document in upserts}
    gone = {*documents, *deletes}
    living = [alive & ~_mask(part, gone) for part, alive in zip(snapshot.parts, snapshot.alive, strict=True)]
    to_merge = _parts_to_merge([int(alive.sum()) for alive in living], [part.count for part in snapshot.parts])
    for contents in snapshot.folder.glob("*.toc"):
        # Left by a writer that died before it could replace the head. Whoosh's writer would go on from it.
        if contents.name not in snapshot.head.files:
            contents.unlink()
    writer = PartWriter(snapshot.folder)
    segments = []
    for number, (part, alive) in enumerate(zip(snapshot.parts, living, strict=True)):
        if number in to_merge:
            writer.add_part(part, alive)
        else:
            # A copy: readers in this process go on with the snapshot they have.
            segment = copy.copy(part.segment)
            segment._deleted = set(np.flatnonzero(~alive).tolist()) or None
            segments.append(segment)
    for document in documents.values():
        writer.add(document)
    _commit(root, snapshot.head.folder, segments + writer.finish(), snapshot.head)


def rebuild(root: Path, documents: Iterable[Document]) -> int:
    """Make a whole new index beside the old one, move the head to it, and remove the old one. Return the count."""
    folder = root / f"index_{secrets.token_hex(6)}"
    folder.mkdir()
    TOC.create(MappedStorage(str(folder)), SCHEMA, INDEX_NAME)
    segments = _build(folder, iter(documents))
    _commit(root, folder.name, segments, None)
    for other in root.glob("index_*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return sum(segment.doc_count() for segment in segments)


def _commit(root: Path, folder: str, segments: list[Any], before: Head | None) -> None:
    storage = MappedStorage(str(root / folder))
    generation = before.generation + 1 if before else 1
    contents = TOC._filename(INDEX_NAME, generation)
    known = before.files if before else {}
    TOC(SCHEMA, segments, generation).write(storage, INDEX_NAME)
    names = [name for segment in segments for name in segment.list_files(storage)]
    names.append(contents)
    head = Head(
        folder=folder,
        generation=generation,
        documents=sum(segment.doc_count() for segment in segments),
        changed_at=clock.now().timestamp(),
        files={name: known.get(name) or Seal.of(root / folder / name) for name in names},
        made_by=files.MADE_BY,
    )
    write_head(root, head, before)
    clean_files(storage, INDEX_NAME, generation, segments)
    for drafts in (root / folder).glob(f"*{DRAFTS}"):
        shutil.rmtree(drafts, ignore_errors=True)


def _build(folder: Path, documents: Iterator[Document]) -> list[Any]:
    """Write all documents to parts, on two processors if there are so many, and return the segments."""
    first = list(islice(documents, FEW_DOCUMENTS))
    if len(first) < FEW_DOCUMENTS:
        return _build_part(folder, first)
    segments: list[Any] = []
    # Processes start afresh: a forked one would share the database connections of this one.
    with ProcessPoolExecutor(BUILDERS, mp_context=get_context("spawn"), initializer=end_with_parent) as pool:
        running: deque[Future[list[Any]]] = deque()
        done = 0
        while first:
            size = max(SMALLEST_PART, min(done // 8, LARGEST_PART))
            batch = first + list(islice(documents, size - len(first)))
            running.append(pool.submit(_build_part, folder, batch))
            done += len(batch)
            first = list(islice(documents, 1))
            if len(running) > BUILDERS:
                segments += running.popleft().result()
        for part in running:
            segments += part.result()
    return segments


def end_with_parent() -> None:
    """End this builder when whoever wants its part is gone: killed, it could not tell, and we would wait for ever."""
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _build_part(folder: Path, documents: Sequence[Document]) -> list[Any]:
    writer = PartWriter(folder)
    for document in documents:
        writer.add(document)
    return writer.finish()


def _mask(part: Part, keys: set[DocumentKey]) -> NDArray[np.bool_]:
    """Return a mask of the part's documents that have one of the keys."""
    mask = np.zeros(part.count, dtype=bool)
    for number, kind in enumerate(KINDS):
        ids = [key.id for key in keys if key.kind == kind]
        if ids:
            mask |= (part.records["kind"] == number) & np.isin(part.records["id"], ids)
    return mask


def _parts_to_merge(alive: list[int], counts: list[int]) -> set[int]:
    """Choose the parts to write anew: emptied ones, much deleted ones, and a tier that has become full."""
    sizes = list(zip(alive, counts, strict=True))
    chosen = {number for number, (living, count) in enumerate(sizes) if living < count * (1 - MOST_DELETED)}
    tiers: dict[int, list[int]] = {}
    for number, living in enumerate(alive):
        if number not in chosen and living <= LARGEST_MERGE:
            tier = int(np.log(max(living, 1)) / np.log(TIER_FACTOR))
            tiers.setdefault(tier, []).append(number)
    for tier in sorted(tiers):
        if len(tiers[tier]) >= PARTS_PER_TIER:
            # What is merged belongs to the next tier, and may fill that one.
            chosen.update(tiers[tier])
            tiers.setdefault(tier + 1, []).append(-1)
    return chosen - {-1}
