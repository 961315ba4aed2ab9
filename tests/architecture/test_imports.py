"""The import order: everything imports from its left only, so that nothing runs in a circle."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from devtools.places import ROOT
from tests.architecture.source import FILES, MODULES, Module

PAGE = (ROOT / "docs" / "architecture.md").read_text()
# The written list itself: the quoted lines below its heading.
ORDER = re.findall(r"\w+", "".join(re.findall(r"^> .*$", PAGE.partition("## The import order")[2], re.MULTILINE)))
ROOMS = ("models", "policy", "queries", "services", "views")
LEAVES = ("events", "forms", "settings")


def crossings(module: Module) -> Iterator[str]:
    """Yield what this module imports from its right."""
    for imported in module.imports():
        theirs = imported.split(".")[1] if "." in imported else ""
        if theirs == module.subject or not theirs:
            continue
        if ORDER.index(theirs) > ORDER.index(module.subject):
            yield f"{module.name} imports {imported}, which stands to its right"
        if theirs == "ranking" and module.subject != "routing":
            yield f"{module.name} imports {imported}: only routing uses the ranking library"
        if module.subject == "ranking":
            yield f"{module.name} imports {imported}: ranking knows nothing of ours"


def room_crossings(module: Module) -> Iterator[str]:
    """Yield what this module imports from a later room of its own package."""
    for imported in module.imports():
        theirs = Module(imported, "")
        if theirs.subject != module.subject or theirs.room == module.room or not theirs.room:
            continue
        if module.room in LEAVES and theirs.room in (*ROOMS, *LEAVES):
            yield f"{module.name} imports {imported}: {module.room} is a leaf"
        if module.room in ROOMS and theirs.room in ROOMS and ROOMS.index(theirs.room) > ROOMS.index(module.room):
            yield f"{module.name} imports {imported}: {' ← '.join(ROOMS)}"


def late_imports(module: Module) -> Iterator[str]:
    """Yield imports that stand inside a function."""
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            for inner in ast.walk(node):
                if isinstance(inner, (ast.Import, ast.ImportFrom)):
                    yield f"{module.name}:{inner.lineno} imports inside a function"


def test_every_subject_stands_in_the_order() -> None:
    unknown = {module.subject for module in MODULES.values()} - set(ORDER) - {""}

    assert not unknown, f"give these a place in the import order of docs/architecture.md: {sorted(unknown)}"


@pytest.mark.parametrize("check", [crossings, room_crossings, late_imports])
def test_imports_go_one_way(check) -> None:
    assert [said for module in MODULES.values() for said in check(module)] == []


def test_modules_do_not_import_in_a_circle() -> None:
    graph = {name: set(module.imports()) - {name} for name, module in MODULES.items()}

    assert circle_in(graph) == []


@pytest.mark.parametrize("name", ["app", *(name for name in MODULES if name.startswith("app.ranking"))])
def test_ranking_is_pure(name: str) -> None:
    """A fresh interpreter that imports it knows neither Flask nor the database."""
    asked = f"import sys, {name}; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    loaded = {each.split(".")[0] for each in done.stdout.split()}
    assert not loaded & {"flask", "sqlalchemy", "whoosh", "werkzeug", "jinja2"}


def test_web_process_does_not_load_what_only_the_worker_and_commands_need() -> None:
    """Parts of scipy: 40 MB in each web process, a quarter of the time that starting one takes. Commands: a tenth."""
    asked = "import sys, app.factory; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    others = {"scipy.optimize", "scipy.sparse", "scipy.linalg", "scipy.special", "alembic", "app.cli", "app.worker"}
    assert not set(done.stdout.split()) & others


def test_commands_declare_nothing_that_a_web_process_would_miss() -> None:
    """Tables, facts and settings are known to whoever loads them: every process must know all."""
    asked = """
import app.factory
from app.db import db
from app.outbox.facts import REGISTRY
from app.sitesettings.declare import DECLARED
without = [len(db.metadata.tables), len(REGISTRY), len(DECLARED)]
import app.cli
print(without, [len(db.metadata.tables), len(REGISTRY), len(DECLARED)], sep=";")
"""

    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    without, with_commands = done.stdout.strip().split(";")
    assert without == with_commands != "[0, 0, 0]"


def test_init_files_hold_a_docstring_and_nothing_else() -> None:
    packages = [module for name, module in MODULES.items() if FILES[name].name == "__init__.py"]

    said = [module.name for module in packages if len(module.tree.body) != 1 or not ast.get_docstring(module.tree)]

    assert said == []


@pytest.mark.parametrize(
    "name, text, check",
    [
        ("app.accounts.views", "from app.community import models", crossings),
        ("app.accounts.views", "import app.factory", crossings),
        ("app.community.queries", "from app.ranking.rank import rank", crossings),
        ("app.ranking.rank", "from app.clock import now", crossings),
        ("app.community.policy", "from app.community.services import ask_question", room_crossings),
        ("app.community.models", "from app.community import queries", room_crossings),
        ("app.community.forms", "from app.community.models import Tag", room_crossings),
        ("app.clock", "def now():\n    from datetime import datetime", late_imports),
    ],
)
def test_a_bad_import_is_seen(name: str, text: str, check) -> None:
    assert list(check(Module(name, text)))


def test_a_circle_is_seen() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    """Return the names on one circle of imports, or nothing."""
    left = {name: {other for other in imported if other in graph} for name, imported in graph.items()}
    while free := {name for name, imported in left.items() if not imported}:
        left = {name: imported - free for name, imported in left.items() if name not in free}
    walked: list[str] = []
    here = min(left, default=None)
    while here is not None and here not in walked:
        walked.append(here)
        here = min(left[here])
    return walked[walked.index(here) :] if here else []
