"""What a fact is: a frozen dataclass of ids, enums, numbers and times, with a kind and a version.

    @fact("answer_posted", version=1)
    class AnswerPosted(Fact):
        answer_id: int

A fact never carries words a person wrote: the types are checked when the class is made. A new version of a kind is a
new class with the higher version and `raise_from`, which lifts the older payloads on reading.
"""

from __future__ import annotations

import math
import re
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, TypeVar, cast

REGISTRY: dict[str, type[Fact]] = {}


class Code(str):
    """A word from a closed set of the program's own (a setting's name, a reason's code): never a person's words.

    Raises ValueError for what does not look like one.
    """

    __slots__ = ()

    def __new__(cls, word: str) -> Code:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}", word):
            raise ValueError(f"not a code: {word!r}")
        return super().__new__(cls, word)


PLAIN = (bool, int, float, datetime, Code)


class Fact:
    """The base of all facts; `fact()` fills in `kind`, `version` and `schema`, the types of its fields."""

    kind: ClassVar[str]
    version: ClassVar[int]
    schema: ClassVar[dict[str, Any]]

    @classmethod
    def raise_from(cls, version: int, payload: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG003
        """Return `payload` of an older version in the shape of this one. Raises ValueError where that is unknown."""
        raise ValueError(f"{cls.kind} version {version} cannot be read by version {cls.version}")


F = TypeVar("F", bound=type[Fact])


@typing.dataclass_transform(kw_only_default=True, frozen_default=True)
def fact(kind: str, *, version: int = 1) -> Callable[[F], F]:
    """Make a class a fact of this kind. Raises TypeError where a field could hold a person's words."""

    def decorate(cls: F) -> F:
        made = dataclass(frozen=True, kw_only=True)(cls)
        hints = typing.get_type_hints(made)
        made.kind, made.version = kind, version
        made.schema = {field.name: hints[field.name] for field in fields(made)}  # type: ignore[arg-type]
        for name, hint in made.schema.items():
            if not _is_plain(hint):
                raise TypeError(f"{kind}.{name}: a fact holds ids, enums, numbers and times, not {hint}")
        if REGISTRY.setdefault(kind, made) is not made:
            raise TypeError(f"two facts of kind {kind}")
        return cast(F, made)

    return decorate


def to_payload(of: Fact) -> dict[str, Any]:
    """Return the fact's fields as JSON values. Raises TypeError for a value that its field's type does not allow."""
    return {name: _to_json(getattr(of, name), hint) for name, hint in of.schema.items()}


def from_payload(kind: str, version: int, payload: dict[str, Any]) -> Fact:
    """Return the fact a row holds, lifted to the newest version. Raises ValueError when it does not fit the schema."""
    cls = REGISTRY[kind]
    if version != cls.version:
        payload = cls.raise_from(version, payload)
    if unknown := set(payload) - set(cls.schema):
        raise ValueError(f"{kind}: unknown fields {sorted(unknown)}")
    try:
        return cls(**{name: _from_json(value, cls.schema[name]) for name, value in payload.items()})
    except TypeError as error:
        raise ValueError(f"{kind}: {error}") from error


def _is_plain(hint: Any) -> bool:
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        return all(arm is type(None) or _is_plain(arm) for arm in typing.get_args(hint))
    if typing.get_origin(hint) is typing.Literal:
        return True
    if typing.get_origin(hint) is tuple:
        return (
            len(typing.get_args(hint)) == 2
            and typing.get_args(hint)[1] is Ellipsis
            and _is_plain(typing.get_args(hint)[0])
        )
    return isinstance(hint, type) and (hint in PLAIN or issubclass(hint, Enum))


def _to_json(value: Any, hint: Any) -> Any:
    if not any(_fits(value, arm) for arm in _arms(hint)):
        raise TypeError(f"{value!r} is not {hint}")
    if isinstance(value, tuple):
        return [_to_json(item, _item_hint(hint)) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value


def _from_json(value: Any, hint: Any) -> Any:
    for arm in _arms(hint):
        made = _read(value, arm)
        if _fits(made, arm):
            return made
    raise TypeError(f"{value!r} is not {hint}")


def _read(value: Any, arm: Any) -> Any:
    if isinstance(value, list):
        return tuple(_from_json(item, _item_hint(arm)) for item in value)
    if arm is datetime and isinstance(value, str):
        return datetime.fromisoformat(value)
    if isinstance(arm, type) and (issubclass(arm, Enum) or (arm is Code and isinstance(value, str))):
        return arm(value)
    return value


def _fits(value: Any, arm: Any) -> bool:
    if typing.get_origin(arm) is typing.Literal:
        return value in typing.get_args(arm)
    if typing.get_origin(arm) is tuple:
        return isinstance(value, tuple)
    if arm is int:
        return type(value) is int  # True is an int to Python
    if arm is float:
        return type(value) in {int, float} and math.isfinite(value)
    if arm is datetime:
        return isinstance(value, datetime) and value.tzinfo is not None
    return isinstance(value, arm)


def _arms(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) in {typing.Union, types.UnionType} else (hint,)


def _item_hint(hint: Any) -> Any:
    """Return the type of the items of a tuple, `tuple[int, ...]`. Raises TypeError where there is no tuple."""
    for arm in _arms(hint):
        if typing.get_origin(arm) is tuple:
            return typing.get_args(arm)[0]
    raise TypeError(f"a list is not {hint}")
