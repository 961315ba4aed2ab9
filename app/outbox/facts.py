"""What a fact is: a frozen dataclass of ids, enums, numbers and times, with a kind and a version.

    @fact("answer_posted", version=1)
    class AnswerPosted(Fact):
        answer_id: int

A fact never carries words a person wrote: the types are checked when the class is made. A new version of a kind is a
new class with the higher version and `raise_from`, which lifts the older payloads on reading.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, TypeVar, cast

REGISTRY: dict[str, type[Fact]] = {}


class Code(str):
    """A word from a closed set of the program's own (a setting's name, a reason's code): never a person's words."""

    __slots__ = ()


PLAIN = (bool, int, float, datetime, Code)


class Fact:
    """The base of all facts; `fact()` fills in `kind` and `version`."""

    kind: ClassVar[str]
    version: ClassVar[int]

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
        for name, hint in typing.get_type_hints(made).items():
            if typing.get_origin(hint) is not ClassVar and not _is_plain(hint):
                raise TypeError(f"{kind}.{name}: a fact holds ids, enums, numbers and times, not {hint}")
        made.kind, made.version = kind, version
        if REGISTRY.setdefault(kind, made) is not made:
            raise TypeError(f"two facts of kind {kind}")
        return cast(F, made)

    return decorate


def to_payload(of: Fact) -> dict[str, Any]:
    """Return the fact's fields as JSON values."""
    return {name: _to_json(value) for name, value in asdict(of).items()}  # type: ignore[call-overload]


def from_payload(kind: str, version: int, payload: dict[str, Any]) -> Fact:
    """Return the fact a row holds, lifted to the newest version. Raises ValueError when it does not fit the schema."""
    cls = REGISTRY[kind]
    if version != cls.version:
        payload = cls.raise_from(version, payload)
    hints = typing.get_type_hints(cls)
    names = {field.name for field in fields(cls)}  # type: ignore[arg-type]
    if set(payload) - names:
        raise ValueError(f"{kind}: unknown fields {sorted(set(payload) - names)}")
    return cls(**{name: _from_json(value, hints[name]) for name, value in payload.items()})


def _is_plain(hint: Any) -> bool:
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        return all(arm is type(None) or _is_plain(arm) for arm in typing.get_args(hint))
    if typing.get_origin(hint) is typing.Literal:
        return True
    if typing.get_origin(hint) is tuple:
        return all(arm is Ellipsis or _is_plain(arm) for arm in typing.get_args(hint))
    return isinstance(hint, type) and (hint in PLAIN or issubclass(hint, Enum))


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _from_json(value: Any, hint: Any) -> Any:
    if value is None:
        return None
    for arm in typing.get_args(hint) or (hint,):
        if arm is datetime:
            return datetime.fromisoformat(value)
        if isinstance(arm, type) and issubclass(arm, Enum):
            return arm(value)
    return tuple(value) if isinstance(value, list) else value
