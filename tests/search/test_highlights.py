"""Found words are marked as the index finds them, and nothing else of a text becomes markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from app.search.highlights import EXCERPT, Marker
from app.search.query_language import parse


def marked(query, text, language="en"):
    return shown(Marker.of(parse(query)).marked(text, language))


def shown(pieces):
    """Write the pieces as the template does."""
    return "".join(f"<mark>{escape(text)}</mark>" if is_found else str(escape(text)) for text, is_found in pieces)


@pytest.mark.parametrize(
    "query, text, language, expected",
    [
        ("import", "Imports and importing", "en", "<mark>Imports</mark> and <mark>importing</mark>"),
        ("instelling", "Mijn instellingen", "nl", "Mijn <mark>instellingen</mark>"),
        ("fietsen", "een fiets", "nl", "een <mark>fiets</mark>"),
        ("cafe", "Café Zoë", "en", "<mark>Café</mark> Zoë"),
        ("café", "cafe", "en", "<mark>cafe</mark>"),
        ('"address book"', "my address, my book", "en", "my <mark>address</mark>, my <mark>book</mark>"),
        ("ther*", "Thermostat other", "en", "<mark>Thermostat</mark> other"),
        ("e-mail", "an e-mail", "en", "an <mark>e-mail</mark>"),
        ("-tap water", "tap water", "en", "tap <mark>water</mark>"),
        ("tag:tap", "tap", "en", "tap"),
        ("city", "cities & <i>towns</i>", "en", "<mark>cities</mark> &amp; &lt;i&gt;towns&lt;/i&gt;"),
        ("imap.gmail.com", "use imap.gmail.com", "en",
         "use <mark>imap</mark>.<mark>gmail</mark>.<mark>com</mark>"),
        ("", "anything", "en", "anything"),
    ],
)  # fmt: skip
def test_marked(query, text, language, expected):
    assert marked(query, text, language) == expected


def test_a_passage_is_cut_around_what_was_found():
    text = "word " * 200 + "then the boiler broke and the boiler leaked " + "word " * 200

    pieces = Marker.of(parse("boiler")).excerpt(text, "en")
    passage = shown(pieces)

    assert passage.startswith("… ")
    assert passage.endswith(" …")
    assert passage.count("<mark>boiler</mark>") == 2
    assert len("".join(text for text, _ in pieces)) <= EXCERPT + 4


def test_without_anything_found_there_is_no_passage():
    assert Marker.of(parse("boiler")).excerpt("nothing here", "en") is None


@given(
    st.text(alphabet=st.sampled_from("<>&\"'abé ÉßİıΣ-’\u0301mark"), max_size=80),
    st.text(alphabet=st.sampled_from('<>&abé ÉßİıΣ*"-mark'), max_size=20),
)
def test_taking_the_marks_away_gives_the_escaped_text(text, query):
    for language in ("en", "nl", "de"):
        made = marked(query, text, language)

        assert made.replace("<mark>", "").replace("</mark>", "") == str(escape(text))
