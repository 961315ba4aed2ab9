"""Find web addresses, e-mail addresses and mentions in running text.

What counts is what GitHub links: `http://`, `https://`, `www.`, name@example.org, @handle. A bare "example.org" is left
alone: in a community that talks about software, main.py, README.md and node.js would all become links.

Every look has a fixed longest reach, so that the whole stays proportional to the length of the text. Who has a handle,
and what the links look like in HTML, is left to `parser` and `plain`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markdown_it.common.normalize_url import normalizeLink

LONGEST_ADDRESS = 2_000
MOST_MENTIONS = 100

MentionUrl = Callable[[str], str | None]

# Possessive and atomic: an address that fails in its host must fail as a whole, not be found shorter.
_HOST = r"(?>[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62}){0,10})"
# Ends at white space, at what cannot be in an address, and at invisible characters that reorder or hide a part of it.
_REST = r"[/?#][^\s<>\"`\\\x00-\x20\x7f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]{0,1900}"
_LONGEST_REST = 1_900
_PORT = r"(?>:\d{1,5})?+(?![\w@]|:\w)"
_ADDRESS = re.compile(rf"(?:https?://|(?=www\.))(?P<host>{_HOST}){_PORT}(?P<rest>{_REST})?+", re.IGNORECASE)
_MAIL_DOMAIN = re.compile(r"(?>[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62}){1,10})(?<!-)(?![\w@-])")
_HANDLE = re.compile(r"@(\w(?:[\w.-]{0,38}\w)?)(?![\w/@])")
_AT = re.compile("@")
_START = re.compile(r"https?://|www\.|@", re.IGNORECASE)

_MAIL_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-_")
_CLOSERS = {")": "(", "]": "["}
_ENTITY_LIKE = re.compile(r"&[a-zA-Z0-9]{1,31};\Z")


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the text that leads somewhere."""

    start: int
    end: int
    href: str
    is_mention: bool = False


def address_at(text: str, start: int, end: int) -> Found | None:
    """Return the web address that begins exactly at `start`, written with its scheme or with www."""
    if not _may_begin(text, start):
        return None
    match = _ADDRESS.match(text, start, end)
    if match is None or (text[start] in "wW" and "." not in match["host"][4:]):
        return None
    rest = match["rest"]
    if rest is not None and len(rest) > _LONGEST_REST:
        return None
    stop = match.end() if rest is None else match.start("rest") + _kept(rest)
    written = text[start:stop]
    return Found(start, stop, normalizeLink(written if "://" in written[:8] else f"http://{written}"))


def address_around(text: str, colon: int, floor: int, end: int) -> Found | None:
    """Return the web address whose "://" stands at `colon`; its scheme must begin at or after `floor`."""
    for scheme in ("https", "http"):
        start = colon - len(scheme)
        if start >= floor and text[start:colon].lower() == scheme:
            return address_at(text, start, end)
    return None


def mail_around(text: str, at_sign: int, floor: int) -> Found | None:
    """Return the e-mail address around the "@" at `at_sign`; its name must begin at or after `floor`."""
    start = at_sign
    while start > max(floor, at_sign - 64) and text[start - 1] in _MAIL_NAME:
        start -= 1
    if start == at_sign or (start > 0 and (text[start - 1].isalnum() or text[start - 1] in "/@:")):
        return None
    domain = _MAIL_DOMAIN.match(text, at_sign + 1)
    if domain is None:
        return None
    return Found(start, domain.end(), normalizeLink(f"mailto:{text[start : domain.end()]}"))


def mention_at(text: str, at_sign: int, mentions: Mentions) -> Found | None:
    """Return the mention that begins with the "@" at `at_sign`, if there is such a person."""
    match = _HANDLE.match(text, at_sign) if _may_begin(text, at_sign) else None
    url = mentions(match[1]) if match else None
    return Found(at_sign, match.end(), url, is_mention=True) if match and url else None


def everything_in(text: str, mentions: Mentions) -> Iterator[Found]:
    """Yield everything in a plain text that leads somewhere, in order."""
    return _scan(text, _START, mentions)


def people_in(text: str, mentions: Mentions) -> Iterator[Found]:
    """Yield the e-mail addresses and mentions in a text, in order."""
    return _scan(text, _AT, mentions)


def possible_mentions(text: str, most: int) -> list[str]:
    """Return the first `most` different handles that a text may mention, as written.

    For looking people up in one query before rendering. Some may stand in code, where `render` does not link them.
    """
    handles: dict[str, None] = {}
    for match in _HANDLE.finditer(text):
        if len(handles) == most:
            break
        if _may_begin(text, match.start()):
            handles.setdefault(match[1])
    return list(handles)


class Mentions:
    """Resolve handles for one text: each asked once, and not more than MOST_MENTIONS links in all.

    A text of nothing but mentions would otherwise cost a look-up each, and become many times as long as it was.
    """

    def __init__(self, address_of: MentionUrl | None) -> None:
        self._address_of = address_of
        self._known: dict[str, str | None] = {}
        self._left = MOST_MENTIONS

    def __call__(self, handle: str) -> str | None:
        if self._address_of is None or self._left == 0:
            return None
        if handle not in self._known and len(self._known) == MOST_MENTIONS:
            return None
        if handle not in self._known:
            self._known[handle] = self._address_of(handle)
        url = self._known[handle]
        self._left -= url is not None
        return url


def _scan(text: str, starts: re.Pattern[str], mentions: Mentions) -> Iterator[Found]:
    position = 0
    while (candidate := starts.search(text, position)) is not None:
        found = _found_at(text, candidate.start(), position, mentions)
        if found is not None:
            yield found
        position = found.end if found is not None else candidate.end()


def _found_at(text: str, start: int, floor: int, mentions: Mentions) -> Found | None:
    if text[start] != "@":
        return address_at(text, start, len(text))
    return mail_around(text, start, floor) or mention_at(text, start, mentions)


def _may_begin(text: str, start: int) -> bool:
    """Say whether something that leads elsewhere may begin here: not in the middle of a word, path or address."""
    return start == 0 or not (text[start - 1].isalnum() or text[start - 1] in "/@.-")


def _kept(rest: str) -> int:
    """Return how much of what follows the host is address, and not the punctuation of the sentence around it."""
    end = len(rest)
    unopened = {closer: rest.count(closer) - rest.count(opener) for closer, opener in _CLOSERS.items()}
    while end > 0:
        last = rest[end - 1]
        if last in _CLOSERS:
            if unopened[last] <= 0:
                break
            unopened[last] -= 1
            end -= 1
        elif last == ";" and (entity := _ENTITY_LIKE.search(rest, max(0, end - 33), end)) is not None:
            end = entity.start()
        elif last in "?!.,:;*_~'" or (last > "\x7f" and unicodedata.category(last).startswith("P")):
            end -= 1
        else:
            break
    return end
