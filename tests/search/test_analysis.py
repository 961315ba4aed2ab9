"""Texts are read as people of either language mean them; numbers and codes are left whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.analysis import LANGUAGES, fold, index_language, tokens, words


def terms(text, language="en"):
    return [token.term for token in tokens(text, language)]


@pytest.mark.parametrize(
    "language, same",
    [
        ("en", ["import", "imports", "imported", "importing"]),
        ("en", ["setting", "settings"]),
        ("en", ["city", "cities"]),
        ("en", ["Anna's", "Annas"]),
        ("nl", ["instelling", "instellingen"]),
        ("nl", ["wachtwoord", "wachtwoorden"]),
        ("nl", ["fiets", "fietsen"]),
        ("nl", ["kat", "katten"]),
        ("nl", ["auto", "auto's"]),
        ("nl", ["huis", "huizen"]),
        ("nl", ["brief", "brieven"]),
        ("nl", ["adres", "adressen"]),
        ("nl", ["mail", "mails"]),
        ("nl", ["map", "mappen"]),
        ("nl", ["instellen", "instelling"]),
        ("nl", ["maak", "maken"]),
        ("nl", ["idee", "ideeën"]),
        ("nl", ["knie", "knieën"]),
        ("nl", ["verzekering", "verzekeringen"]),
        ("nl", ["CAFÉ", "café", "cafe"]),
    ],
)
def test_forms_of_a_word_are_one_term(language, same):
    found = {tuple(terms(word, language)) for word in same}

    assert len(found) == 1
    assert len(found.pop()) == 1


@pytest.mark.parametrize("language, other", [("en", ["universe", "unit"]), ("nl", ["zon", "zo'n"])])
def test_different_words_stay_different(language, other):
    assert len({tuple(terms(word, language)) for word in other}) == len(other)


def test_stop_words_are_left_out_but_keep_their_place():
    assert list(tokens("the address of the book", "en")) == [("address", 1), ("book", 4)]
    assert terms("de agenda van mijn zus", "nl") == ["agenda", "zus"]


def test_words_that_can_be_the_point_are_no_stop_words():
    assert terms("not off up") == ["not", "off", "up"]
    assert terms("niet uit", "nl") == ["niet", "uit"]


@pytest.mark.parametrize("code", ["0x800ccc0e", "115", "v128", "ns_error_net", "mp3", "c++", "c#"])
def test_numbers_and_codes_are_not_stemmed(code):
    assert "".join(terms(code.replace("_", " "))) == code.replace("_", "")


def test_versions_and_host_names_are_consecutive_words():
    assert list(tokens("115.6.1", "en")) == [("115", 0), ("6", 1), ("1", 2)]
    assert list(tokens("imap.gmail.com", "nl")) == [("imap", 0), ("gmail", 1), ("com", 2)]


def test_a_hyphen_gives_the_whole_and_the_parts():
    assert list(tokens("my e-mail address", "en")) == [("email", 1), ("e", 1), ("mail", 2), ("address", 3)]


def test_languages_without_rules_are_only_folded():
    assert terms("Größe ændring running", "xx") == ["grosse", "aendring", "running"]
    assert [index_language(code) for code in ("nl-BE", "en", "de", "EN-us")] == ["nl", "en", "xx", "en"]


def test_chinese_and_japanese_are_read_by_character():
    assert terms("郵便mail", "xx") == ["郵", "便", "mail"]


def test_words_as_typed_keep_stop_words_and_endings():
    assert words("Don't the Settings") == ["dont", "the", "settings"]


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_gives_terms_that_stay_what_they_are(text, language):
    for token in tokens(text, language):
        assert token.term
        assert token.place >= 0
        assert len(token.term) <= 60
        assert fold(token.term) == token.term
