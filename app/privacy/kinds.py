"""The kinds of details a customer gives, with what each must look like, and the kinds of history she may show.

Words of the program's own, so that facts and grants can name them. What a detail says is checked only where a slip of
the pen can be seen: a person may well have a number that follows no pattern we know.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import Invalid

LONGEST_VALUE = 500
LONGEST_LABEL = 120


def _iban(value: str) -> bool:
    """Say whether this is an IBAN: its letters as numbers, the head moved behind, leave 1 over 97 (ISO 13616)."""
    number = value.replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", number):
        return False
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


def _past_date(value: str) -> bool:
    try:
        return date(1850, 1, 1) <= date.fromisoformat(value) <= date(2200, 1, 1)
    except ValueError:
        return False


def _looks_like(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


@dataclass(frozen=True)
class DetailKind:
    """One kind of detail: how people call it, an example of its form, and whether a value can be one."""

    code: str
    name: Any
    example: str = ""
    fits: Callable[[str], bool] = lambda _value: True


_KINDS = (
    DetailKind("name", _l("Full name")),
    DetailKind("address", _l("Address")),
    DetailKind("phone", _l("Phone number"), "06 12345678", _looks_like(r"\+?[0-9][0-9 ()./-]{5,24}")),
    DetailKind("mail_address", _l("Mail address"), "carla@example.org", _looks_like(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
    DetailKind("birth_date", _l("Date of birth"), "1985-04-27", _past_date),
    DetailKind("customer_number", _l("Customer number")),
    DetailKind("contract_number", _l("Contract number")),
    DetailKind("invoice_number", _l("Invoice number")),
    DetailKind("amount", _l("Amount"), "€ 12,50", _looks_like(r"(?:[^\W\d_]{0,3}|[€$£]) ?-?[0-9][0-9.,' ]{0,20}")),
    DetailKind("bank_account", _l("Bank account"), "NL91 ABNA 0417 1643 00", _iban),
    DetailKind("licence_plate", _l("Licence plate"), "AB-123-C", _looks_like(r"[A-Za-z0-9][A-Za-z0-9 -]{2,14}")),
    DetailKind("vehicle", _l("Make and model")),
    DetailKind("meter_number", _l("Meter number")),
    DetailKind("meter_reading", _l("Meter reading"), "12345", _looks_like(r"[0-9][0-9., ]{0,18}")),
    DetailKind("household", _l("Household")),
    DetailKind("wish", _l("When or how it suits you")),
    DetailKind("other", _l("Something else")),
)
DETAIL_KINDS: dict[str, DetailKind] = {kind.code: kind for kind in _KINDS}

# What she may show an organisation of her dealings with others, beside details.
HISTORY_KINDS: dict[str, Any] = {
    "requests": _l("Your requests at other organisations"),
    "promises": _l("What others promised you"),
    "grants": _l("Who else may see your details"),
    "activity": _l("What you do in the community"),
}


def name_of(code: str) -> str:
    """Return how people call a kind of detail or of history, in the language of the moment."""
    return str(DETAIL_KINDS[code].name if code in DETAIL_KINDS else HISTORY_KINDS[code])


def fitting(code: str, value: str, *, field: str = "value") -> str:
    """Return the value without spaces around it. Raises Invalid, naming the form's field, where it cannot be one."""
    kind, value = DETAIL_KINDS[code], value.strip()
    if not value:
        raise Invalid("detail_empty", _l("Fill this in."), field=field)
    if len(value) > LONGEST_VALUE:
        raise Invalid("detail_too_long", _l("This is longer than there is room for."), field=field)
    if not kind.fits(value):
        words = _l("This does not look right. It should be like this: %(example)s", example=kind.example)
        raise Invalid("detail_does_not_fit", words, field=field)
    return value
