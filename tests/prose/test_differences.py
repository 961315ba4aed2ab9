"""What changed between two texts: true to both, readable, and never slow."""

from __future__ import annotations

import random

import pytest

from app.prose.differences import MOST_STEPS, Passage, Piece, Steps, differences, word_differences


def told(pieces: list[Piece] | tuple[Piece, ...]) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in pieces)


def side(passages: list[Passage], kind: str) -> str:
    """Return one of the two texts, put together again from what the reader sees."""
    texts = (
        "".join(piece.text for piece in passage.pieces if piece.kind in {"same", kind})
        for passage in passages
        if any(piece.kind in {"same", kind} for piece in passage.pieces)
    )
    return "\n".join(texts)


def test_words_are_compared_within_a_line():
    (passage,) = differences("Read the upper one.", "Read the lower one, please.")

    assert passage.kind == "changed"
    assert told(passage.pieces) == "Read the [-upper-]{+lower+} one{+, please+}."


def test_a_line_that_came_or_went_is_shown_whole():
    came = differences("First.\nLast.", "First.\nBetween.\nLast.")
    went = differences("First.\nBetween.\nLast.", "First.\nLast.")

    assert [told(passage.pieces) for passage in came] == ["First.", "{+Between.+}", "Last."]
    assert [told(passage.pieces) for passage in went] == ["First.", "[-Between.-]", "Last."]


def test_an_empty_line_that_came_can_be_seen():
    passages = differences("One.\nTwo.", "One.\n\nTwo.")

    assert passages[1].pieces[0].shown == "↵"


def test_lines_far_from_a_change_stand_apart():
    lines = [f"Line {number}." for number in range(20)]

    passages = differences("\n".join(lines), "\n".join([*lines[:10], "New.", *lines[10:]]))

    assert [(passage.kind, passage.lines) for passage in passages] == [
        ("apart", 8),
        ("same", 2),
        ("changed", 1),
        ("same", 2),
        ("apart", 8),
    ]


def test_a_sentence_written_anew_is_not_cut_into_shreds():
    pieces = word_differences("Call them on Monday.", "The meter is behind the door of the hall.")

    assert told(pieces) == "[-Call them on Monday.-]{+The meter is behind the door of the hall.+}"


def test_line_ends_of_browsers_are_no_change():
    assert differences("One.\nTwo.", "One.\r\nTwo.\r\n") == []


def test_both_texts_can_be_put_together_again_from_what_is_shown():
    chance = random.Random(20)

    def text() -> str:
        lines = chance.randint(1, 9)
        return "\n".join(
            " ".join(chance.choice(["the", "cat", "sat", ",", "x", "on mat"]) for _ in range(chance.randint(1, 5)))
            for _ in range(lines)
        )

    for _turn in range(300):
        old, new = text(), text()
        if passages := differences(old, new):
            assert (side(passages, "removed"), side(passages, "added")) == (old, new)


@pytest.mark.parametrize(
    "parts, between",
    [("ab", "\n"), ("ab", " "), ("a", "\n"), ("!?.,", ""), (["de", "het", "een", "op"], " "), ("xy", "\n\n")],
)
def test_texts_that_repeat_themselves_take_few_steps(parts, between):
    """30,000 characters on both sides: the steps bound the time (all 400,000 take a tenth of a second here)."""
    chance = random.Random(21)
    old, new = (between.join(chance.choice(parts) for _ in range(30_000))[:size] for size in (30_000, 29_000))
    steps = Steps()

    passages = differences(old, new, steps)

    assert steps.left > -0.05 * MOST_STEPS
    assert (side(passages, "removed"), side(passages, "added")) == (old.rstrip(), new.rstrip())
