"""`./dev doctor`: look at this machine and checkout, change nothing, name the one command for each thing missing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys

from devtools import chromium, environment, mending, postgres
from devtools.places import ROOT, TRANSLATIONS, instance, program, search_index, shared_data
from devtools.speaking import Trouble, bad, good, headline, step, tell, warn
from devtools.translations import is_stale, languages

ENOUGH_MB = 1500


def command(_arguments: list[str]) -> int:
    """Return 1 when `./dev run` cannot work here; a thing that only tests need is a warning."""
    headline("To run Samen")
    runs = all([_python(), _space(), _writable(), _environment()])
    headline("To test it")
    _tests()
    headline("This installation")
    _installation()
    return 0 if runs else 1


def _python() -> bool:
    words = f"Python {sys.version.split()[0]} in {sys.executable}"
    if importlib.util.find_spec("ensurepip") or importlib.util.find_spec("pip"):
        good(words)
        return True
    tell(Trouble(f"{words} has neither venv's pip nor a pip of its own", "sudo apt-get install -y python3-venv"))
    return False


def _space() -> bool:
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free >= ENOUGH_MB or environment.VENV.exists():
        good(f"{free:,} MB free")
        return True
    bad(f"{free:,} MB free; the packages and their download need about {ENOUGH_MB:,}")
    return False


def _writable() -> bool:
    if os.access(ROOT, os.W_OK):
        good(f"{ROOT} is ours to write in")
        return True
    bad(f"{ROOT} cannot be written by this user")
    return False


def _environment() -> bool:
    for lock in (environment.RUNTIME, environment.DEVELOPMENT):
        if environment.is_installed(lock):
            good(f".venv holds {lock}")
        else:
            step(
                f".venv does not hold {lock} yet; ./dev {'run' if lock == environment.RUNTIME else 'test'} installs it"
            )
    return True


def _tests() -> None:
    server = postgres.find()
    if server:
        good(f"PostgreSQL: {server.description}")
    else:
        _lacking(mending.POSTGRESQL, "./dev test takes one from pip")
    browser = chromium.find()
    if browser:
        good(f"Chromium: {browser}")
    else:
        _lacking(mending.CHROMIUM, "browser tests are skipped")
    if shared_data().is_dir():
        good(f"Real data: {shared_data()}")
    else:
        step(f"No real data in {shared_data()}; tests that need it are skipped (SAMEN_SHARED)")


def _lacking(need: mending.Need, meanwhile: str) -> None:
    warn(f"No {need.what.removeprefix('a ')}: {meanwhile}")
    print(f"  Mend it with:  {need.mend}")


def _installation() -> None:
    step(f"Files: {instance()}")
    step(f"Database: {_without_password(os.environ.get('SAMEN_DATABASE_URL', '')) or instance() / 'samen.db'}")
    has_index = any(path.name != "README.md" for path in search_index().glob("*"))
    step(f"Search index: {search_index()}{'' if has_index else ' (none yet)'}")
    stale = [folder.name for folder in languages() if is_stale(folder)]
    step(f"Translations: {', '.join(folder.name for folder in languages()) or f'none in {TRANSLATIONS}'}")
    if stale:
        step(f"To be compiled at the next start: {', '.join(stale)}")
    if git := program("git"):
        told = subprocess.run(
            [git, "log", "-1", "--format=%h %s"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        step(f"Version: {told.stdout.strip() or 'not a git checkout'}")


def _without_password(url: str) -> str:
    before, at, after = url.rpartition("@")
    return f"{before.rpartition(':')[0]}:…{at}{after}" if at else url
