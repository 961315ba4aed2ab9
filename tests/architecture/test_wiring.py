"""What the switchboard promises: every view has a gate, names are unique, facts hold no words."""

from __future__ import annotations

import typing
from dataclasses import fields, is_dataclass
from enum import Enum

import pytest
from flask import Flask

from app import wiring
from app.factory import gate_of
from app.outbox.facts import REGISTRY, Code, Fact, fact
from app.sitesettings import events as setting_events  # noqa: F401  at least one fact is there to look at
from app.sitesettings.declare import DECLARED

GATES = {"public", "signed_in", "operator", "moderator", "curator"}


def test_every_view_says_who_may_come_in(app: Flask) -> None:
    gates = {endpoint: gate_of(app, endpoint) for endpoint in app.view_functions}

    assert {endpoint for endpoint, gate in gates.items() if gate not in GATES} == set()


def test_no_address_is_served_twice(app: Flask) -> None:
    seen: dict[tuple[str, str], str] = {}

    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            first = seen.setdefault((rule.rule, method), rule.endpoint)
            assert first == rule.endpoint, f"{method} {rule.rule} is both {first} and {rule.endpoint}"


@pytest.mark.parametrize("names", [[one.name for one in wiring.REACTIONS], [one.name for one in wiring.SCHEDULE]])
def test_names_in_the_switchboard_are_unique(names: list[str]) -> None:
    assert len(names) == len(set(names))


def test_reactions_wait_for_facts_that_exist() -> None:
    waited_for = {kind for reaction in wiring.REACTIONS for kind in reaction.kinds}

    assert waited_for - set(REGISTRY) == set()


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_fact_holds_no_words_a_person_wrote(kind: str) -> None:
    of = REGISTRY[kind]

    assert is_dataclass(of)
    assert of.__dataclass_params__.frozen  # type: ignore[attr-defined]
    hints = typing.get_type_hints(of)
    assert [field.name for field in fields(of) if holds_words(hints[field.name])] == []


@pytest.mark.parametrize(
    "hint", [str, str | None, list[str], dict[str, int], tuple[str, ...], bytes, object, typing.Any]
)
def test_a_fact_with_words_cannot_be_made(hint: object) -> None:
    with pytest.raises(TypeError):
        fact("words_were_said")(type("WordsWereSaid", (Fact,), {"__annotations__": {"words": hint}}))

    assert "words_were_said" not in REGISTRY


@pytest.mark.parametrize("words", ["Hello there", "", "x" * 101, "é", "a\nb", "<b>"])
def test_a_code_is_no_sentence(words: str) -> None:
    with pytest.raises(ValueError):
        Code(words)


def test_settings_are_within_their_own_bounds() -> None:
    for setting in DECLARED.values():
        assert setting.parse(setting.written(setting.default)) == setting.default
        assert setting.unit or not isinstance(setting.default, (int, float)) or isinstance(setting.default, bool)


def holds_words(hint: object) -> bool:
    """Say whether a value of this type may be free text. `app.outbox.facts` checks as well, in its own way."""
    if typing.get_origin(hint) is typing.Literal:
        return False
    if arms := typing.get_args(hint):
        return any(holds_words(arm) for arm in arms if arm is not Ellipsis)
    return isinstance(hint, type) and issubclass(hint, (str, bytes)) and hint is not Code and not issubclass(hint, Enum)
