"""Read one field of a row from elsewhere: as what it must be, or BadRowError with the reason in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, cast

from app.importers.rows import Format


class BadRowError(ValueError):
    """Why a row cannot be used."""


def required_id(row: Mapping[str, Any], name: str) -> str:
    found = id_or_none(row, name)
    if found is None:
        raise BadRowError(f"{name} is missing")
    return found


def id_or_none(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > 200:
        raise BadRowError(f"{name} is not an id")
    return clean(str(value), name)


def text(row: Mapping[str, Any], name: str, *, optional: bool = False) -> str | None:
    value = row.get(name)
    if value is None and optional:
        return None
    if not isinstance(value, str):
        raise BadRowError(f"{name} is missing" if value is None else f"{name} is not a text")
    return clean(value, name)


def clean(value: object, name: str) -> str:
    """Return a text that every database can keep."""
    if not isinstance(value, str):
        raise BadRowError(f"{name} is not a text")
    if "\0" in value:
        raise BadRowError(f"{name} contains a NUL character")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadRowError(f"{name} contains half of a character") from error
    return value


def text_format(row: Mapping[str, Any]) -> Format:
    value = row.get("format", "plain") or "plain"
    if value not in ("plain", "markdown", "html"):
        raise BadRowError("format is none of plain, markdown, html")
    return cast(Format, value)


def flag(row: Mapping[str, Any], name: str, *, absent: bool) -> bool:
    value = row.get(name, absent)
    if not isinstance(value, bool):
        raise BadRowError(f"{name} is neither true nor false")
    return value


def number(row: Mapping[str, Any], name: str) -> int:
    value = row.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 1_000_000_000:
        raise BadRowError(f"{name} is not a whole number")
    return value


def moment(row: Mapping[str, Any], name: str) -> datetime:
    found = day_or_moment(text(row, name) or "", name)
    if not isinstance(found, datetime):
        raise BadRowError(f"{name} is not a moment")
    return found


def day_or_moment(value: str, name: str) -> datetime | date:
    """Return a day, or an aware moment in UTC; a moment without a zone is taken to be in UTC."""
    try:
        if len(value) == 10:
            return date.fromisoformat(value)
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRowError(f"{name} is not a time") from error
