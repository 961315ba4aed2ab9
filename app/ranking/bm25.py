"""Which earlier texts resemble this one: an inverted index that grows by a text at a time, weighed by BM25.

Source: S. Robertson, H. Zaragoza (2009), The Probabilistic Relevance Framework: BM25 and Beyond, with the rarity
ln(1 + (N - df + 0.5) / (df + 0.5)), which is never negative.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.ranking.table import Column, Table

SATURATION = 1.2  # k1
LENGTH_SHARE = 0.75  # b
MOST_TERMS = 32  # of a long text, the rarest words carry nearly all of the weight
MOST_POSTINGS = 200_000  # bounds the time of one query in a large community
TF_BITS = 4
TF_MOST = (1 << TF_BITS) - 1


class Hits(NamedTuple):
    """The postings of a query's words: text, word (position in the query) and how often; all shape (p,)."""

    texts: NDArray[np.int64]
    terms: NDArray[np.int64]
    counts: NDArray[np.float64]
    rarity: NDArray[np.float64]  # shape (words in the query,)


class TextIndex:
    """Texts 0, 1, 2 … and the words in them."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        # One number per word and text: the text's number above the lowest four bits, the count (at most 15) in them.
        self.postings: list[array[int]] = []
        self.texts = Table({"length": Column(np.float32)})
        self.total_length = 0.0

    def __len__(self) -> int:
        return len(self.texts)

    def add(self, counts: Mapping[str, int]) -> int:
        """Add a text given as word → how often; return its number."""
        length = float(sum(counts.values()))
        text = self.texts.append(length=length)
        self.total_length += length
        for word, count in counts.items():
            term = self.terms.setdefault(word, len(self.postings))
            if term == len(self.postings):
                self.postings.append(array("I"))
            self.postings[term].append(text << TF_BITS | min(count, TF_MOST))
        return text

    def rarity(self, document_frequency: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weight of words that occur in so many texts; shape as given, never negative."""
        return np.log1p((len(self) - document_frequency + 0.5) / (document_frequency + 0.5))

    def look_up(
        self, counts: Mapping[str, int], *, most_terms: int = MOST_TERMS, most_postings: int = MOST_POSTINGS
    ) -> Hits:
        """Return the postings of the rarest known words, rarest first, until either bound is passed."""
        known = [self.terms[word] for word in counts if word in self.terms]
        # Equally rare words in order of first appearance, so that the order of words in a text changes nothing.
        known.sort(key=lambda term: (len(self.postings[term]), term))
        chosen: list[int] = []
        total = 0
        for term in known[:most_terms]:
            total += len(self.postings[term])
            if total > most_postings and chosen:
                break
            chosen.append(term)
        if not chosen:
            nothing = np.zeros(0)
            return Hits(nothing.astype(np.int64), nothing.astype(np.int64), nothing, nothing)
        packed = [np.frombuffer(self.postings[term], dtype=np.uint32) for term in chosen]
        frequency = np.array([len(each) for each in packed], dtype=np.float64)
        joined = np.concatenate(packed).astype(np.int64)
        terms = np.repeat(np.arange(len(chosen)), frequency.astype(np.int64))
        return Hits(joined >> TF_BITS, terms, (joined & TF_MOST).astype(np.float64), self.rarity(frequency))

    def own_weight(self, counts: Mapping[str, int], *, most_terms: int = MOST_TERMS) -> float:
        """Return the weight a text has for itself, unknown words included: a measure for how much of it others have."""
        found = [len(self.postings[self.terms[word]]) if word in self.terms else 0 for word in counts]
        frequency = np.array(found, dtype=np.float64)
        often = np.minimum(np.array(list(counts.values()), dtype=np.float64), TF_MOST)
        mean_length = max(self.total_length / max(1, len(self)), 1e-9)
        norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * sum(counts.values()) / mean_length)
        weights = self.rarity(frequency) * often * (SATURATION + 1) / (often + norm)
        return float(weights[np.argsort(frequency, kind="stable")[:most_terms]].sum())

    def scores(self, hits: Hits) -> NDArray[np.float64]:
        """Return the BM25 weight of every text for the words looked up; shape (texts,)."""
        if len(hits.texts) == 0:
            return np.zeros(len(self))
        lengths = self.texts["length"]
        mean_length = max(self.total_length / max(1, len(self)), 1e-9)
        norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths[hits.texts] / mean_length)
        weights = hits.rarity[hits.terms] * hits.counts * (SATURATION + 1) / (hits.counts + norm)
        return np.bincount(hits.texts, weights=weights, minlength=len(self)).astype(np.float64)
