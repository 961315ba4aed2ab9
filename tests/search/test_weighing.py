"""What a text must share with a document: the light words find nothing by themselves, and nothing is lost by that."""

from __future__ import annotations

import random
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.tantivy_engine import engine as tantivy
from app.search.weighing import essential
from tests.search.make import document

WEIGHTS = st.lists(st.floats(min_value=0.01, max_value=12.0), min_size=1, max_size=8)


@given(WEIGHTS, st.floats(min_value=0.0, max_value=1.0))
def test_whatever_has_enough_has_a_clause_that_is_needed(weights, least):
    needed = essential(weights, least)

    every = chain.from_iterable(combinations(range(len(weights)), size) for size in range(1, len(weights) + 1))
    for chosen in every:
        if sum(weights[each] for each in chosen) >= least * sum(weights):
            assert any(needed[each] for each in chosen)


def test_the_words_that_stand_everywhere_are_not_needed_and_without_a_bound_all_are():
    assert essential([8.0, 7.0, 1.0, 0.5], 0.35) == [True, True, False, False]
    assert essential([8.0, 7.0, 1.0, 0.5], 0.0) == [True] * 4


@pytest.mark.parametrize("is_typing", [True, False])
def test_what_resembles_a_text_is_the_same_as_when_every_word_is_gone_through(tmp_path, monkeypatch, is_typing):
    chance = random.Random(20_261_123)
    words = [f"{first}{last}" for first in ("lamp", "boat", "tree", "wind", "salt", "coal") for last in "abcdef"]
    weights = [1 / (place + 1) for place in range(len(words))]
    texts = [" ".join(chance.choices(words, weights, k=12)) for _ in range(150)]
    made = tantivy.TantivyEngine(tmp_path / "index")
    made.rebuild([document(number, text[:40], text) for number, text in enumerate(texts, start=1)])
    asked = [" ".join(chance.sample(words, 7)) for _ in range(40)]

    def found():
        return [
            made.similar(text, audiences=frozenset({"public"}), language="en", is_typing=is_typing, limit=20)
            for text in asked
        ]

    with_light_words_left = found()
    monkeypatch.setattr(tantivy, "essential", lambda weights, least: [True] * len(weights))
    with_all = found()

    assert sum(len(each.hits) for each in with_all) > 40
    for ours, theirs in zip(with_light_words_left, with_all, strict=True):
        assert {hit.key: hit.score for hit in ours.hits} == pytest.approx({hit.key: hit.score for hit in theirs.hits})
        assert ours.total == theirs.total
