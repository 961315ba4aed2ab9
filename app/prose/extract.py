"""From the HTML that `render` made back to text: for the search index, for lists and letters."""

from __future__ import annotations

import re
from html import unescape

# The sanitiser wrote this HTML, so every tag is whole and every attribute is in double quotes.
TAG = re.compile(r'</?([a-z][a-z0-9]*)(?:[^>"]|"[^"]*")*+>')
INLINE = frozenset(
    "a abbr b cite code del dfn em i ins kbd label mark q s samp small span strong sub sup u var".split()  # noqa: SIM905
)
_PICTURE = re.compile(r'<img [^>]*?\balt="([^"]*)"[^>]*>')
_CODE = re.compile(r"<pre[ >].*?</pre>", re.DOTALL)
_QUOTATION_MARK = re.compile(r"(</?blockquote>)")
_GAPS = re.compile(r"(?<![ \t])[ \t]*+\n\s*")


def plain_text(html: str) -> str:
    """Return the words of rendered HTML, with a line break where a block ends and no markup at all.

    A picture is what is said of it.
    """
    spaced = TAG.sub(lambda tag: "" if tag[1] in INLINE else "\n", _PICTURE.sub(r"\1", html))
    return _GAPS.sub("\n", unescape(spaced)).strip()


def own_words(html: str) -> str:
    """Return `plain_text` without quotations and blocks of code: what the writer says in her own language."""
    return plain_text(_without_code_and_quotations(html))


def excerpt(html: str, length: int) -> str:
    """Return the first words of rendered HTML, on one line and at most `length` characters, as text to be escaped.

    Quotations and code are left out where something else remains: they are seldom what a text is about.
    """
    words = " ".join(own_words(html).split()) or " ".join(plain_text(html).split())
    if len(words) <= length:
        return words
    cut = words[: max(length - 1, 0)]
    whole = cut.rpartition(" ")[0]
    # One endless word is cut where it must be.
    return f"{(whole if len(whole) > length // 2 else cut).rstrip(' ,;:.')}…"[:length]


def _without_code_and_quotations(html: str) -> str:
    depth, parts = 0, []
    for part in _QUOTATION_MARK.split(_CODE.sub("\n", html)):
        if part == "<blockquote>":
            depth += 1
        elif part == "</blockquote>":
            depth -= 1
        elif depth == 0:
            parts.append(part)
    return "\n".join(parts)
