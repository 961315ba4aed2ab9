"""Names people give themselves, and the handles made of them.

A name is any text a person writes for herself. A handle is the part of an address that is hers alone: small Latin
letters, digits and single hyphens, so that no other alphabet's letters can imitate one.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from app.db import is_storable
from app.errors import Invalid

LONGEST_NAME, LONGEST_HANDLE, SHORTEST_HANDLE = 80, 40, 3
HANDLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Addresses of the site, and words that would pass for those who run it.
RESERVED = frozenset(
    """
    about abuse account accounts admin administrator agent all api beheer beheerder billing channel curator everyone
    everybody front-desk frontdesk help here hulp info mail me moderator moderators new nobody null office operator
    partner people postmaster privacy root samen security settings someone staff support system team undefined user
    webmaster
    """.split()  # noqa: SIM905  a list of words reads better as words
)
_JOINERS = {"\u200c", "\u200d"}  # some scripts and emoji need them inside a name
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_MOST_MARKS_IN_A_ROW = 4


def clean_name(text: str) -> str:
    """Return a name as it is kept: one line, single spaces, composed letters. Raises Invalid when it is none."""
    if len(text) > 4 * LONGEST_NAME:
        raise Invalid("name_long", _l("Use at most %(n)d characters.", n=LONGEST_NAME), field="name")
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(unicodedata.category(letter)[0] in "LN" for letter in name):
        raise Invalid("name_empty", _l("Write a name with at least one letter."), field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid("name_long", _l("Use at most %(n)d characters.", n=LONGEST_NAME), field="name")
    if not is_storable(name) or _has_unseen(name) or _has_towers(name):
        raise Invalid("name_unseen", _l("This name has characters that cannot be shown."), field="name")
    return name


def clean_handle(text: str) -> str:
    """Return a handle as it is kept. Raises Invalid when it is none, or reserved."""
    handle = text[: 4 * LONGEST_HANDLE].strip().removeprefix("@").lower()
    if not SHORTEST_HANDLE <= len(handle) <= LONGEST_HANDLE or not HANDLE.fullmatch(handle):
        raise Invalid(
            "handle_shape",
            _l(
                "Use %(low)d to %(high)d small letters (a to z), digits and single hyphens.",
                low=SHORTEST_HANDLE,
                high=LONGEST_HANDLE,
            ),
            field="handle",
        )
    if handle in RESERVED or handle.isdigit():
        raise Invalid("handle_taken", _l("This name is taken. Choose another one."), field="handle")
    return handle


def handles_for(name: str) -> Iterator[str]:
    """Yield handles made of a name, the plainest first, without end."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    handle = re.sub(r"[^a-z0-9]+", "-", plain)[: LONGEST_HANDLE - 10].strip("-")
    if len(handle) < SHORTEST_HANDLE or handle in RESERVED or handle.isdigit():
        handle = f"{handle}-member".strip("-")
    yield handle
    for number in range(2, 6):
        yield f"{handle}-{number}"
    while True:
        yield f"{handle}-{secrets.randbelow(9_000_000) + 1_000_000}"


def _has_unseen(name: str) -> bool:
    return any(unicodedata.category(letter) in _UNSEEN and letter not in _JOINERS for letter in name)


def _has_towers(name: str) -> bool:
    """Say whether marks are piled up over one letter, which spills over the lines above."""
    in_a_row = 0
    for letter in name:
        in_a_row = in_a_row + 1 if unicodedata.combining(letter) else 0
        if in_a_row > _MOST_MARKS_IN_A_ROW:
            return True
    return False
