"""What every engine in files does alike: keeps the newest snapshot, lets one writer in, tells whatever goes wrong.

What a snapshot is, how it is asked and how it is written is each engine's own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Generic, Protocol, TypeVar

from app.search.backend import (
    Document,
    DocumentKey,
    Hits,
    IndexBusy,
    IndexDamaged,
    IndexStatus,
    IndexUnusable,
    SearchEngine,
    SearchRequest,
)
from app.search.sealed import Head, locked, read_head

# While someone commits, files may vanish between reading the head and opening them.
TRIES = 5


class Commit(Protocol):
    """One commit of an index in files, opened: what has to be known of it here."""

    raw_head: bytes
    head: Head

    @property
    def part_count(self) -> int: ...

    def is_untouched(self) -> bool: ...

    def size_bytes(self) -> int: ...


Snapshot = TypeVar("Snapshot", bound=Commit)


class FileEngine(SearchEngine, ABC, Generic[Snapshot]):
    """A SearchEngine in a folder of its own. One object per process; the folder may be shared by processes."""

    name: str

    def __init__(self, folder: Path) -> None:
        self._root = folder
        self._newest: Snapshot | None = None
        self._is_writing = False

    def search(self, request: SearchRequest) -> Hits:
        started = monotonic()
        if request.is_empty:
            return Hits()
        with damage_told():
            snapshot = self._snapshot()
            ask = self._resembling if request.query.is_text else self._having
            return replace(ask(snapshot, request), took_ms=(monotonic() - started) * 1000)

    @contextmanager
    def writing(self) -> Iterator[None]:
        if self._is_writing:
            yield
            return
        with locked(self._root):
            self._is_writing = True
            try:
                yield
            finally:
                self._is_writing = False

    def apply(self, upserts: Sequence[Document], deletes: Sequence[DocumentKey]) -> None:
        with self.writing(), damage_told():
            self._apply(self._snapshot(), upserts, deletes)

    def rebuild(self, documents: Iterable[Document]) -> int:
        with self.writing():
            return self._rebuild(documents)

    def versions(self, kind: str) -> Mapping[int, int]:
        with damage_told():
            return self._versions(self._snapshot(), kind)

    def check(self) -> IndexStatus:
        with damage_told():
            self._newest = None
            return self.status()

    def status(self) -> IndexStatus:
        with damage_told():
            snapshot = self._snapshot()
            return IndexStatus(
                engine=self.name,
                documents=snapshot.head.documents,
                parts=snapshot.part_count,
                size_bytes=snapshot.size_bytes(),
                generation=snapshot.head.generation,
                changed_at=datetime.fromtimestamp(snapshot.head.changed_at, UTC),
            )

    def _snapshot(self) -> Snapshot:
        """Return the newest commit, opened anew when another process has committed meanwhile."""
        for _ in range(TRIES):
            raw = read_head(self._root)
            newest = self._newest
            if newest is not None and newest.raw_head == raw:
                if newest.is_untouched():
                    return newest
                self._newest = newest = None
            try:
                self._newest = opened = self._open(raw, newest)
            except Exception:
                # Files go when the next commit comes: only if there was none, something is wrong.
                if read_head(self._root) == raw:
                    raise
            else:
                return opened
        raise IndexBusy

    @abstractmethod
    def _open(self, raw_head: bytes, before: Snapshot | None) -> Snapshot:
        """Open the commit of a head; what `before` has read already is not read again. Raises whatever it will."""

    @abstractmethod
    def _having(self, snapshot: Snapshot, request: SearchRequest) -> Hits:
        """Find what has the words of a search; where nothing has all of them, what has some."""

    @abstractmethod
    def _resembling(self, snapshot: Snapshot, request: SearchRequest) -> Hits:
        """Find what resembles the text of a search by its rarest words."""

    @abstractmethod
    def _apply(self, snapshot: Snapshot, upserts: Sequence[Document], deletes: Sequence[DocumentKey]) -> None:
        """Commit one batch on top of a snapshot, with the lock held."""

    @abstractmethod
    def _rebuild(self, documents: Iterable[Document]) -> int:
        """Make the index anew, with the lock held; return how many documents it has."""

    @abstractmethod
    def _versions(self, snapshot: Snapshot, kind: str) -> Mapping[int, int]:
        """Return id → version of every document of a kind."""


@contextmanager
def damage_told() -> Iterator[None]:
    """Whatever reading a damaged file raises (eight kinds were seen) becomes IndexDamaged.

    What Rust calls a panic is no Exception.
    """
    try:
        yield
    except (IndexUnusable, IndexBusy):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise IndexDamaged(f"{type(error).__name__}: {error}") from error
