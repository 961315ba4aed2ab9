"""The promises of ./dev itself: it starts on a bare machine, lists what it can, and passes on what is not its own."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from devtools import benchmarks, testing
from devtools.places import ROOT

OUTSIDE = [ROOT / "dev", *(ROOT / "devtools").glob("*.py")]


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: path.name)
def test_what_runs_outside_the_environment_imports_the_standard_library_only(path):
    tree = ast.parse(path.read_text())
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}

    foreign = {name for name in modules if name.partition(".")[0] not in {*sys.stdlib_module_names, "devtools"}}

    assert not foreign
    assert not any(name.startswith("devtools.inside") for name in modules)


def test_without_arguments_it_lists_its_commands_from_any_folder(tmp_path):
    done = dev(cwd=tmp_path)

    assert done.returncode == 0
    assert "./dev run" in done.stdout
    assert "./dev doctor" in done.stdout


def test_unknown_command_is_refused_with_the_list():
    done = dev("dance")

    assert done.returncode == 2
    assert "There is no `./dev dance`" in done.stderr
    assert "./dev run" in done.stdout


def test_trouble_is_told_in_words_with_what_mends_it():
    done = dev("check", "dancing")

    assert done.returncode == 1
    assert "There is no check called dancing" in done.stdout
    assert "Mend it with:  ./dev check" in done.stdout
    assert "Traceback" not in done.stderr


def test_old_python_is_told_in_words_that_it_can_read():
    source = (ROOT / "dev").read_text()
    before_import = source[: source.index("from devtools")]

    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is Python 3\.8"):
        exec(
            compile(before_import, "dev", "exec"), {"__builtins__": {**vars(__import__("builtins")), "__import__": old}}
        )


def test_arguments_that_are_not_ours_go_to_pytest():
    options, for_pytest = testing._parser().parse_known_args(["tests/web", "-k", "sign_in", "--sqlite-only", "-x"])

    assert options.sqlite_only
    assert for_pytest == ["tests/web", "-k", "sign_in", "-x"]


@pytest.mark.parametrize(
    "arguments, names, rest",
    [
        (["pages"], ["pages"], []),
        (["pages", "search"], ["pages", "search"], []),
        (["pages", "--seconds", "5"], ["pages"], ["--seconds", "5"]),
        (["pages", "--", "x"], ["pages"], ["x"]),
    ],
)
def test_measurements_get_their_own_arguments(arguments, names, rest):
    found, _separator, remaining = benchmarks._split(arguments)

    assert (found, remaining) == (names, rest)


def dev(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "dev"), *arguments],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def old(name, *rest):
    """Import, but as if this were Python 3.8."""
    module = __import__(name, *rest)
    if name == "sys":
        copy = type(sys)("sys")
        vars(copy).update(vars(module), version_info=(3, 8, 20))
        return copy
    return module


def test_sqlite_has_two_rounds_unless_one_says_what_to_run() -> None:
    whole = testing._plan(["SQLite", "PostgreSQL"], ["-x"])
    some = testing._plan(["SQLite", "PostgreSQL"], ["tests/browser/test_admin.py::test_admin"])

    assert [name for name, _database, _arguments in whole] == ["SQLite", "SQLite, second", "PostgreSQL"]
    assert {f"--ignore={folder}" for folder in testing.SECOND} < set(whole[0][2])
    assert set(testing.SECOND) < set(whole[1][2])
    assert [name for name, _database, _arguments in some] == ["SQLite", "PostgreSQL"]
