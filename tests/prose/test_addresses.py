"""What counts as an address or a mention in running text, and where it ends."""

from __future__ import annotations

import pytest

from app.prose.addresses import MOST_MENTIONS, Mentions, everything_in, possible_mentions


def found_in(text: str, *people: str) -> list[tuple[str, str]]:
    """Return (words, address) of everything in a text that leads somewhere."""
    mentions = Mentions(lambda handle: f"/people/{handle}" if handle in people else None)
    return [(text[found.start : found.end], found.href) for found in everything_in(text, mentions)]


@pytest.mark.parametrize(
    "text, words",
    [
        ("see https://example.org.", "https://example.org"),
        ("see https://example.org/a/b?c=d&e=f#g, then", "https://example.org/a/b?c=d&e=f#g"),
        ("(https://example.org/a)", "https://example.org/a"),
        ("https://nl.wikipedia.org/wiki/Fiets_(voertuig)", "https://nl.wikipedia.org/wiki/Fiets_(voertuig)"),
        ("[https://example.org/a]", "https://example.org/a"),
        ('"https://example.org/a"', "https://example.org/a"),
        ("«https://example.org/a»", "https://example.org/a"),
        ("https://example.org/a…", "https://example.org/a"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("https://example.org/a&quot;", "https://example.org/a"),
        ("https://example.org/?q=a;b;", "https://example.org/?q=a;b"),
        ("**https://example.org/a_b_**", "https://example.org/a_b"),
        ("http://localhost:5000/x", "http://localhost:5000/x"),
        ("http://192.168.1.1", "http://192.168.1.1"),
        ("HTTPS://EXAMPLE.ORG/A", "HTTPS://EXAMPLE.ORG/A"),
        ("https://example.org:8080: it works", "https://example.org:8080"),
        ("a https://example.org/x\u202egnp.exe b", "https://example.org/x"),
    ],
)
def test_web_address_ends_where_the_sentence_goes_on(text: str, words: str) -> None:
    assert [found for found, _href in found_in(text)] == [words]


@pytest.mark.parametrize(
    "text, href",
    [
        ("www.example.org/a", "http://www.example.org/a"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("ann.de-wit+x@example.org", "mailto:ann.de-wit+x@example.org"),
        ("mail ann@example.org.", "mailto:ann@example.org"),
    ],
)
def test_address_leads_to(text: str, href: str) -> None:
    assert [found for _words, found in found_in(text)] == [href]


@pytest.mark.parametrize(
    "text",
    [
        *("example.org", "README.md", "main.py", "node.js", "10.0.0.1", "1.2.3"),
        *("www.", "www.example", "wwww.example.org", "ahttps://example.org", "x/www.example.org"),
        *(
            "http://",
            "https:///a",
            "http://-a.org",
            "http://.org",
            "ftp://example.org",
            "javascript://example.org/%0aalert(1)",
        ),
        *("https://bank.example@evil.example/", "https://ann:secret@example.org", "http://a.b:x/"),
        *("ann@", "@example.org", "ann@localhost", "ann@example.org-", "a@b@example.org", "x/ann@example.org"),
        f"https://example.org/{'x' * 2_000}",
    ],
)
def test_what_is_no_address_is_left_alone(text: str) -> None:
    assert found_in(text) == []


@pytest.mark.parametrize(
    "text, handles",
    [
        ("@ann", ["ann"]),
        ("hi @ann, @bob-b and @ann_de_wit.", ["ann", "bob-b", "ann_de_wit"]),
        ("(@ann)", ["ann"]),
        ("@Ann", []),
        ("ann@bob @ann@bob /@ann @ann/bob .@ann", []),
        ("@nobody", []),
    ],
)
def test_mention_is_of_somebody_who_is_known(text: str, handles: list[str]) -> None:
    people = ("ann", "bob", "bob-b", "ann_de_wit")

    assert [words for words, href in found_in(text, *people) if href.startswith("/people/")] == [
        f"@{h}" for h in handles
    ]


def test_each_handle_is_looked_up_once() -> None:
    asked: list[str] = []
    mentions = Mentions(lambda handle: asked.append(handle))

    list(everything_in("@ann @bob @ann @ann", mentions))

    assert asked == ["ann", "bob"]


def test_a_flood_of_mentions_costs_a_bounded_number_of_look_ups_and_links() -> None:
    asked: list[str] = []
    nobody = Mentions(lambda handle: asked.append(handle))
    somebody = Mentions(lambda handle: "/people/ann")

    list(everything_in(" ".join(f"@name{n}" for n in range(3_000)), nobody))
    links = list(everything_in("@ann " * 3_000, somebody))

    assert len(asked) == MOST_MENTIONS
    assert len(links) == MOST_MENTIONS


def test_handles_can_be_collected_before_rendering() -> None:
    text = "@ann mail@example.org @ann, @zoë. @dan"

    assert possible_mentions(text, 10) == ["ann", "zoë", "dan"]
    assert possible_mentions(text, 2) == ["ann", "zoë"]
