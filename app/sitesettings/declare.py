"""Declare a setting and read it: `EDIT_WINDOW = declare("community.edit_window_minutes", 30, low=0, high=10080, …)`.

Values are kept per process for two seconds, so that a page never asks the database twice and a change is everywhere at
once for people.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog
from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.db import db, own_session
from app.errors import Invalid
from app.sitesettings.models import StoredSetting

KEPT_S = 2.0
LONGEST_TEXT = 2000

log = structlog.get_logger(__name__)

T = TypeVar("T", bool, int, float, str)
DECLARED: dict[str, Setting[Any]] = {}


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One declared setting. `low` and `high` bound numbers, both included; `choices` closes the set of values, and says
    of each what people read.
    """

    name: str
    default: T
    help: Any
    unit: Any = ""
    low: float | None = None
    high: float | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)

    @property
    def value(self) -> T:
        """Return the value in force now; the default too where the stored one no longer fits the declaration."""
        stored = _stored().get(self.name)
        if stored is None:
            return self.default
        try:
            return self.parse(stored)
        except Invalid:
            log.warning("stored_setting_does_not_fit", setting=self.name)
            return self.default

    @property
    def is_yes_or_no(self) -> bool:
        return type(self.default) is bool

    @property
    def is_number(self) -> bool:
        return type(self.default) in {int, float}

    def parse(self, text: str) -> T:
        """Return `text` as this setting's type. Raises Invalid where it is none, or out of bounds."""
        if self.is_yes_or_no:
            value: Any = {"true": True, "false": False}.get(text)
            return self._one_of(value, (True, False))
        if self.is_number:
            kind: Any = type(self.default)
            try:
                value = kind(text.replace(",", ".") if kind is float else text)
            except ValueError as error:
                raise Invalid("setting_not_a_number", _l("Write a number here."), field="value") from error
            return self._within(value)
        if len(text) > LONGEST_TEXT:
            raise Invalid("text_too_long", _l("The text is longer than there is room for."), field="value")
        return self._one_of(text, self.choices) if self.choices else text  # type: ignore[return-value]

    def written(self, value: T) -> str:
        """Return a value in the form in which it is stored and shown in a form: what `parse` reads."""
        return str(value).lower() if self.is_yes_or_no else str(value)

    def _within(self, value: Any) -> T:
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        # Compared first: a whole number may be too large to ask whether it is finite.
        if low <= value <= high and abs(value) != math.inf:
            return value
        if self.low is None or self.high is None:
            raise Invalid("setting_out_of_bounds", _l("This number is too large or too small."), field="value")
        low_said, high_said = format_decimal(self.low), format_decimal(self.high)
        sentence = _l("Write a number from %(low)s to %(high)s.", low=low_said, high=high_said)
        raise Invalid("setting_out_of_bounds", sentence, field="value")

    def _one_of(self, value: Any, choices: Collection[Any]) -> T:
        if value not in choices:
            raise Invalid("setting_not_a_choice", _l("Choose one of the values that are offered."), field="value")
        return value


def declare(
    name: str,
    default: T,
    *,
    help: Any,  # noqa: A002
    unit: Any = "",
    low: float | None = None,
    high: float | None = None,
    choices: Mapping[str, Any] | None = None,
) -> Setting[T]:
    """Make a setting known under a name of the form "package.what_unit". Raises ValueError when the name is taken.

    `help`, `unit` and the words of `choices` are read by people, so they are lazy texts.
    """
    if name in DECLARED:
        raise ValueError(f"two settings are called {name}")
    setting = Setting(name, default, help, unit, low, high, choices or {})
    DECLARED[name] = setting
    return setting


@dataclass
class _Kept:
    until: float = 0.0
    values: dict[str, str] = field(default_factory=dict)


_kept = _Kept()


def forget_kept() -> None:
    """Make the next reading ask the database."""
    _kept.until = 0.0


def _stored() -> dict[str, str]:
    if time.monotonic() >= _kept.until:
        query = select(StoredSetting.name, StoredSetting.value)
        if db.session.registry.has() and db.session().in_transaction():
            # Who waits for a second connection while others wait for what she holds waits in a circle.
            with db.session.no_autoflush:
                rows = db.session.execute(query).all()
        else:
            with own_session() as session:
                rows = session.execute(query).all()
        _kept.values = {name: value for name, value in rows}  # noqa: C416 (rows are not pairs to mypy)
        _kept.until = time.monotonic() + KEPT_S
    return _kept.values
