"""The basis of text vectors is the one that an exact decomposition gives, however few texts there are."""

import numpy as np
import pytest
from scipy import sparse

from app.ranking.latent import WIDTH, _right_vectors


def texts_by_words(texts: int, words: int, *, rank: int | None = None) -> sparse.csr_matrix:
    chance = np.random.default_rng(7)
    matrix = sparse.random(texts, words, density=0.2, random_state=chance, format="csr")
    return sparse.csr_matrix(np.vstack([matrix.toarray()[:rank]] * (texts // rank))) if rank else matrix


@pytest.mark.parametrize("texts, words, rank", [(300, 120, None), (9, 40, None), (60, 30, None), (40, 50, 4)])
def test_leading_directions_are_those_of_an_exact_decomposition(texts: int, words: int, rank: int | None) -> None:
    matrix = texts_by_words(texts, words, rank=rank)
    _, sizes, exact = np.linalg.svd(matrix.toarray(), full_matrices=False)
    there = int((sizes > 1e-9).sum())

    found = _right_vectors(matrix)

    few = min(there, 8)  # far from those that the last ones may be taken for
    assert found.shape == (words, WIDTH)
    assert np.abs((found[:, :few] * exact[:few].T).sum(axis=0)) == pytest.approx(np.ones(few), abs=1e-3)
    used = found[:, : min(there, WIDTH)]
    assert used.T @ used == pytest.approx(np.eye(used.shape[1]), abs=1e-9)
    assert not found[:, there:].any()
