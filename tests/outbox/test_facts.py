"""Facts: what they may hold, and how they survive as JSON over the versions of their schema."""

from __future__ import annotations

import dataclasses
import json
import tomllib
import types
import typing
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import pytest

from app import wiring
from app.outbox.facts import REGISTRY, Code, Fact, fact, from_payload, to_payload
from tests.outbox.happenings import BellRang, Everything, Weather

MOMENT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
FULL = Everything(
    yes=True,
    share=0.5,
    at=MOMENT,
    weather=Weather.WET,
    side="right",
    code=Code("community.edit_window"),
    ids=(3, 2**62),
    moments=(MOMENT, MOMENT),
)
PAYLOAD = {
    "yes": True,
    "share": 0.5,
    "at": "2026-03-01T12:00:00.123456+00:00",
    "weather": "wet",
    "side": "right",
    "code": "community.edit_window",
    "ids": [3, 2**62],
    "moments": ["2026-03-01T12:00:00.123456+00:00"] * 2,
}


def test_fact_becomes_json_and_the_same_fact_again() -> None:
    payload = json.loads(json.dumps(to_payload(FULL)))

    assert payload == PAYLOAD
    assert from_payload("test_everything", 3, payload) == FULL


def test_what_is_empty_stays_empty() -> None:
    bare = dataclasses.replace(FULL, at=None, moments=None, ids=())

    assert from_payload("test_everything", 3, to_payload(bare)) == bare


def test_older_version_is_raised_on_reading() -> None:
    older = {name: value for name, value in PAYLOAD.items() if name != "side"}

    assert from_payload("test_everything", 2, older) == dataclasses.replace(FULL, side="left")


@pytest.mark.parametrize("version", [1, 4])
def test_version_nobody_can_raise_is_refused(version: int) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        from_payload("test_everything", version, PAYLOAD)


@pytest.mark.parametrize(
    "change",
    [
        {"yes": 1},
        {"share": "half"},
        {"at": "soon"},
        {"weather": "snow"},
        {"side": "up"},
        {"code": "a whole sentence"},
        {"ids": ["x"]},
        {"ids": 3},
        {"words": "hello"},
    ],
)
def test_payload_that_does_not_fit_is_refused(change: dict) -> None:
    with pytest.raises(ValueError):
        from_payload("test_everything", 3, {**PAYLOAD, **change})


def test_payload_that_lacks_a_field_is_refused() -> None:
    with pytest.raises(ValueError, match="number"):
        from_payload("test_bell_rang", 1, {})


@pytest.mark.parametrize(
    "change",
    [
        {"ids": ("somebody's words",)},
        {"ids": (True,)},
        {"side": "somebody's words"},
        {"share": float("nan")},
        {"at": datetime(2026, 3, 1)},
        {"weather": "wet"},
    ],
)
def test_value_of_another_type_is_not_written(change: dict) -> None:
    with pytest.raises(TypeError):
        to_payload(dataclasses.replace(FULL, **change))


def test_words_in_the_place_of_an_id_are_not_written() -> None:
    with pytest.raises(TypeError, match="words"):
        to_payload(BellRang(number="somebody's words"))  # type: ignore[arg-type]


def test_fact_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        FULL.yes = False  # type: ignore[misc]


def test_one_kind_is_one_class() -> None:
    with pytest.raises(TypeError, match="two facts"):
        fact("test_bell_rang")(type("Other", (Fact,), {}))


def test_no_schema_changes_without_a_new_version() -> None:
    """Rows are kept for good, so a fact that was written must be readable for good.

    A new kind is added to facts.toml by hand. What a kind held before never changes: a class that holds something else
    gets a higher version with `raise_from`, and a line of its own.
    """
    wiring  # noqa: B018  every fact is declared by now
    golden = tomllib.loads((Path(__file__).parent / "facts.toml").read_text())
    for kind, made in sorted(REGISTRY.items()):
        if not made.__module__.startswith("app."):
            continue
        versions = golden.get(kind, {})
        now = {name: written(hint) for name, hint in made.schema.items()}
        assert str(made.version) in versions, f"{kind} version {made.version} is new. Add to facts.toml:\n{lines(made)}"
        assert versions[str(made.version)] == now, f"{kind} version {made.version} holds something else than before"
        assert sorted(map(int, versions)) == list(range(1, made.version + 1)), f"{kind}: an older version is gone"
    declared = {kind for kind, made in REGISTRY.items() if made.__module__.startswith("app.")}
    assert set(golden) - declared == set(), "rows of these kinds may be there still: their classes must stay"


def written(hint: object) -> str:
    """Return a field's type as facts.toml has it: "int", "datetime | None", "'up' | 'down'"."""
    if hint is type(None):
        return "None"
    if typing.get_origin(hint) is typing.Literal:
        return " | ".join(sorted(map(repr, typing.get_args(hint))))
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        return " | ".join(sorted(map(written, typing.get_args(hint)), key=lambda each: (each == "None", each)))
    if typing.get_origin(hint) is tuple:
        return f"{written(typing.get_args(hint)[0])}, …"
    assert isinstance(hint, type)
    if issubclass(hint, Enum):
        return " | ".join(sorted(repr(each.value) for each in hint))
    return hint.__name__


def lines(made: type[Fact]) -> str:
    """Return what facts.toml says of a fact."""
    fields = ", ".join(f'{name} = "{written(hint)}"' for name, hint in made.schema.items())
    return f"{made.kind}.{made.version} = {{{fields}}}"
