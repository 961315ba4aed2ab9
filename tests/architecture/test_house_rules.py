"""Rules of the house that can be checked file by file: who commits, whose clock, what is safe HTML, what has a name.

Each rule is a function from a module to what is wrong with it, and has a bad sample that it must see.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

import pytest

from devtools.places import ROOT
from tests.architecture.source import FILES, MODULES, Module

LONG, TOO_LONG = 300, 400
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "tools", "base", "core"}
# Where safe HTML is made, each for its own reason; all other HTML comes from templates, which escape.
MAKES_MARKUP = {"app.prose", "app.web.forms", "app.web.panels", "app.web.templating"}
WALL_CLOCK = re.compile(r"(^|\.)(datetime|date)\.(now|utcnow|today)$|^time\.(time|time_ns|localtime|gmtime|ctime)$")
WAITS_FOR_AN_EXPRESSION = re.compile(r"""wait_for_function\(\s*f?["'](?!(async )?\()""")
DATABASE_CLOCK = re.compile(r"(^|\.)func\.(now|current_timestamp|localtimestamp)$")


def other_commits(module: Module) -> Iterator[str]:
    """Only `app.db.transaction` commits; a rollback elsewhere ends a reading, which is allowed in app.web."""
    if module.name == "app.db":
        return
    for name, line in module.calls():
        if name.endswith((".commit", ".begin", ".begin_nested")):
            yield f"{module.name}:{line} calls {name}: use app.db.transaction()"


def other_clocks(module: Module) -> Iterator[str]:
    """`app.clock.now` is the only source of the present; a monotonic clock may measure how long something takes."""
    for name, line in module.calls():
        if module.name != "app.clock" and (WALL_CLOCK.search(name) or DATABASE_CLOCK.search(name)):
            yield f"{module.name}:{line} calls {name}: use app.clock.now()"


def other_markup(module: Module) -> Iterator[str]:
    for name, line in module.calls():
        if name.split(".")[-1] in {"Markup", "render_template_string"} and module.name not in MAKES_MARKUP:
            yield f"{module.name}:{line} calls {name}: templates escape, prose cleans"


def impure_policies(module: Module) -> Iterator[str]:
    """A policy decides on loaded objects: it needs neither database nor web, so its test is one line."""
    if module.room == "policy":
        for name in imported_names(module):
            if name.split(".")[0] in {"flask", "sqlalchemy"} or name in {"app.db", "app.web"}:
                yield f"{module.name} imports {name}"


def rooms_that_know_the_request(module: Module) -> Iterator[str]:
    """Services and queries are called from pages, API, worker and commands alike."""
    if module.room in {"models", "events", "policy", "queries", "services"}:
        for name in imported_names(module):
            if name.startswith("app.web.current_actor") or name in {"flask.request", "flask.g", "flask.session"}:
                yield f"{module.name} imports {name}"


def back_references(module: Module) -> Iterator[str]:
    """Relations lead to the left only, so no package hangs anything onto another's models."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.keyword) and node.arg in {"backref", "back_populates"}:
            yield f"{module.name}:{node.value.lineno} makes a relation both ways"


def numbers_of_any_size(module: Module) -> Iterator[str]:
    """A number in an address that the database cannot hold is one that was not given, or not there: never a fault."""
    for node in ast.walk(module.tree):
        is_int = isinstance(node, ast.keyword) and node.arg == "type" and ast.unparse(node.value) == "int"
        if is_int and ".views" in module.name:
            yield f"{module.name}:{node.lineno} reads a number of any size: type=row_number"


def nameless(module: Module) -> Iterator[str]:
    for part in module.name.split("."):
        if part in NAMELESS:
            yield f"{module.name}: name the room for what it holds"


RULES = [
    other_commits,
    other_clocks,
    other_markup,
    impure_policies,
    rooms_that_know_the_request,
    back_references,
    numbers_of_any_size,
    nameless,
]


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds_everywhere(rule) -> None:
    assert [said for module in MODULES.values() for said in rule(module)] == []


@pytest.mark.parametrize(
    "rule, name, text",
    [
        (other_commits, "app.community.services", "db.session.commit()"),
        (other_commits, "app.routing.jobs", "with db.session.begin(): pass"),
        (other_clocks, "app.mail", "due = datetime.now(UTC)"),
        (other_clocks, "app.mail", "due = datetime.datetime.utcnow()"),
        (other_clocks, "app.mail", "due = time.time()"),
        (other_clocks, "app.mail", "select(func.now())"),
        (other_markup, "app.community.views", "Markup(body)"),
        (other_markup, "app.community.views", "flask.render_template_string(body)"),
        (impure_policies, "app.community.policy", "from app.db import db"),
        (impure_policies, "app.community.policy", "from flask import g"),
        (rooms_that_know_the_request, "app.community.services", "from flask import request"),
        (rooms_that_know_the_request, "app.community.queries", "from app.web.current_actor import actor"),
        (back_references, "app.community.models", "x = relationship(back_populates='y')"),
        (numbers_of_any_size, "app.community.views.x", "request.args.get('below', type=int)"),
        (nameless, "app.community.helpers", ""),
    ],
)
def test_rule_sees_a_bad_sample(rule, name: str, text: str) -> None:
    assert list(rule(Module(name, text)))


def test_a_stopwatch_is_no_clock() -> None:
    assert not list(other_clocks(Module("app.web.request_log", "began = time.perf_counter() + time.monotonic()")))


def test_stories_wait_for_functions() -> None:
    """Our content security policy refuses a text the second time a page is asked; a function is read only once."""
    texts = {path.name: path.read_text() for path in (ROOT / "tests").rglob("*.py")}

    assert [name for name, text in texts.items() if WAITS_FOR_AN_EXPRESSION.search(text)] == []
    assert WAITS_FOR_AN_EXPRESSION.search("page.{}('true')".format("wait_for_function"))


@pytest.mark.filterwarnings("always:.*lines.*:UserWarning")
def test_files_stay_readable() -> None:
    lengths = {name: len(FILES[name].read_text().splitlines()) for name in FILES}

    for name, length in lengths.items():
        if length > LONG:
            warnings.warn(f"{name} has {length} lines: is it still one subject?", UserWarning, stacklevel=1)

    assert [name for name, length in lengths.items() if length > TOO_LONG] == []


def test_migrations_are_frozen() -> None:
    """A migration that imported our code would change when the code does."""
    files = sorted((ROOT / "migrations" / "versions").glob("*.py"))

    assert files
    assert [path.name for path in files if re.search(r"^\s*(from|import) app\b", path.read_text(), re.MULTILINE)] == []


def imported_names(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
