"""Whatever a person types becomes a query, and she hears what was left out."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.search.query_language import (
    MOST_CHARACTERS,
    MOST_TERMS,
    Filter,
    Form,
    NoteCode,
    Query,
    Term,
    moment,
    of_text,
    parse,
)

# What queries are made of, in any disorder: more likely to be close to the rules than letters by chance.
SIGNS = ['"', "-", "+", "*", ":", " ", "(", "?", "“", "\n", "\x00", "\u200b", "\ud800"]
FIELDS = ["tag:", "is:", "title:", "before:", "lang:", "author:", "foo:"]
WORDS = ["import", "a", "AND", "nl", "2024-05", "answered", "ß", "é", "e\u0301", "ﬁ", "日本", "İ"]
PIECES = st.sampled_from([*SIGNS, *FIELDS, *WORDS])
TYPED = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


class TestParse:
    def test_words_phrases_minus_and_prefix(self):
        query = parse('import "address book" -outlook instal*')

        assert query.terms == (
            Term(Form.WORD, "import"),
            Term(Form.PHRASE, "address book"),
            Term(Form.WORD, "outlook", is_excluded=True),
            Term(Form.PREFIX, "instal"),
        )
        assert not query.filters
        assert not query.notes

    def test_fields_narrow_and_can_be_turned_round(self):
        query = parse("tag:imap -category:calendar author:anna is:answered lang:nl before:2024-05 after:2023 title:csv")

        assert query.terms == (Term(Form.WORD, "csv", in_title=True),)
        assert query.filters == (
            Filter("tag", "imap"),
            Filter("category", "calendar", is_excluded=True),
            Filter("author", "anna"),
            Filter("is", "answered"),
            Filter("lang", "nl"),
            Filter("before", "2024-05"),
            Filter("after", "2023"),
        )

    def test_dutch_field_names_mean_the_same(self):
        assert parse("categorie:agenda is:beantwoord titel:wachtwoord taal:NL na:2024") == parse(
            "category:agenda is:answered title:wachtwoord lang:nl after:2024"
        )

    def test_values_and_titles_may_be_quoted(self):
        query = parse('author:"Anna de Wit" title:"address book"')

        assert query.filters == (Filter("author", "Anna de Wit"),)
        assert query.terms == (Term(Form.PHRASE, "address book", in_title=True),)

    def test_unknown_field_is_plain_words(self):
        assert parse("error:550 https://example.org").terms == (
            Term(Form.WORD, "error:550"),
            Term(Form.WORD, "https://example.org"),
        )

    def test_smart_quotes_and_an_open_quote_make_phrases(self):
        assert parse("“send later”").terms == parse('"send later').terms == (Term(Form.PHRASE, "send later"),)

    def test_two_minuses_are_an_option_not_an_exclusion(self):
        assert parse("--safe-mode").terms == (Term(Form.WORD, "safe-mode"),)

    def test_the_same_twice_counts_once(self):
        assert parse("imap imap tag:x tag:x") == parse("imap tag:x")


class TestNotes:
    def test_short_prefix_is_searched_as_a_word(self):
        query = parse("ab*")

        assert query.terms == (Term(Form.WORD, "ab"),)
        assert [note.code for note in query.notes] == [NoteCode.PREFIX_TOO_SHORT]

    def test_signs_alone_are_left_out(self):
        query = parse("????? ((( *")

        assert query.is_empty
        assert {note.code for note in query.notes} == {NoteCode.NO_LETTERS}

    def test_values_that_do_not_exist_are_left_out(self):
        query = parse("is:happy before:yesterday after:2024-13 lang:english1")

        assert query.is_empty
        assert [note.text for note in query.notes] == [
            "is:happy",
            "before:yesterday",
            "after:2024-13",
            "lang:english1",
        ]

    def test_no_more_than_ten_terms_with_signs(self):
        query = parse("-outlook " + " ".join(f"word{n}" for n in range(11)))

        assert len(query.terms) == MOST_TERMS
        assert [note.text for note in query.notes if note.code is NoteCode.TOO_MANY_TERMS] == ["word9", "word10"]

    def test_no_more_than_four_hundred_characters(self):
        query = parse("a" * 500)

        assert len(str(query)) == MOST_CHARACTERS
        assert query.notes[0].code is NoteCode.TOO_LONG


class TestLongTexts:
    TEXT = 'Since the update - on Monday - I click "Save as" and it says: nothing was saved at all (why?)'

    def test_more_words_than_ten_without_signs_are_a_text_as_it_stands(self):
        query = parse(self.TEXT)

        assert query == of_text(self.TEXT)
        assert query.is_text
        assert query.words == self.TEXT
        assert not query.notes

    @pytest.mark.parametrize("sign", ["tag:imap", "-monday", "title:save", "updat*"])
    def test_with_one_sign_the_words_are_terms(self, sign):
        assert not parse(f"{self.TEXT} {sign}").is_text

    def test_ten_words_are_terms(self):
        assert not parse(" ".join(f"word{n}" for n in range(10))).is_text
        assert parse(" ".join(f"word{n}" for n in range(11))).is_text
        assert not parse("again " * 30).is_text


class TestAnyText:
    @given(TYPED)
    @example('tag:"-x" title:-y +tag:z a"b c')
    @example("foo:" * 100)
    @example('"' * 300)
    def test_canonical_text_means_the_same(self, text):
        query = parse(text)

        assert parse(str(query)) == query
        assert len(str(query)) <= MOST_CHARACTERS
        assert len(query.terms) + len(query.filters) <= MOST_TERMS
        assert len(query.notes) <= MOST_TERMS

    def test_long_hostile_texts_are_read_at_once(self):
        chance = random.Random(5)
        for piece in ("[", "(", '"', "-", "*", "?", "a:", "tag:", "NOT ", "\u0301", "ﷺ", "a*"):
            query = parse(piece * (1_000_000 // len(piece)))
            assert len(str(query)) <= MOST_CHARACTERS
        shuffled = "".join(chance.choices('ab"-*: tg', k=1_000_000))
        assert isinstance(parse(shuffled), Query)


def test_words_are_what_she_would_ask():
    assert parse('import "address book" -outlook tag:csv').words == "import address book"


def test_moment_is_the_first_of_what_was_typed():
    assert [str(moment(text)) for text in ("2024", "2024-5", "2024-05-31")] == [
        "2024-01-01 00:00:00+00:00",
        "2024-05-01 00:00:00+00:00",
        "2024-05-31 00:00:00+00:00",
    ]
    assert moment("2024-02-30") is None
