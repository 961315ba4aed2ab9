"""Where a person may be led after a form: to pages of this site, whatever an address that was sent along claims."""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote, urljoin, urlsplit

from flask import current_app

from app.config import Config

LONGEST = 2000
_MOST_LAYERS = 5


def own_path(sent: str | None) -> str | None:
    """Return the address that was sent when every browser takes it for a path of this site; else None.

    Refused is whatever is a path in one reading and another host in the next: backslashes, control characters, double
    slashes, also under layers of percent signs.
    """
    if not sent or len(sent) > LONGEST or not sent.startswith("/") or any(map(_is_unclear, sent)):
        return None
    path = sent.partition("#")[0].partition("?")[0]
    for _layer in range(_MOST_LAYERS):
        if "//" in path or any(map(_is_unclear, path)):
            return None
        path, before = unquote(path), path
        if path == before:
            return sent if _stays_here(sent) else None
    return None


def _is_unclear(character: str) -> bool:
    return character == "\\" or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _stays_here(sent: str) -> bool:
    config: Config = current_app.extensions["samen.config"]
    own, meant = urlsplit(config.base_url), urlsplit(urljoin(f"{config.base_url}/", sent))
    return (meant.scheme, meant.netloc) == (own.scheme, own.netloc)
