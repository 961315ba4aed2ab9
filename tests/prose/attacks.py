"""Attacks on a renderer: those of the shared corpora, line by line and file by file, and mutations of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from app.prose.rendering import MAX_CHARACTERS

# Places in Markdown, plain text and HTML where a payload lands somewhere else than in running text.
PLACES = [
    "{}",
    "[x]({})",
    "![x]({})",
    "![{}](/x)",
    "[{}](/x)",
    '[x](/x "{}")',
    "[x][r]\n\n[r]: {}",
    "<{}>",
    "https://example.org/{}",
    "www.example.org/?q={}",
    "mail@example.org{}",
    "@{}",
    "```{}\nx\n```",
    "```html\n{}\n```",
    "`{}`",
    "- [ ] {}",
    "| a | b |\n|---|---|\n| {} | c |",
    "> # {}",
    "~~{}~~",
    '<a href="{}">x</a>',
    "<a href={}>x</a>",
    '<img src="{}" alt="{}">',
    "<table><tr><td>{}",
    "<p title='{}'>",
    "<div><b {}>",
    "<!--{}",
    "</p>{}</div>",
    "<code>{}</code>",
    "<svg><style>{}",
    "<math><mtext><table><mglyph><style>{}",
]
WEDGES = ["\t", "\n", "\r", "\x0c", "\x01", "\u200b", "<!---->", "/", "\\", "\xa0"]


def payloads(folder: Path) -> Iterator[str]:
    """Yield every distinct line of every file, and every file in pieces as long as a text may be."""
    seen: set[str] = set()
    for path in sorted(folder.iterdir()):
        whole = storable(path.read_text(encoding="utf-8", errors="replace"))
        pieces = [whole[start : start + MAX_CHARACTERS] for start in range(0, len(whole), MAX_CHARACTERS)]
        for text in [*whole.splitlines(), *pieces]:
            if text and text not in seen:
                seen.add(text)
                yield text[:MAX_CHARACTERS]


def mutations(originals: list[str], count: int, seed: int) -> Iterator[str]:
    """Yield attacks made from others by one to three changes, then put in some place."""
    chance = random.Random(seed)
    short = [text for text in originals if len(text) < 600]
    for _ in range(count):
        text = chance.choice(short)
        for change in chance.choices(CHANGES, k=chance.randint(1, 3)):
            text = change(chance, text)
        place = chance.choice(PLACES)
        yield storable(place.replace("{}", text))[:MAX_CHARACTERS]


def storable(text: str) -> str:
    """Return a text without what `render` refuses outright."""
    return "".join(character for character in text if character != "\x00" and not "\ud800" <= character <= "\udfff")


def _other_case(chance: random.Random, text: str) -> str:
    return "".join(chance.choice((character.upper(), character.lower())) for character in text)


def _as_entities(chance: random.Random, text: str) -> str:
    forms = ("&#{};", "&#x{:x};", "&#{:07}", "&#X{:X};")
    return "".join(
        chance.choice(forms).format(ord(character)) if chance.random() < 0.2 else character for character in text
    )


def _split(chance: random.Random, text: str) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(WEDGES) + text[at:]


def _nest(chance: random.Random, text: str) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + text + text[at:]


def _join(chance: random.Random, text: str) -> str:
    return chance.choice(["<p>", "\n\n", "</b>", '"', "'>", "-->", "</svg>", "]]>", "`"]).join([text, text])


def _percent(chance: random.Random, text: str) -> str:
    return "".join(f"%{ord(character):02x}" if chance.random() < 0.15 else character for character in text)


def _wide(chance: random.Random, text: str) -> str:
    return "".join(
        chr(ord(character) + 0xFEE0) if "!" <= character <= "~" and chance.random() < 0.15 else character
        for character in text
    )


def _escaped(chance: random.Random, text: str) -> str:
    return escape(text) if chance.random() < 0.5 else text.replace("<", "\\<").replace('"', '\\"')


CHANGES: list[Callable[[random.Random, str], str]] = [
    *(_other_case, _as_entities, _split, _nest, _join, _percent, _wide, _escaped),
]
