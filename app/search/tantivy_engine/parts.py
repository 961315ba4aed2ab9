"""Reading and writing the files: a snapshot is one commit, in a folder of its own that nobody changes any more.

Tantivy replaces its table of contents in place and removes what it no longer names, so that a reader may come between
two of its steps. Here each commit is made in a new folder, in which the files of the one before are the same files once
more (hard links); when it is whole and synced, the head moves to it. A writer that is killed leaves a folder that
nobody names.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from app import clock
from app.search.backend import Document, DocumentKey, IndexDamaged
from app.search.sealed import Head, Look, Seal, is_sound, look, write_head
from app.search.tantivy_engine.codec import KEY, MADE_BY, entry_of, key_of, prepare, schema

# Written anew by each commit; all other files are only ever added.
CHANGING = ("meta.json", ".managed.json")
_LOCKS = (".tantivy-writer.lock", ".tantivy-meta.lock")
HEAP_BYTES = 64_000_000
REBUILD_HEAP_BYTES = 300_000_000


class Snapshot:
    """One commit of the index, ready to be searched. May be used by several threads."""

    def __init__(self, root: Path, raw_head: bytes, before: Snapshot | None = None) -> None:
        """Open what the head names. Raises IndexUnusable, also when another commit took the files away meanwhile.

        Files that `before` has already compared with their seals are not read again.
        """
        self.raw_head = raw_head
        self.head = Head.from_bytes(raw_head, MADE_BY)
        self.folder = root / self.head.folder
        looks = {name: look(str(self.folder / name)) for name in self.head.files}
        known = before.looks if before is not None else {}
        for name, seal in self.head.files.items():
            if known.get(name) != looks[name] and not is_sound(self.folder / name, seal):
                raise IndexDamaged(f"not as written: {name}")
        self.looks: dict[str, Look] = looks
        index = tantivy.Index.open(str(self.folder))
        prepare(index)
        self.schema = index.schema
        self.searcher = index.searcher()
        if self.documents != self.head.documents:
            raise IndexDamaged(f"{self.documents} documents where {self.head.documents} were written")

    @property
    def documents(self) -> int:
        return self.searcher.num_docs

    @property
    def part_count(self) -> int:
        return int(self.searcher.num_segments)

    def is_untouched(self) -> bool:
        """Tell, at hardly any cost, whether nobody has touched the files since they were read.

        Asked before each search: the system ends a program that reads a mapped file beyond an end that was cut.
        """
        try:
            return all(look(str(self.folder / name)) == seen for name, seen in self.looks.items())
        except OSError:
            return False

    def size_bytes(self) -> int:
        return sum(seal.size for seal in self.head.files.values())


def apply(root: Path, snapshot: Snapshot, upserts: Sequence[Document], deletes: Sequence[DocumentKey]) -> None:
    """Commit one batch on top of a snapshot. Call it with the lock held."""
    documents = {document.key: document for document in upserts}
    folder = _new_folder(root)
    for name in snapshot.head.files:
        if name in CHANGING:
            shutil.copyfile(snapshot.folder / name, folder / name)
        else:
            os.link(snapshot.folder / name, folder / name)
    index = tantivy.Index.open(str(folder))
    prepare(index)
    with index.writer(HEAP_BYTES, 1) as writer:
        for key in {*documents, *deletes}:
            writer.delete_documents_by_term(KEY, key_of(key))
        for document in documents.values():
            writer.add_document(entry_of(document))
    _commit(root, folder, index, snapshot.head)


def rebuild(root: Path, documents: Iterable[Document]) -> int:
    """Make a whole new index beside the old one, move the head to it, and remove the old one. Return the count."""
    folder = _new_folder(root)
    index = tantivy.Index(schema(), str(folder))
    prepare(index)
    with index.writer(REBUILD_HEAP_BYTES, 1) as writer:
        for document in documents:
            writer.add_document(entry_of(document))
    return _commit(root, folder, index, None)


def _new_folder(root: Path) -> Path:
    folder = root / f"index_{secrets.token_hex(6)}"
    folder.mkdir(parents=True)
    return folder


def _commit(root: Path, folder: Path, index: tantivy.Index, before: Head | None) -> int:
    for name in _LOCKS:
        (folder / name).unlink(missing_ok=True)
    index.reload()
    count = index.searcher().num_docs
    known = {name: seal for name, seal in (before.files if before else {}).items() if name not in CHANGING}
    head = Head(
        folder=folder.name,
        generation=before.generation + 1 if before else 1,
        documents=count,
        changed_at=clock.now().timestamp(),
        files={path.name: known.get(path.name) or Seal.of(path) for path in sorted(folder.iterdir())},
        made_by=MADE_BY,
    )
    write_head(root, head, before)
    for other in root.glob("index_*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return count
