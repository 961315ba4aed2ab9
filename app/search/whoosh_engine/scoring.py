"""Which documents of a snapshot answer a query, and how well: BM25 over arrays.

Score of a document = sum over clauses of idf × tf / (tf + K1 × length), over all words of it, and the same once more
over its title; a length is that beside the average one. Tantivy counts alike. Source: S. Robertson, H. Zaragoza (2009),
The Probabilistic Relevance Framework: BM25 and Beyond, p. 360.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.search.clauses import Alternative, Clause, Phrase, Prefix, Together, in_public
from app.search.weighing import idf
from app.search.whoosh_engine.codec import TERMS
from app.search.whoosh_engine.parts import Part, Snapshot

K1, LENGTH_PENALTY = 1.2, 0.75

# Prefixes: of the terms that begin so, this many are looked at, and the most frequent ones used.
MOST_EXPANSIONS_SEEN = 400
MOST_EXPANSIONS = 50

# Who types asks for the same words again with each letter.
MOST_REMEMBERED = 200
# Of each word it is asked how often words much like it stand: dozens, and of common words the same by everybody. So
# many take three megabytes.
MOST_COUNTS = 20_000


class Matches(NamedTuple):
    """Ascending document numbers of one part, and how much a clause counts in the whole of each and in its title."""

    documents: NDArray[np.int64]
    words: NDArray[np.float32]
    titles: NDArray[np.float32]


NOTHING = Matches(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32))


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
        lengths = [np.stack((part.lengths.sum(axis=1), part.lengths[:, 0]), axis=1) for part in snapshot.parts]
        totals = sum((each.sum(axis=0) for each in lengths), np.zeros(2, np.float32))
        average = np.maximum(totals / max(counts, 1), 1.0)
        self._known: dict[tuple[int, Clause], Matches] = {}
        self._counts: dict[bytes, int] = {}
        # Per part, shape (count, 2): of the whole and of the title.
        self._norms = [_norms(each / average) for each in lengths]

    def score(self, clauses: Sequence[Clause], *, title_weight: float, deadline: float) -> Scores:
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
            public = in_public(clause)
            weighed = found if public is clause else [self._matches(number, public) for number in range(len(parts))]
            idf = self.idf(sum(len(each.documents) for each in weighed))
            of_titles = title_weight * self.idf(sum(int(np.count_nonzero(each.titles)) for each in weighed))
            result.possible += idf
            for number, each in enumerate(found):
                result.scores[number][each.documents] += idf * each.words + of_titles * each.titles
                result.matched[number][each.documents] += idf
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

    def frequencies(self, keys: Collection[bytes]) -> dict[bytes, int]:
        """Return in how many documents each of these terms stands, without those that stand nowhere."""
        known = self._counts if len(self._counts) < MOST_COUNTS else {}
        if unknown := [key for key in keys if key not in known]:
            counts: Counter[bytes] = Counter()
            for part in self.snapshot.parts:
                counts.update(part.frequencies(TERMS, unknown))
            known.update((key, counts[key]) for key in unknown)
            self._counts = known
        return {key: count for key in keys if (count := known[key])}

    def documents_with(self, number: int, clause: Clause) -> NDArray[np.int64]:
        """Return the numbers of the documents of a part that have the clause."""
        return self._matches(number, clause).documents

    def _matches(self, number: int, clause: Clause) -> Matches:
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
            weight = np.float32(alternative.weight)
            found += [
                Matches(each.documents, each.words * weight, each.titles * weight)
                for each in self._alternative(number, alternative, in_title=clause.in_title)
            ]
        found = [matches for matches in found if len(matches.documents)]
        if not found:
            return NOTHING
        if len(found) == 1:
            return found[0]
        best = np.zeros((2, part.count), np.float32)
        for each in found:
            best[:, each.documents] = np.maximum(best[:, each.documents], (each.words, each.titles))
        documents = np.flatnonzero(best[0])
        return Matches(documents, best[0, documents], best[1, documents])

    def _alternative(self, number: int, alternative: Alternative, *, in_title: bool) -> Iterator[Matches]:
        match alternative:
            case Phrase(terms=((_, term),)):
                yield self._word(number, term, in_title=in_title)
            case Phrase():
                yield self._phrase(number, alternative, in_title=in_title)
            case Together():
                yield self._together(number, alternative, in_title=in_title)
            case Prefix():
                for term in expansions(self.snapshot.parts[number], alternative.start):
                    yield self._word(number, term, in_title=in_title)

    def _together(self, number: int, together: Together, *, in_title: bool) -> Matches:
        """Return the documents that have all of some terms, which count as much as the least of them."""
        found = self._word(number, together.terms[0], in_title=in_title)
        for term in together.terms[1:]:
            more = self._word(number, term, in_title=in_title)
            documents, ours, theirs = np.intersect1d(
                found.documents, more.documents, assume_unique=True, return_indices=True
            )
            words = np.minimum(found.words[ours], more.words[theirs])
            found = Matches(documents, words, np.minimum(found.titles[ours], more.titles[theirs]))
        return found

    def _word(self, number: int, term: bytes, *, in_title: bool) -> Matches:
        postings = self.snapshot.parts[number].postings(TERMS, term)
        if postings is None:
            return NOTHING
        documents = postings.documents.astype(np.int64)
        counts = postings.counts
        if in_title:
            kept = counts[:, 0] > 0
            documents, counts = documents[kept], counts[kept]
        return self._counted(number, documents, counts.sum(axis=1, dtype=np.float32), counts[:, 0].astype(np.float32))

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
        unique, first = np.unique(documents, return_index=True)
        if not len(unique):
            return NOTHING
        times = np.add.reduceat(np.ones(len(documents), np.float32), first)
        return self._counted(number, unique, times, np.add.reduceat(is_title.astype(np.float32), first))

    def _counted(
        self, number: int, documents: NDArray[np.int64], words: NDArray[np.float32], titles: NDArray[np.float32]
    ) -> Matches:
        """Return what being there so often in the whole of documents and in their titles counts."""
        norms = self._norms[number][documents]
        return Matches(documents, words / (words + norms[:, 0]), titles / (titles + norms[:, 1]))


def _norms(shares: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return what lengths, beside the average ones, are held against a text."""
    return (K1 * (1 - LENGTH_PENALTY + LENGTH_PENALTY * shares)).astype(np.float32)


def expansions(part: Part, start: bytes) -> list[bytes]:
    """Return the most frequent terms of a part that begin with `start`."""
    seen = part.terms(TERMS, start, most=MOST_EXPANSIONS_SEEN)
    seen.sort(key=lambda pair: -pair[1])
    return [term for term, _ in seen[:MOST_EXPANSIONS]]
