"""A text as 64 numbers, so that two texts about the same thing are near even when they share no word.

TF-IDF followed by a truncated singular value decomposition (latent semantic analysis: Deerwester et al. 1990), by the
randomised method of N. Halko, P. Martinsson, J. Tropp (2011), SIAM Review 53, with a fixed seed: the same texts always
give the same vectors. New texts are folded in; the basis is made anew as the community grows (state.py says when).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from app.ranking.bm25 import TF_BITS, TF_MOST, TextIndex

WIDTH = 64
LEAST_TEXTS = 3  # a word in fewer texts than this says nothing about others
MOST_SHARE = 0.5  # nor does a word in more than half of them
OVERSAMPLING = 16
POWER_ROUNDS = 3
SEED = 20_260_101
LEAST_SQUARE = 1e-13  # of the largest singular value's square; less is rounding


@dataclass(frozen=True)
class Basis:
    """What turns a text into a vector: rows of `weights` by term number, -1 in `row_of` for a term without one."""

    row_of: NDArray[np.int32]  # (terms at the time,)
    weights: NDArray[np.float32]  # (rows, WIDTH), rarity included

    def vector(self, terms: NDArray[np.int64], counts: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the unit vector (WIDTH,) of a text given as term numbers and counts; zeros without a known word."""
        known = terms < len(self.row_of)
        rows = self.row_of[terms[known]]
        weighed = (1 + np.log(counts[known])).astype(np.float32)
        has_row = rows >= 0
        vector = weighed[has_row] @ self.weights[rows[has_row]]
        length = float(np.sqrt(vector @ vector))
        return vector / np.float32(length) if length > 0 else np.zeros(WIDTH, dtype=np.float32)

    def of_words(self, counts: Mapping[str, int], index: TextIndex) -> NDArray[np.float32]:
        """Return the unit vector (WIDTH,) of a text given as word → how often."""
        if len(self.weights) == 0:
            return np.zeros(WIDTH, dtype=np.float32)
        known = [(index.terms[word], count) for word, count in counts.items() if word in index.terms]
        if not known:
            return np.zeros(WIDTH, dtype=np.float32)
        # In order of term number, so that the order of words in a text does not change the last bit of the sum.
        known.sort()
        terms = np.array([term for term, _ in known], dtype=np.int64)
        return self.vector(terms, np.minimum([count for _, count in known], TF_MOST).astype(np.float64))


EMPTY_BASIS = Basis(np.zeros(0, dtype=np.int32), np.zeros((0, WIDTH), dtype=np.float32))


def fit_basis(index: TextIndex) -> tuple[Basis, NDArray[np.float32]]:
    """Return a basis made from all texts in the index, and their unit vectors, shape (texts, WIDTH)."""
    frequency = np.array([len(posting) for posting in index.postings], dtype=np.float64)
    kept = np.flatnonzero((frequency >= LEAST_TEXTS) & (frequency <= max(LEAST_TEXTS, MOST_SHARE * len(index))))
    row_of = np.full(len(index.postings), -1, dtype=np.int32)
    row_of[kept] = np.arange(len(kept))
    if len(kept) == 0:
        return EMPTY_BASIS, np.zeros((len(index), WIDTH), dtype=np.float32)
    matrix = _weighed(index, kept, index.rarity(frequency[kept]))
    right = _right_vectors(matrix)
    # matrix @ right has the rarity and length of each text in it; a folded text gets the same up to its length.
    weights = (index.rarity(frequency[kept])[:, None] * right).astype(np.float32)
    vectors = (matrix @ right).astype(np.float32)
    lengths = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    return Basis(row_of, weights), np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def _weighed(index: TextIndex, kept: NDArray[np.int64], rarity: NDArray[np.float64]) -> scipy.sparse.csr_matrix:
    """Return texts × kept words: (1 + ln count) · rarity, each row of length 1."""
    packed = [np.frombuffer(index.postings[term], dtype=np.uint32) for term in kept]
    joined = np.concatenate(packed).astype(np.int64)
    columns = np.repeat(np.arange(len(kept)), [len(each) for each in packed])
    values = (1 + np.log(joined & TF_MOST)) * rarity[columns]
    matrix = scipy.sparse.csr_matrix((values, (joined >> TF_BITS, columns)), shape=(len(index), len(kept)))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return scipy.sparse.diags(scale) @ matrix


def _right_vectors(matrix: scipy.sparse.csr_matrix) -> NDArray[np.float64]:
    """Return the leading right singular vectors (words, WIDTH), padded with zeros where there are fewer."""
    rank = min(WIDTH, *matrix.shape)
    start = np.random.default_rng(SEED).standard_normal((matrix.shape[1], min(rank + OVERSAMPLING, matrix.shape[1])))
    block = matrix @ start
    for _ in range(POWER_ROUNDS):
        block = matrix @ (matrix.T @ _orthonormal(block))
    # Twice: what rounding left of the first time is gone after the second.
    found = matrix.T @ _orthonormal(_orthonormal(block))
    right = _orthonormal(found)[:, :rank]
    leading = np.zeros((matrix.shape[1], WIDTH))
    leading[:, : right.shape[1]] = right
    return leading


def _orthonormal(block: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the left singular vectors of a tall block, the largest first, without those that are nothing but rounding.

    By way of the small matrix of its columns' products: a tenth of what a decomposition of the block itself costs.
    """
    squares, turned = np.linalg.eigh(block.T @ block)
    kept = np.flatnonzero(squares > squares[-1] * LEAST_SQUARE)[::-1]
    orthonormal: NDArray[np.float64] = block @ (turned[:, kept] / np.sqrt(squares[kept]))
    return orthonormal
