"""Templates show and do not decide: no query, nothing unescaped, every form guarded."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import Environment, nodes

from devtools.places import ROOT

# The only place where stored, cleaned HTML becomes a page; every other |safe is a hole.
MAY_SAY_SAFE = {"_ui/prose.html"}
TEMPLATES = sorted(path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.html"))
ASKS_THE_DATABASE = {"query", "session", "db", "execute", "scalars", "scalar", "select"}


def unescaped(environment: Environment, text: str) -> Iterator[str]:
    """Yield where a template lets something through as it is."""
    tree = environment.parse(text)
    for found in tree.find_all(nodes.Filter):
        if found.name in {"safe", "forceescape"}:
            yield f"line {found.lineno}: |{found.name}"
    for found in tree.find_all(nodes.MarkSafe):
        yield f"line {found.lineno}: marked safe"
    for found in tree.find_all(nodes.ScopedEvalContextModifier):
        yield f"line {found.lineno}: autoescape is changed"


def queries(environment: Environment, text: str) -> Iterator[str]:
    """Yield names by which a template would reach the database."""
    tree = environment.parse(text)
    for found in tree.find_all(nodes.Getattr):
        if found.attr in ASKS_THE_DATABASE:
            yield f"line {found.lineno}: .{found.attr}"
    for name in tree.find_all(nodes.Name):
        if name.name in {"db", "select"}:
            yield f"line {name.lineno}: {name.name}"


def unguarded_forms(_environment: Environment, text: str) -> Iterator[str]:
    """Yield forms that post without a CSRF token and a once-key, which the macro `hidden_keys` writes."""
    for form in re.finditer(r"<form\b(?P<head>[^>]*)>(?P<inside>.*?)</form>", text, re.DOTALL):
        posts = re.search(r"method=[\"']?post", form["head"], re.IGNORECASE)
        by_hand = "csrf_token" in form["inside"] and "once_key" in form["inside"]
        if posts and not by_hand and "hidden_keys(" not in form["inside"]:
            yield f"a form without hidden_keys: {form[0][:80]!r}"


def inline_code(_environment: Environment, text: str) -> Iterator[str]:
    """Yield what the Content-Security-Policy refuses: handlers and styles in attributes, scripts without a nonce."""
    for found in re.finditer(r"<[a-z][^>]*\s(on[a-z]+|style)\s*=", text, re.IGNORECASE):
        yield f"{found[1]}= in an element: {found[0][:80]!r}"
    for found in re.finditer(r"<(script|style)\b(?P<head>[^>]*)>", text):
        if "src=" not in found["head"] and "nonce=" not in found["head"]:
            yield f"an inline {found[1]} without the nonce"


CHECKS = [unescaped, queries, unguarded_forms, inline_code]


@pytest.mark.parametrize("template", TEMPLATES)
def test_template_keeps_the_rules(app: Flask, template: str) -> None:
    text = (ROOT / "templates" / template).read_text()

    checks = [check for check in CHECKS if not (check is unescaped and template in MAY_SAY_SAFE)]

    assert [said for check in checks for said in check(app.jinja_env, text)] == []


@pytest.mark.parametrize(
    "check, text",
    [
        (unescaped, "{{ body|safe }}"),
        (unescaped, "{% autoescape false %}{{ body }}{% endautoescape %}"),
        (queries, "{{ Question.query.all() }}"),
        (queries, "{{ db.session }}"),
        (unguarded_forms, '<form method="post"><button>Go</button></form>'),
        (unguarded_forms, '<form method="post">{{ csrf_token() }}</form>'),
        (inline_code, '<a onclick="go()">'),
        (inline_code, '<p class="x" style="color: red">'),
        (inline_code, "<script>alert(1)</script>"),
    ],
)
def test_a_bad_template_is_seen(app: Flask, check, text: str) -> None:
    assert list(check(app.jinja_env, text))


def test_templates_know_nothing_that_writes(app: Flask) -> None:
    assert not {"db", "session_factory", "select", "Markup"} & set(app.jinja_env.globals)


def test_a_name_without_a_value_stops_the_page(app: Flask) -> None:
    with app.app_context(), pytest.raises(Exception, match="undefined"):
        app.jinja_env.from_string("{{ nobody_gave_this }}").render()
