"""How good an answer is by what people said of it."""

from __future__ import annotations

import pytest

from app.community.ratio import answer_ratio, shrunk_ratio


def test_known_values_of_the_adjusted_wald_centre():
    """Agresti and Coull (1998): two successes and two failures are added."""
    assert shrunk_ratio(0, 0) == 0.5
    assert shrunk_ratio(1, 0) == pytest.approx(0.6)
    assert shrunk_ratio(0, 1) == pytest.approx(0.4)
    assert shrunk_ratio(90, 10) == pytest.approx(92 / 104)


def test_few_judgements_do_not_outweigh_many():
    assert shrunk_ratio(1, 0) < shrunk_ratio(90, 10)
    assert shrunk_ratio(0, 1) > shrunk_ratio(10, 90)


def test_a_good_word_never_lowers_and_a_bad_one_never_raises():
    for good in range(6):
        for bad in range(6):
            assert shrunk_ratio(good + 1, bad) > shrunk_ratio(good, bad) > shrunk_ratio(good, bad + 1)


def test_who_tried_it_counts_for_more_than_who_read_it():
    votes = {"ups": 1, "downs": 1, "worked": 0, "outdated": 0, "dangerous": 0}

    assert answer_ratio(**{**votes, "worked": 1}) > answer_ratio(**{**votes, "ups": 2})
    assert answer_ratio(**{**votes, "outdated": 1}) == answer_ratio(**{**votes, "dangerous": 1})
    assert answer_ratio(**{**votes, "outdated": 1}) < answer_ratio(**{**votes, "downs": 2})


def test_fewer_than_none_is_refused():
    with pytest.raises(ValueError, match="fewer than none"):
        shrunk_ratio(-1, 0)
