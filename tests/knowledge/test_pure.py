"""What is computed about articles: confidence, licences, anchors, addresses."""

from __future__ import annotations

import pytest

from app.knowledge.confidence import Evidence, confidence_of
from app.knowledge.licences import Record, covers, licence_for
from app.knowledge.links import RESERVED, slug_for
from app.knowledge.outline import Heading, headings, with_anchors

FRESH = Evidence(days=0)


def test_what_was_just_approved_is_sure_to_nine_of_ten() -> None:
    assert confidence_of(FRESH).value == pytest.approx(0.9)


@pytest.mark.parametrize(
    "known, value",
    [
        (Evidence(days=365), 0.9 * 0.65),
        (Evidence(days=730), 0.9 * 0.475),
        (Evidence(days=0, outdated=3), 9 / 16),
        (Evidence(days=0, worked=5, solved=2, outdated=3), 16 / 23),
        (Evidence(days=0, contradicted=1), 9 / 12),
        (Evidence(days=0, source_changed=True), 0.72),
        (Evidence(days=None), 0.9 * 0.65),
        (Evidence(days=-3), 0.9),
    ],
)
def test_known_answers_of_the_formula(known: Evidence, value: float) -> None:
    assert confidence_of(known).value == pytest.approx(value)


def test_three_who_call_it_outdated_are_enough_to_warn_and_two_are_not() -> None:
    assert confidence_of(Evidence(days=0, outdated=3)).value < 0.6 < confidence_of(Evidence(days=0, outdated=2)).value


def test_a_solved_case_raises_it_and_age_alone_never_ends_it() -> None:
    assert confidence_of(Evidence(days=90, solved=1)).value > confidence_of(Evidence(days=90)).value
    assert confidence_of(Evidence(days=36_500)).value == pytest.approx(0.27)


def test_nobody_says_a_thing_less_than_no_times() -> None:
    with pytest.raises(ValueError, match="no times"):
        confidence_of(Evidence(worked=-1))


@pytest.mark.parametrize(
    "record, level",
    [
        (Record(), "candidate"),
        (Record(approved=2), "candidate"),
        (Record(approved=3), "contributor"),
        (Record(approved=3, sent_back=2), "candidate"),
        (Record(approved=8), "contributor"),
        (Record(approved=8, sent_back=3, reviews=9), "contributor"),
        (Record(approved=8, sent_back=2, reviews=3), "publisher"),
    ],
)
def test_a_licence_is_earned_by_what_was_approved(record: Record, level: str) -> None:
    assert licence_for(record) == level


def test_a_licence_includes_the_lesser_ones() -> None:
    assert covers("publisher", "contributor")
    assert not covers("candidate", "contributor")


def test_every_heading_gets_an_anchor_of_its_own_one_level_higher() -> None:
    html = with_anchors(
        "<h3>Reset</h3><p>…</p><h4>Reset <em>again</em></h4><h3>Reset</h3><h3>Reset 2</h3><h3>日本</h3>"
    )

    assert headings(html) == [
        Heading(2, "s-reset", "Reset"),
        Heading(3, "s-reset-again", "Reset again"),
        Heading(2, "s-reset-2", "Reset"),
        Heading(2, "s-reset-2-2", "Reset 2"),
        Heading(2, "s--", "日本"),
    ]


def test_no_two_anchors_are_the_same_whatever_the_headings_are_called() -> None:
    called = ["Step", "Step 2", "Step", "Step 2", "Step", "Step 2 2", "Step 3"]

    anchors = [each.anchor for each in headings(with_anchors("".join(f"<h3>{words}</h3>" for words in called)))]

    assert len(anchors) == len(set(anchors)) == len(called)
    assert anchors[:3] == ["s-step", "s-step-2", "s-step-3"]


def test_no_article_takes_the_address_of_a_page_beside_it() -> None:
    assert {slug_for(name) for name in RESERVED} & RESERVED == set()
    assert slug_for("Paspoort vergeten? Zó!") == "paspoort-vergeten-zo"
