"""Passwords: which ones are taken, how they are kept, and whether one is right.

Hashing takes a tenth of a second on purpose. Callers do it before a writing request's first statement, because on
SQLite that statement takes the one write lock.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask_babel import lazy_gettext as _l

from app.accounts.guessable import LONGEST, SHORTEST, why_guessable
from app.db import is_storable
from app.errors import Invalid

# OWASP's first choice for Argon2id where memory is shared by many requests: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# What an unknown address is checked against, so that it takes as long as a known one. Nobody has its password.
_NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$KfV8l8q3Cs5SyPEd49qtfg$YfbX1gRaCNGRCzZjwjG6c26futtXjr9B2iKjDP5Pd2A"
_THIS_SITE = ("samen",)

SENTENCES = {
    "common": _l("Many people use this password, so it is one of the first that is tried. Choose another one."),
    "related": _l("This password follows from your name or your address. Choose another one."),
    "simple": _l("This password follows a simple pattern. Choose another one."),
}


def choose_password(password: str, *, related: Iterable[str]) -> str:
    """Return the hash of a new password. Raises Invalid when it is too short, too long or would be guessed.

    `related` are words that belong to the person: name, address, handle.
    """
    if len(password) < SHORTEST:
        raise Invalid(
            "password_short", _l("Use at least %(n)d characters. A few words are fine.", n=SHORTEST), field="password"
        )
    if len(password) > LONGEST or not is_storable(password):
        raise Invalid("password_long", _l("Use at most %(n)d characters.", n=LONGEST), field="password")
    reason = why_guessable(password, related=(*related, *_THIS_SITE))
    if reason is not None:
        raise Invalid(f"password_{reason}", SENTENCES[reason], field="password")
    return hash_password(password)


def hash_password(password: str) -> str:
    """Return the hash under which a password is kept."""
    return _HASHER.hash(_as_typed(password))


def is_right(password: str, kept: str | None) -> bool:
    """Say whether this is the password of that hash. Takes equally long when nothing is kept."""
    try:
        _HASHER.verify(kept or _NOBODYS_HASH, _as_typed(password[: LONGEST + 1]))
    except (Argon2Error, InvalidHashError):
        return False
    return kept is not None


def needs_rehash(kept: str) -> bool:
    """Say whether a hash was made with other settings than today's."""
    return _HASHER.check_needs_rehash(kept)


def _as_typed(password: str) -> bytes:
    # Keyboards differ in how they compose letters; the same password must not.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
