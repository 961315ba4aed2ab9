"""`./dev check`: what must hold before a change lands, apart from the tests. One line each; all failures at once.

A check returns its complaints. Those that need the application's packages are programs in inside/ that print theirs.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable

from devtools import assets, environment, mending, postgres, translations
from devtools.places import PYTHON, ROOT
from devtools.speaking import Trouble, bad, good, warn

Complaints = list[str]


def command(arguments: list[str]) -> int:
    """Run the named checks, by default all, and return 1 when any complains."""
    unknown = [name for name in arguments if name not in CHECKS]
    if unknown:
        raise Trouble(f"There is no check called {unknown[0]}; there are: {', '.join(CHECKS)}.", "./dev check")
    environment.ensure(environment.DEVELOPMENT)
    translations.ensure()
    failed = [name for name in arguments or CHECKS if not _passes(name)]
    if failed:
        bad(f"Failed: {', '.join(failed)}")
        return 1
    good("All checks passed.")
    return 0


def _passes(name: str) -> bool:
    what, check = CHECKS[name]
    began = time.monotonic()
    try:
        complaints = check()
    except Trouble as trouble:
        complaints = [f"{trouble.what}; mend it with: {trouble.mend}" if trouble.mend else trouble.what]
    seconds = f"({time.monotonic() - began:.1f} s)"
    if not complaints:
        good(f"{name:<12} {what} {seconds}")
        return True
    bad(f"{name:<12} {what} {seconds}")
    for line in complaints:
        print(f"    {line}", flush=True)
    return False


def _style() -> Complaints:
    found = _run(["-m", "ruff", "check", "--quiet", "--output-format", "concise", "."])
    return found + [
        f"{line.removeprefix('Would reformat: ')}: not formatted; mend it with: .venv/bin/ruff format"
        for line in _run(["-m", "ruff", "format", "--check", "."])
        if line.startswith("Would reformat")
    ]


def _types() -> Complaints:
    return _run(["-m", "mypy", "--no-error-summary"])


def _templates() -> Complaints:
    return _run_inside("templates")


def _translations() -> Complaints:
    return _run_inside("texts")


def _migrations() -> Complaints:
    with tempfile.TemporaryDirectory(prefix="samen-check-") as folder:
        found = _run_inside("migrations", SAMEN_DATABASE_URL=f"sqlite:///{folder}/check.db")
    if url := os.environ.get("TEST_DATABASE_URL"):
        return found + _run_inside("migrations", SAMEN_DATABASE_URL=url)
    server = mending.postgresql(strict=bool(os.environ.get("CI")))
    if server is None:
        warn("The migrations were not tried on PostgreSQL.")
        return found
    with postgres.throwaway(server) as url:
        return found + _run_inside("migrations", SAMEN_DATABASE_URL=url)


def _locks() -> Complaints:
    return _run_inside("locks")


def _run_inside(program: str, **more: str) -> Complaints:
    """Run a program of inside/ for an installation that exists only meanwhile."""
    with tempfile.TemporaryDirectory(prefix="samen-check-") as folder:
        settings = {
            "SAMEN_ENV": "test",
            "SAMEN_INSTANCE": folder,
            "SAMEN_SEARCH_INDEX": f"{folder}/search_index",
            "SAMEN_DATABASE_URL": f"sqlite:///{folder}/samen.db",
        }
        return _run(["-m", f"devtools.inside.{program}"], **{**settings, **more})


def _run(arguments: list[str], **more: str) -> Complaints:
    """Return what the command printed if it failed, else nothing."""
    done = subprocess.run(
        [str(PYTHON), *arguments],
        cwd=ROOT,
        env=environment.variables(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    said = [line for line in done.stdout.splitlines() if line.strip()]
    return (said or [f"ended with code {done.returncode}"]) if done.returncode != 0 else []


CHECKS: dict[str, tuple[str, Callable[[], Complaints]]] = {
    "style": ("ruff finds nothing and has nothing to format", _style),
    "types": ("mypy agrees", _types),
    "templates": ("every template compiles", _templates),
    "translations": ("every text has its Dutch", _translations),
    "vendor": ("vendored files are what vendor.lock says", assets.changed_vendored_files),
    "budget": (f"styles and scripts are at most {assets.BUDGET_KB} kB", assets.over_budget),
    "locks": ("the lock files hold what the .in files ask for", _locks),
    "migrations": ("migrations equal models, up and down, on both databases", _migrations),
}
