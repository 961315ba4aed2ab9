"""Declare a setting and read it: `EDIT_WINDOW = declare("community.edit_window_minutes", 30, low=0, high=10080, …)`.

Values are kept per process for two seconds, so that a page never asks the database twice and a change is everywhere at
once for people.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import select

from app.db import own_session
from app.errors import Invalid
from app.sitesettings.models import StoredSetting

KEPT_S = 2.0

T = TypeVar("T", bool, int, float, str)
DECLARED: dict[str, Setting[Any]] = {}


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One declared setting. `low` and `high` bound numbers, both included; `choices` closes the set of words."""

    name: str
    default: T
    help: Any
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def value(self) -> T:
        """Return the value in force now."""
        stored = _stored().get(self.name)
        return self.default if stored is None else self.parse(stored)

    @property
    def is_yes_or_no(self) -> bool:
        return type(self.default) is bool

    def parse(self, text: str) -> T:
        """Return `text` as this setting's type. Raises Invalid where it is none, or out of bounds."""
        kind: type = type(self.default)
        try:
            value: Any = text == "true" if kind is bool else kind(text)
        except ValueError as error:
            raise Invalid("setting_not_a_number", field="value") from error
        if kind is bool and text not in {"true", "false"}:
            raise Invalid("setting_not_a_choice", field="value")
        if kind in {int, float} and not self._within(value):
            raise Invalid("setting_out_of_bounds", field="value")
        if self.choices and value not in self.choices:
            raise Invalid("setting_not_a_choice", field="value")
        return value

    def written(self, value: T) -> str:
        """Return a value in the form in which it is stored and shown in a form: what `parse` reads."""
        return str(value).lower() if self.is_yes_or_no else str(value)

    def _within(self, value: float) -> bool:
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return math.isfinite(value) and low <= value <= high


def declare(
    name: str,
    default: T,
    *,
    help: Any,  # noqa: A002
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Setting[T]:
    """Make a setting known under a name of the form "package.what_unit". Raises ValueError when the name is taken."""
    if name in DECLARED:
        raise ValueError(f"two settings are called {name}")
    setting = Setting(name, default, help, unit, low, high, choices)
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
        with own_session() as session:
            rows = session.execute(select(StoredSetting.name, StoredSetting.value)).all()
        _kept.values = {name: value for name, value in rows}  # noqa: C416 (rows are not pairs to mypy)
        _kept.until = time.monotonic() + KEPT_S
    return _kept.values
