"""Random secrets that a browser, a letter or a program holds. The database keeps their digests only."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits as text that fits in a cookie and in an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is stored of a token. Plain SHA-256 is enough: tokens are 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
