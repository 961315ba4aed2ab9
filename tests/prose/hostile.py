"""Texts made to keep a renderer busy: small pieces of every notation, repeated, nested, paired and mixed.

For tests and for bench/prose.py. Every text is as long as asked; chance is seeded.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

MARKDOWN = [
    *("[", "![", "](x)", "](", '](x "', "]", "[a]", "[a]: x\n", "[a][", "[^a]", "(", ")"),
    *("*", "**", "***", "_", "__", "*a ", "**a", "a**", "~", "~~", "~~a", "`", "``", "` `", "\\", "\\\\"),
    *("&", "&#", "&amp", "&amp;", "&#x", "<", "<a ", "</", "<!--", "<![CDATA[", "<http:", "<http://a", "<a@"),
    *(">", "> ", ">>", "- ", "* ", "1. ", "-\n", "- a\n", "- [ ] ", "# ", "#", "a\n=\n", "---\n", ">---\nb\n"),
    *("|", "|a", "|-", "|\n", "a|b\n", "-|-\n", "|-|\n", "> |-|\n", "\n", "\t", "    ", "  \n"),
    *("```\n", "~~~", "```a", "```python\n", "[a]: x 'y\n", "a ", "a\n", "é", "\u200d", "\u202e", "\U0001f468\u200d"),
]
ADDRESSES = [
    *("http://", "https://a", "www.", "www.a", "http://a.", "http://a.b/(", 'http://a.b/"', "http://a.b/[", "http://("),
    *("://", "mailto:", "a@", "@a", "@a ", "a@b.", "a@b.c", "@", "a.", "a-", "a_", "-a", "http://é", "é.", "xn--"),
    *("http://a.b/)", "http://a.b/;", "http://a.b/&a;", "http://a.b/%", "ß.", "\u3002", "http://a:1", "@a@b.c "),
]
HTML = [
    *("<b>", "<b %d>", "<i>", "<a href=x>", "<a href=%d>", "<p>", "<p>x", "</p>", "<div>", "<ul><li>", "<li>", "</b>"),
    *("</a>", "<table>", "<tr>", "<td>", "<table><tr><td>", "<span %d>", "<font a%d>", "<nobr %d>", "<em/%d>", "x"),
    *("<select>", "<option>", "<button>", "<h1>", "<dd>", "<ruby><rt>", "<svg>", "<math><mi>", "<template>", "</x%d>"),
    *("<object>", "<applet>", "<marquee>", "<img src=x>", "<br>", "<!--", "<!-", "<?", "<x a=", '<x a="', "<style>"),
    *("<textarea>", "<title>", "<frameset>", "<body>", "<blockquote>", "<pre>", "</div>", "</table>", "&", "&a", "&#"),
]
CODE = [
    *('"', "'", "`", "/*", "//", "#", "<", "<!--", "<?", "{", "}", "(", ")", "[", "${", "$(", "<<A\n", "\\", '"""'),
    *("'''", 'f"{', 'r"', "%{", "%q(", "@", "a ", "1", "1.", "1e", "--", "=", "=>", "->", ":", "::", ";", "\n", " "),
    *("\t", "*", "|", "&", "~", "!", "?", "class ", "def ", "function ", "a(", "a<", "/", "/a/", "#{", "{{", "{%"),
    *("<script>", "0x", "u", "s/", 'R"(', "/**", '"\\', "a: ", "- |\n", "a=", "[a]\n", ">>> ", "select ", "é", "if "),
]

Shape = Callable[[str, int], str]


def repeated(piece: str, length: int) -> str:
    """Return a piece over and over; %d in it counts."""
    if "%d" not in piece:
        return (piece * (length // len(piece) + 1))[:length]
    return _filled((piece.replace("%d", f"{n:x}") for n in count()), length)


def lines(piece: str, length: int) -> str:
    return repeated(piece + "\n", length)


def paragraphs(piece: str, length: int) -> str:
    return repeated(piece + "\n\n", length)


def growing(piece: str, length: int) -> str:
    """Return lines of one piece, two pieces, three pieces."""
    return _filled((piece * n + "\n" for n in count(1)), length)


def indented(piece: str, length: int) -> str:
    return _filled((" " * n + piece + "\n" for n in count()), length)


def in_a_link(piece: str, length: int) -> str:
    return f"[{repeated(piece, length - 5)}](x)"


def after_a_definition(piece: str, length: int) -> str:
    return "[x]: y\n\n" + repeated(piece, length - 8)


def in_an_address(piece: str, length: int) -> str:
    return "http://a.b/" + repeated(piece, length - 11)


def simple(length: int) -> Iterator[tuple[str, str]]:
    """Yield (name, Markdown text): each piece in each shape."""
    shapes: list[Shape] = [repeated, lines, growing, indented, in_a_link, after_a_definition, in_an_address]
    for shape in shapes:
        for piece in MARKDOWN + ADDRESSES:
            yield f"{shape.__name__} {piece!r}", shape(piece, length)


def mixed(pieces: list[str], length: int, *, number: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield (name, text): pieces put together by chance, in one run, in two, or opened and closed."""
    chance = random.Random(seed)
    for _ in range(number):
        first = "".join(chance.choices(pieces, k=chance.randint(1, 4)))
        second = "".join(chance.choices(pieces, k=chance.randint(1, 3)))
        form = chance.choice(["run", "two runs", "pair"])
        if form == "run":
            text = repeated(first, length)
        elif form == "two runs":
            text = repeated(first, length // 2) + repeated(second, length // 2)
        else:
            many = length // (len(first) + len(second))
            text = (first.replace("%d", "1") * many + second.replace("%d", "1") * many)[:length]
        yield f"{form} {first!r} {second!r}", text


def listed(folder: Path, length: int) -> Iterator[tuple[str, str]]:
    """Yield (name, Markdown text) of the pathological inputs of corpora/markdown, blown up to `length`."""
    for file in ("pathological_cmark.json", "pathological_extra.json"):
        for case in json.loads((folder / file).read_text()):
            yield case["name"], _blown_up(case, length).replace("\x00", "\ufffd")


def _blown_up(case: dict, length: int) -> str:
    if "loop" in case:
        loop = case["loop"]
        if "repeat" in loop:
            return _filled((loop["prefix"] + loop["repeat"] * n for n in count(loop["from"])), length)
        return _filled((loop["indent"] * n + loop["text"] for n in count(loop["from"])), length)
    parts = case["parts"]
    fixed = sum(len(part["s"]) for part in parts if part["n"] == 1)
    factor = (length - fixed) / max(1, sum(len(part["s"]) * part["n"] for part in parts if part["n"] > 1))
    return "".join(part["s"] * (1 if part["n"] == 1 else max(1, int(part["n"] * factor))) for part in parts)[:length]


def _filled(pieces: Iterator[str], length: int) -> str:
    parts, size = [], 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size >= length:
            break
    return "".join(parts)[:length]
