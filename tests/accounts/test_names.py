"""Names, handles, mail addresses, browsers."""

from __future__ import annotations

from itertools import islice

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.addresses import parse_address
from app.accounts.browsers import browser_in_words
from app.accounts.names import HANDLE, RESERVED, clean_handle, clean_name, handles_for
from app.errors import Invalid
from app.web.templating import initials


@pytest.mark.parametrize(
    "name, handle",
    [
        ("Nora Nieuw", "nora-nieuw"),
        ("Zoë Müller", "zoe-muller"),
        ("J. R. R. Tolkien", "j-r-r-tolkien"),
        ("Bo", "bo-member"),
        ("王小明", "member"),
        ("Admin", "admin-member"),
        ("12345", "12345-member"),
        ("a" * 80, "a" * 30),
        ("---", "member"),
    ],
)
def test_a_handle_is_made_of_a_name(name: str, handle: str) -> None:
    assert next(handles_for(name)) == handle


@given(st.text(max_size=80))
def test_every_name_has_handles_that_may_be_used(name: str) -> None:
    made = list(islice(handles_for(name), 8))

    assert len(set(made)) == 8
    assert [clean_handle(handle) for handle in made] == made


@pytest.mark.parametrize("handle", [*sorted(RESERVED)[:5], "Admin", " root ", "@samen"])
def test_words_of_the_site_are_nobodys_handle(handle: str) -> None:
    with pytest.raises(Invalid):
        clean_handle(handle)


@given(st.text(max_size=50))
def test_no_handle_has_letters_that_imitate_others(text: str) -> None:
    try:
        handle = clean_handle(text)
    except Invalid:
        return
    assert handle.isascii()
    assert HANDLE.fullmatch(handle)


@given(st.text(max_size=120))
def test_a_name_is_one_line_of_what_can_be_seen(text: str) -> None:
    try:
        name = clean_name(text)
    except Invalid:
        return
    assert 1 <= len(name) <= 80
    assert name == " ".join(name.split())
    assert not any(sign in name for sign in "\x00\n\r\t\u202e\u2066\u200b\ufeff")
    assert clean_name(name) == name


@pytest.mark.parametrize(
    "text, plain, key",
    [
        ("Nora@Example.ORG", "Nora@example.org", "nora@example.org"),
        (" nora+samen@example.org ", "nora+samen@example.org", "nora+samen@example.org"),
        ("nora@bücher.example", "nora@xn--bcher-kva.example", "nora@xn--bcher-kva.example"),
        ("nora@BÜCHER.example", "nora@xn--bcher-kva.example", "nora@xn--bcher-kva.example"),
        ("nora@faß.example", "nora@xn--fa-hia.example", "nora@xn--fa-hia.example"),
    ],
)
def test_two_ways_to_write_an_address_are_one(text: str, plain: str, key: str) -> None:
    address = parse_address(text)

    assert (address.plain, address.key) == (plain, key)
    assert parse_address(address.shown).key == key


NO_ADDRESSES = [
    *("", " ", "nora", "@example.org", "nora@", "a@b@example.org", "nora@example..org", "nora@-example.org"),
    *("nora@exa mple.org", "no\nra@example.org", "nora@example.org;x@y.org", "nora@127.0.0.1", "nora@[::1]"),
    *("nora@test", "nora@x.local", "\u212aim@example.org", "a" * 65 + "@example.org", "a@" + "b." * 200 + "org"),
]


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_address(text)
    assert refused.value.field == "email"


@given(st.text(max_size=400))
def test_no_text_breaks_the_reading_of_addresses(text: str) -> None:
    try:
        address = parse_address(text)
    except Invalid:
        return
    assert address.plain.isascii()
    assert not set(address.plain) & set('\r\n\x00 ,;<>"')


@pytest.mark.parametrize(
    "said, words",
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/18.0 Safari/605.1", "Safari on Mac"),
        ("curl/8.0 Linux", "Linux"),
        ("", "A browser we do not know"),
        ("<script>", "A browser we do not know"),
    ],
)
def test_a_browser_in_words(app: Flask, said: str, words: str) -> None:
    with app.test_request_context():
        assert browser_in_words(said) == words


@pytest.mark.parametrize(
    "name, letters",
    [
        ("Pete Peer", "PP"),
        ("Noor", "N"),
        ("(Pete) van 'Dam", "PD"),
        ("🌷 Lies 🌷", "L"),
        ("– – –", "?"),
        ("“Éva” 2fast", "É2"),
        ("Straße ßeta", "SS"),
        ("e\u0301mile", "É"),
        ("李 小龙", "李小"),
    ],
)
def test_initials_are_letters(name: str, letters: str) -> None:
    assert initials(name) == letters
