"""The engine itself: keeps the newest snapshot, asks it, and turns whatever goes wrong into IndexUnusable."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from app.search import near
from app.search.analysis import LANGUAGES, index_language
from app.search.backend import (
    Document,
    DocumentKey,
    Hits,
    IndexBusy,
    IndexDamaged,
    IndexStatus,
    IndexUnusable,
    SearchRequest,
    Sort,
)
from app.search.clauses import Clause, by_language, word_clauses
from app.search.query_language import Query
from app.search.weighing import LEAST_COVERAGE, MOST_CHARACTERS_SEEN, TIME_LIMIT_S, rarest
from app.search.whoosh_engine import filters, writer
from app.search.whoosh_engine.codec import KINDS
from app.search.whoosh_engine.files import read_head
from app.search.whoosh_engine.found import ALL, best, everything, having
from app.search.whoosh_engine.parts import Snapshot
from app.search.whoosh_engine.scoring import Scorer, Scores

# While someone commits, files may vanish between reading the head and opening them.
TRIES = 5


class WhooshEngine:
    """A SearchEngine in a folder of its own. One object per process; the folder may be shared by processes."""

    name = "whoosh"

    def __init__(self, folder: Path, *, time_limit_s: float = TIME_LIMIT_S) -> None:
        self._root = folder
        self._time_limit_s = time_limit_s
        self._newest: Scorer | None = None
        self._is_writing = False

    def search(self, request: SearchRequest) -> Hits:
        started = time.monotonic()
        query = request.query
        if query.is_empty or not request.audiences:
            return Hits(took_ms=_since(started))
        with _damage_told():
            scorer = self._scorer()
            allowed = filters.allowed(scorer, query.filters, request)
            excluded = by_language(term for term in query.terms if term.is_excluded)
            for clause in chain.from_iterable(excluded.values()):
                for number, mask in enumerate(allowed):
                    mask[scorer.documents_with(number, clause)] = False
            wanted = [term for term in query.terms if not term.is_excluded]
            if wanted:
                scores = self._scores(scorer, by_language(wanted), started)
                found = having(scores, allowed, least_coverage=1.0) or having(scores, allowed, least_coverage=0.0)
            else:
                scores = []
                found = everything(allowed)
            return Hits(
                hits=best(scorer.snapshot, found, sort=request.sort, offset=request.offset, limit=request.limit),
                total=len(found),
                is_complete=all(score.is_complete for score in scores),
                all_words=bool(not len(found) or found.coverage.min() >= ALL),
                facets=filters.facets(scorer.snapshot, found.parts, found.documents) if request.with_facets else {},
                took_ms=_since(started),
            )

    def similar(
        self,
        text: str,
        *,
        audiences: frozenset[str],
        language: str,
        kinds: frozenset[str] = frozenset(),
        limit: int = 5,
        is_typing: bool = False,
    ) -> Hits:
        started = time.monotonic()
        request = SearchRequest(query=Query(), audiences=audiences, kinds=kinds, limit=limit)
        with _damage_told():
            scorer = self._scorer()
            chosen = {
                each: rarest(
                    word_clauses(text[:MOST_CHARACTERS_SEEN], each, is_typing=is_typing),
                    scorer.document_frequency,
                    known_only=each == index_language(language),
                )
                for each in LANGUAGES
            }
            scores = self._scores(scorer, chosen, started)
            found = having(scores, filters.allowed(scorer, (), request), least_coverage=LEAST_COVERAGE)
            return Hits(
                hits=best(scorer.snapshot, found, sort=Sort.RELEVANCE, offset=0, limit=limit),
                total=len(found),
                is_complete=all(score.is_complete for score in scores),
                took_ms=_since(started),
            )

    def alike(self, word: str) -> Sequence[str]:
        with _damage_told():
            return near.alike(word, self._scorer().terms)

    @contextmanager
    def writing(self) -> Iterator[None]:
        if self._is_writing:
            yield
            return
        with writer.locked(self._root):
            self._is_writing = True
            try:
                yield
            finally:
                self._is_writing = False

    def apply(self, upserts: Sequence[Document], deletes: Sequence[DocumentKey]) -> None:
        with self.writing(), _damage_told():
            writer.apply(self._root, self._scorer().snapshot, upserts, deletes)

    def rebuild(self, documents: Iterable[Document]) -> int:
        with self.writing():
            return writer.rebuild(self._root, documents)

    def versions(self, kind: str) -> Mapping[int, int]:
        with _damage_told():
            snapshot = self._scorer().snapshot
            found: dict[int, int] = {}
            for part, alive in zip(snapshot.parts, snapshot.alive, strict=True):
                records = part.records[alive & (part.records["kind"] == KINDS.index(kind))]
                found.update(zip(records["id"].tolist(), records["version"].tolist(), strict=True))
            return found

    def check(self) -> IndexStatus:
        with _damage_told():
            self._newest = None
            return self.status()

    def status(self) -> IndexStatus:
        with _damage_told():
            snapshot = self._scorer().snapshot
            return IndexStatus(
                engine=self.name,
                documents=snapshot.documents,
                parts=len(snapshot.parts),
                size_bytes=snapshot.size_bytes(),
                generation=snapshot.head.generation,
                changed_at=datetime.fromtimestamp(snapshot.head.changed_at, UTC),
            )

    def _scorer(self) -> Scorer:
        """Return the newest commit, opened anew when another process has committed meanwhile."""
        for _ in range(TRIES):
            raw = read_head(self._root)
            newest = self._newest
            if newest is not None and newest.snapshot.raw_head == raw:
                if newest.snapshot.is_untouched():
                    return newest
                self._newest = newest = None
            try:
                self._newest = Scorer(Snapshot(self._root, raw, newest.snapshot if newest else None))
            except Exception:
                # Files go when the next commit comes: only if there was none, something is wrong.
                if read_head(self._root) == raw:
                    raise
            else:
                return self._newest
        raise IndexBusy

    def _scores(self, scorer: Scorer, clauses: Mapping[str, Sequence[Clause]], started: float) -> list[Scores]:
        deadline = started + self._time_limit_s
        return [scorer.score(each, deadline=deadline) for each in clauses.values() if each]


@contextmanager
def _damage_told() -> Iterator[None]:
    """Whatever reading a damaged file raises (eight kinds were seen) becomes IndexDamaged."""
    try:
        yield
    except (IndexUnusable, IndexBusy):
        raise
    except Exception as error:
        raise IndexDamaged(f"{type(error).__name__}: {error}") from error


def _since(started: float) -> float:
    return (time.monotonic() - started) * 1000
