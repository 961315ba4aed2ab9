"""Addresses are written by functions that are compiled late; they say what Werkzeug's own say."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, Rule

from app.web.url_rules import RowId, UrlRule


def test_addresses_are_those_that_werkzeug_writes(app: Flask) -> None:
    """Every rule of the application, with each of its values, with a value more, and with one that is no id."""
    plain = Map(converters=app.url_map.converters)
    compared = 0
    for rule in app.url_map.iter_rules():
        assert isinstance(rule, UrlRule)
        theirs = Rule(rule.rule, endpoint=rule.endpoint, defaults=rule.defaults, methods=rule.methods)
        plain.add(theirs)
        ids = {name for name, converter in rule._converters.items() if isinstance(converter, IntegerConverter)}
        values = {name: 7 if name in ids else "a b/ç" for name in rule.arguments} | dict(rule.defaults or {})
        for asked in (values, values | {"more": "é 2"}, values | dict.fromkeys(ids, 0)):
            for append_unknown in (True, False):
                for _twice in range(2):
                    assert rule.build(asked, append_unknown) == theirs.build(asked, append_unknown)
                    compared += 1
    assert compared > 3000


def test_no_rule_has_compiled_what_it_was_not_asked_for() -> None:
    compiled = []

    class Watched(UrlRule):
        @staticmethod
        def _get_func_code(code, name):
            compiled.append(name)
            return Rule._get_func_code(code, name)

    rule = Watched("/questions/<int:question_id>", endpoint="question")
    Map([rule], converters={"int": RowId})
    assert compiled == []

    assert [rule.build({"question_id": number}) for number in (1, 2)] == [("", "/questions/1"), ("", "/questions/2")]
    assert len(compiled) == 1
