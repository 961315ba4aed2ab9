"""The embedded engine: asks a snapshot by arrays of scores."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from time import monotonic

from app.search.backend import Document, DocumentKey, Hits, SearchRequest
from app.search.clauses import Clause, by_realm, text_clauses
from app.search.file_engine import FileEngine, damage_told
from app.search.weighing import TIME_LIMIT_S, TITLE_WEIGHT, TITLE_WEIGHT_OF_TEXTS, least_coverage, rarest
from app.search.whoosh_engine import filters, writer
from app.search.whoosh_engine.codec import KINDS
from app.search.whoosh_engine.found import ALL, Found, best, everything, having
from app.search.whoosh_engine.parts import Snapshot
from app.search.whoosh_engine.scoring import Scorer, Scores


class WhooshEngine(FileEngine[Snapshot]):
    """A SearchEngine on Whoosh's segments."""

    name = "whoosh"

    def __init__(self, folder: Path, *, time_limit_s: float = TIME_LIMIT_S) -> None:
        super().__init__(folder)
        self._time_limit_s = time_limit_s
        self._scorer: Scorer | None = None

    def frequencies(self, keys: Collection[bytes]) -> Mapping[bytes, int]:
        with damage_told():
            return self._scorer_of(self._snapshot()).frequencies(keys)

    def _open(self, raw_head: bytes, before: Snapshot | None) -> Snapshot:
        return Snapshot(self._root, raw_head, before)

    def _having(self, snapshot: Snapshot, request: SearchRequest) -> Hits:
        scorer, query = self._scorer_of(snapshot), request.query
        allowed = filters.allowed(scorer, query.filters, request)
        excluded = by_realm((term for term in query.terms if term.is_excluded), request.audiences)
        for clause in chain.from_iterable(excluded.values()):
            for number, mask in enumerate(allowed):
                mask[scorer.documents_with(number, clause)] = False
        wanted = [term for term in query.terms if not term.is_excluded]
        if not wanted:
            return _page(snapshot, request, everything(allowed), [])
        clauses = by_realm(wanted, request.audiences, request.wider)
        scores = self._scores(scorer, clauses, title_weight=TITLE_WEIGHT)
        found = having(scores, allowed, least_coverage=1.0) or having(scores, allowed, least_coverage=0.0)
        return _page(snapshot, request, found, scores)

    def _resembling(self, snapshot: Snapshot, request: SearchRequest) -> Hits:
        scorer = self._scorer_of(snapshot)
        chosen = rarest(text_clauses(request), scorer.document_frequency, language=request.language)
        scores = self._scores(scorer, chosen, title_weight=TITLE_WEIGHT_OF_TEXTS)
        allowed = filters.allowed(scorer, request.query.filters, request)
        found = having(scores, allowed, least_coverage=least_coverage(chosen, request))
        return _page(snapshot, request, found, scores)

    def _apply(self, snapshot: Snapshot, upserts: Sequence[Document], deletes: Sequence[DocumentKey]) -> None:
        writer.apply(self._root, snapshot, upserts, deletes)

    def _rebuild(self, documents: Iterable[Document]) -> int:
        return writer.rebuild(self._root, documents)

    def _versions(self, snapshot: Snapshot, kind: str) -> Mapping[int, int]:
        found: dict[int, int] = {}
        for part, alive in zip(snapshot.parts, snapshot.alive, strict=True):
            records = part.records[alive & (part.records["kind"] == KINDS.index(kind))]
            found.update(zip(records["id"].tolist(), records["version"].tolist(), strict=True))
        return found

    def _scorer_of(self, snapshot: Snapshot) -> Scorer:
        """Return what scores a snapshot; it remembers what was asked before."""
        scorer = self._scorer
        if scorer is None or scorer.snapshot is not snapshot:
            self._scorer = scorer = Scorer(snapshot)
        return scorer

    def _scores(self, scorer: Scorer, clauses: Mapping[str, Sequence[Clause]], *, title_weight: float) -> list[Scores]:
        deadline = monotonic() + self._time_limit_s
        return [scorer.score(each, title_weight=title_weight, deadline=deadline) for each in clauses.values() if each]


def _page(snapshot: Snapshot, request: SearchRequest, found: Found, scores: Sequence[Scores]) -> Hits:
    return Hits(
        hits=best(snapshot, found, sort=request.sort, offset=request.offset, limit=request.limit),
        total=len(found),
        is_complete=all(score.is_complete for score in scores),
        all_words=bool(not len(found) or found.coverage.min() >= ALL),
        facets=filters.facets(snapshot, found.parts, found.documents) if request.with_facets else {},
    )
