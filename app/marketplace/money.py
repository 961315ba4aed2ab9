"""Amounts of money: read as people type them, said as people say them, and added up per period. Always whole cents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from babel.numbers import format_currency
from flask_babel import lazy_gettext as _l

from app.errors import Invalid
from app.marketplace.lengths import MOST_CENTS, PERIODS

# How often each period comes round in a year; what is paid once, once.
TIMES_A_YEAR = {"once": 1, "month": 12, "quarter": 4, "year": 1}
_AMOUNT = re.compile(r"(-?)([0-9]{1,9}|[0-9]{1,3}(?:[.,' ][0-9]{3}){1,2})(?:[.,]([0-9]{2}))?", re.ASCII)


class Amount(Protocol):
    """A line of a quote, in cents: a row of the table or what somebody typed."""

    @property
    def amount_cents(self) -> int: ...
    @property
    def per(self) -> str: ...


def cents_in(text: str, *, field: str, may_be_negative: bool = False) -> int:
    """Return the cents of an amount such as "12", "12,50", "1.250" or "1,250.00".

    Raises Invalid, naming the form's field, for anything else.
    """
    found = _AMOUNT.fullmatch(text.replace("€", "").replace("\u2212", "-").replace("\u00a0", " ").strip())
    if found is None:
        raise Invalid("not_an_amount", _l("Write an amount like 12 or 12,50."), field=field)
    sign, whole, part = found.groups()
    cents = int(re.sub(r"\D", "", whole)) * 100 + int(part or 0)
    if cents > MOST_CENTS or (sign and not may_be_negative):
        raise Invalid("amount_out_of_bounds", _l("This amount is too high, or below zero."), field=field)
    return -cents if sign else cents


def amount_typed(cents: int) -> str:
    """Return an amount in the form in which it can be typed again: "12,50"."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02}"


def in_words(cents: int, currency: str, language: str) -> str:
    """Return an amount as people write it in this language: "€ 1.250,00"."""
    return format_currency(Decimal(cents) / 100, currency, locale=language)


def totals(lines: Iterable[Amount]) -> dict[str, int]:
    """Return what the lines come to for each period that they have, in cents."""
    found = dict.fromkeys(PERIODS, 0)
    seen = set()
    for line in lines:
        found[line.per] += line.amount_cents
        seen.add(line.per)
    return {per: found[per] for per in PERIODS if per in seen}


def first_year(sums: dict[str, int]) -> int:
    """Return what totals per period come to in the first twelve months, in cents: by this, quotes can be compared."""
    return sum(cents * TIMES_A_YEAR[per] for per, cents in sums.items())
