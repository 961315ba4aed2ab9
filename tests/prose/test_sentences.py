"""Whole sentences of what people write, and nothing between them."""

from __future__ import annotations

import pytest

from app.prose.rendering import render
from app.prose.sentences import whole_sentences


def said(markdown: str, source_format: str = "markdown") -> list[list[str]]:
    html = render(markdown, source_format=source_format).html
    return [[each.text for each in run] for run in whole_sentences(html)]


@pytest.mark.parametrize(
    "markdown, sentences",
    [
        ("Turn it off. Wait a minute! Does it work?", ["Turn it off.", "Wait a minute!", "Does it work?"]),
        ("Take **version 1.5** or later. It is `free`.", ["Take version 1.5 or later.", "It is free."]),
        ("Take a bus, e.g. Line 4, or walk. It is near.", ["Take a bus, e.g. Line 4, or walk.", "It is near."]),
        ("Neem iets mee, bijv. Je paspoort. Klaar.", ["Neem iets mee, bijv. Je paspoort.", "Klaar."]),
        ("Bel d.w.z. Vraag het. Mail dhr. De Vries.", ["Bel d.w.z. Vraag het.", "Mail dhr. De Vries."]),
        ("Bring cups, plates etc. Then sit.", ["Bring cups, plates etc.", "Then sit."]),
        ("See https://example.org/a.b?c=d. Then [read it](https://example.org/x).",
         ["See https://example.org/a.b?c=d.", "Then read it."]),
        ("Zet hem aan.\nWacht even.\n\nKlaar is het.", ["Zet hem aan.", "Wacht even.", "Klaar is het."]),
        ("This line was broken\nin the middle. Ready.", ["This line was broken in the middle.", "Ready."]),
        ("She said: “It works.” Then she left.", ["She said: “It works.”", "Then she left."]),
        ("A &lt;b&gt; is a tag. 5 < 6 holds.", ["A <b> is a tag.", "5 < 6 holds."]),
        ("- a valid passport\n- your old key. It must be whole.", ["a valid passport", "your old key.",
                                                                  "It must be whole."]),
        ("- one thing. Then another", ["one thing. Then another"]),
        ("It broke.\\\n\\\n\\\nI mended\\\n\\\nit.", ["It broke.", "I mended it."]),
    ],
)  # fmt: skip
def test_what_follows_each_other_is_one_run(markdown: str, sentences: list[str]) -> None:
    assert said(markdown) == [sentences]


@pytest.mark.parametrize(
    "between",
    [
        "| who | when |\n|---|---|\n| water board | yearly. |",
        "```\nrestart now. Please.\n```",
        "### What it costs.",
        "> What does it cost? I do not know.",
        "You need these:",
        "The form asks for one of them, or",
    ],
)
def test_what_is_no_sentence_is_left_out_and_parts_what_stands_around_it(between: str) -> None:
    assert said(f"It costs nothing.\n\n{between}\n\nPay it later.") == [["It costs nothing."], ["Pay it later."]]


def test_what_leads_to_a_list_is_no_item_of_one() -> None:
    assert said("1. Take with you:\n   - a passport of your own\n2. Go.") == [["a passport of your own", "Go."]]


def test_a_greeting_on_a_line_of_its_own_begins_no_sentence() -> None:
    assert said("Hi all\nI had this too. It went away.\nRegards") == [["I had this too.", "It went away."]]


@pytest.mark.parametrize(
    "text",
    ["." * 30_000 + "x", "a. " * 10_000, "<br>" * 5_000, "Hi" + "<br> " * 100_000 + "and", "'" * 30_000, ""],
    ids=["points", "sentences", "breaks", "breaks before a small letter", "quotes", "nothing"],
)
def test_any_text_is_cut_at_once(text: str) -> None:
    whole_sentences(f"<p>{text}</p>")
