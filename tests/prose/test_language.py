"""Which language a text is in, and how sure we may be."""

from __future__ import annotations

import pytest

from app.prose.language import DEFAULT, detect_language


@pytest.mark.parametrize(
    "text, code",
    [
        ("Mijn printer doet het niet meer sinds de laatste update, wat kan ik doen?", "nl"),
        ("My printer stopped working after the last update, what can I do?", "en"),
        ("Mein Drucker geht seit dem letzten Update nicht mehr, was kann ich tun?", "de"),
        ("Mon imprimante ne marche plus depuis la mise à jour, que puis-je faire ?", "fr"),
        ("Hoe reset ik mijn password in de app?", "nl"),
    ],
)
@pytest.mark.parametrize("prior", ["nl", "en", None])
def test_a_sentence_tells_its_language_whatever_the_interface(text: str, code: str, prior: str | None) -> None:
    assert detect_language(text, prior) == (code, "detected")


@pytest.mark.parametrize("text", ["", "help", "wifi?", "Error 404", "12345 67890 12345", "\U0001f600", "!?"])
@pytest.mark.parametrize("prior", ["nl", "en"])
def test_a_text_that_does_not_tell_is_in_the_language_of_the_interface(text: str, prior: str) -> None:
    assert detect_language(text, prior) == (prior, "assumed")


def test_nobody_knows() -> None:
    assert detect_language("ok", None) == (DEFAULT, "assumed")
    assert detect_language("ok", "xx") == (DEFAULT, "assumed")


def test_what_the_writer_declares_stands() -> None:
    assert detect_language("This is clearly English text, is it not?", "en", declared="nl") == ("nl", "declared")
    assert detect_language("This is clearly English text, is it not?", "nl", declared="xx") == ("en", "detected")


def test_addresses_and_quoted_lines_do_not_count() -> None:
    text = "Dank je wel, dat werkt goed zo!\n> this was what the other person wrote in English\n> and some more of it"

    assert detect_language(text + "\nhttps://example.org/this-is-an-english-address-with-words", "en") == (
        "nl",
        "detected",
    )
