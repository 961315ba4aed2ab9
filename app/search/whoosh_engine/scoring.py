"""Which documents of a snapshot answer a query, and how well: BM25F over arrays.

Score of a document = sum over clauses of idf × tf / (K1 + tf), where tf adds up the three texts, each divided by how
much longer than average it is and multiplied by its weight. Source: S. Robertson, H. Zaragoza, M. Taylor (2004), Simple
BM25 Extension to Multiple Weighted Fields, CIKM, p. 42.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.search import near
from app.search.clauses import Clause, Phrase
from app.search.weighing import idf
from app.search.whoosh_engine.codec import TERMS
from app.search.whoosh_engine.parts import Part, Snapshot

K1 = 1.2
# Title, body, answers: how much a word in it counts, and how much a long text is held against it.
WEIGHTS = np.array([3.0, 1.0, 0.8], np.float32)
LENGTH_PENALTY = np.array([0.5, 0.75, 0.6], np.float32)

# Prefixes: of the terms that begin so, this many are looked at, and the most frequent ones used.
MOST_EXPANSIONS_SEEN = 400
MOST_EXPANSIONS = 50

# Who types asks for the same words again with each letter.
MOST_REMEMBERED = 200

Matches = tuple[NDArray[np.int64], NDArray[np.float32]]
NOTHING: Matches = (np.zeros(0, np.int64), np.zeros(0, np.float32))


@dataclass(slots=True)
class Scores:
    """Per part and document: the score, and the weight (idf) of the clauses that matched out of `possible`."""

    scores: list[NDArray[np.float32]]
    matched: list[NDArray[np.float32]]
    possible: float
    is_complete: bool = True


class Scorer:
    """Scores the documents of one snapshot. Keeps what depends on the snapshot alone."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        counts = sum(part.count for part in snapshot.parts)
        totals = sum((part.lengths.sum(axis=0) for part in snapshot.parts), np.zeros(3, np.float32))
        average = np.maximum(totals / max(counts, 1), 1.0)
        self._known: dict[tuple[int, Clause], Matches] = {}
        self._norms = [
            WEIGHTS / (1 - LENGTH_PENALTY + LENGTH_PENALTY * part.lengths / average) for part in snapshot.parts
        ]

    def score(self, clauses: Sequence[Clause], *, deadline: float) -> Scores:
        """Score every document by the clauses. `deadline` is in time.monotonic() seconds; what is left over then is not
        looked at, and the result says so."""
        parts = self.snapshot.parts
        result = Scores(
            scores=[np.zeros(part.count, np.float32) for part in parts],
            matched=[np.zeros(part.count, np.float32) for part in parts],
            possible=0.0,
        )
        for clause in clauses:
            if time.monotonic() > deadline:
                result.is_complete = False
                break
            found = [self._matches(number, clause) for number in range(len(parts))]
            idf = self.idf(sum(len(documents) for documents, _ in found))
            result.possible += idf
            for number, (documents, frequencies) in enumerate(found):
                result.scores[number][documents] += idf * frequencies / (K1 + frequencies)
                result.matched[number][documents] += idf
        return result

    def idf(self, documents: int) -> float:
        """Return the weight of something that stands in so many documents."""
        return idf(documents, of=self.snapshot.documents)

    def document_frequency(self, clause: Clause) -> int:
        """Return in how many documents a clause of one word, or its beginning, stands."""
        parts = range(len(self.snapshot.parts))
        match clause.alternatives:
            case (Phrase(terms=((_, term),)),):
                found = (self.snapshot.parts[number].postings(TERMS, term) for number in parts)
                return sum(len(postings.entries) for postings in found if postings is not None)
            case _:
                return sum(len(self.documents_with(number, clause)) for number in parts)

    def terms(self, beginning: bytes) -> Iterator[tuple[bytes, int]]:
        """Yield, part by part, the terms that begin so, and in how many documents of the part each stands."""
        for part in self.snapshot.parts:
            yield from part.terms(TERMS, beginning, most=near.MOST_LOOKED_AT)

    def documents_with(self, number: int, clause: Clause) -> NDArray[np.int64]:
        """Return the numbers of the documents of a part that have the clause."""
        return self._matches(number, clause)[0]

    def _matches(self, number: int, clause: Clause) -> Matches:
        """Return ascending document numbers of one part, and the weighted frequency in each."""
        key = (number, clause)
        if key not in self._known:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = self._match(number, clause)
        return self._known[key]

    def _match(self, number: int, clause: Clause) -> Matches:
        part = self.snapshot.parts[number]
        found = []
        for alternative in clause.alternatives:
            if isinstance(alternative, Phrase) and len(alternative.terms) > 1:
                found.append(self._phrase(number, alternative, in_title=clause.in_title))
                continue
            if isinstance(alternative, Phrase):
                terms: Iterable[bytes] = [alternative.terms[0][1]]
            else:
                terms = expansions(part, alternative.start)
            found += [self._word(number, term, in_title=clause.in_title) for term in terms]
        found = [matches for matches in found if len(matches[0])]
        if not found:
            return NOTHING
        if len(found) == 1:
            return found[0]
        best = np.zeros(part.count, np.float32)
        for documents, frequencies in found:
            best[documents] = np.maximum(best[documents], frequencies)
        documents = np.flatnonzero(best)
        return documents, best[documents]

    def _word(self, number: int, term: bytes, *, in_title: bool) -> Matches:
        postings = self.snapshot.parts[number].postings(TERMS, term)
        if postings is None:
            return NOTHING
        documents = postings.documents.astype(np.int64)
        counts = postings.counts
        if in_title:
            kept = counts[:, 0] > 0
            documents, counts = documents[kept], counts[kept]
        return documents, (counts * self._norms[number][documents]).sum(axis=1)

    def _phrase(self, number: int, phrase: Phrase, *, in_title: bool) -> Matches:
        part = self.snapshot.parts[number]
        found = [(distance, part.postings(TERMS, term)) for distance, term in phrase.terms]
        # Begin with the rarest: what follows is looked for among few.
        known = sorted(
            ((distance, postings) for distance, postings in found if postings is not None),
            key=lambda pair: len(pair[1].entries),
        )
        if len(known) < len(found):
            return NOTHING
        starts = known[0][1].keys() - known[0][0]
        for distance, postings in known[1:]:
            keys = postings.keys() - distance
            at = np.searchsorted(keys, starts)
            starts = starts[keys[np.minimum(at, len(keys) - 1)] == starts]
            if not len(starts):
                return NOTHING
        documents = starts >> 16
        is_title = (starts & 0xFFFF) < part.records["lengths"][documents, 0]
        if in_title:
            documents, is_title = documents[is_title], is_title[is_title]
        norms = self._norms[number][documents]
        frequencies = np.where(is_title, norms[:, 0], norms[:, 1])
        unique, first = np.unique(documents, return_index=True)
        return (unique, np.add.reduceat(frequencies, first)) if len(unique) else NOTHING


def expansions(part: Part, start: bytes) -> list[bytes]:
    """Return the most frequent terms of a part that begin with `start`."""
    seen = part.terms(TERMS, start, most=MOST_EXPANSIONS_SEEN)
    seen.sort(key=lambda pair: -pair[1])
    return [term for term, _ in seen[:MOST_EXPANSIONS]]
