"""Mail addresses: what is one, when two are the same, and how letters are addressed. No network is asked."""

from __future__ import annotations

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

from app.db import folded, is_storable
from app.errors import Invalid

LONGEST = 254


@dataclass(frozen=True)
class Address:
    """A mail address: as people read it, as mail servers read it, and the key by which two are the same."""

    shown: str
    plain: str

    @property
    def key(self) -> str:
        return folded(self.plain)


def parse_address(text: str) -> Address:
    """Return the address in this text. Raises Invalid when it is none."""
    text = text.strip()
    if not text or len(text) > LONGEST or not is_storable(text):
        raise _not_an_address()
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise _not_an_address() from error
    if found.ascii_email is None or len(found.ascii_email) > LONGEST:
        raise _not_an_address()
    return Address(found.normalized, found.ascii_email)


def plain_form(email: str) -> str:
    """Return a kept address as mail servers read it."""
    return parse_address(email).plain


def _not_an_address() -> Invalid:
    return Invalid("not_an_address", _l("This is not a mail address we can write to."), field="email")
