"""The virtual environment in .venv: made when missing or broken, filled from the hash locks when they changed.

Works with Debian's python3 plus either python3-venv or python3-pip. Nothing outside the checkout is touched, and pip
is left to the settings that the person or the machine gave it.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from devtools.places import PYTHON, ROOT, VENV
from devtools.speaking import Trouble, step

RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
POSTGRES = "requirements-postgres.txt"
PIP_THAT_REACHES_OUT = (22, 3)  # the first with `pip --python`


def ensure(lock: str = RUNTIME) -> None:
    """Make .venv hold what `lock` lists. Costs two file reads when it already does."""
    if is_installed(lock):
        return
    with _alone():  # two commands started together must not both install
        if not _works():
            _create()
        if not is_installed(lock):
            _install(lock)


def is_installed(lock: str) -> bool:
    """Say whether .venv holds what this lock lists, going by the stamp that the last installation left."""
    return PYTHON.exists() and _stamp().get(lock) == _fingerprint(lock)


def variables(**more: str) -> dict[str, str]:
    """Return the environment for programs that run inside .venv, with `more` on top."""
    found = {**os.environ, "VIRTUAL_ENV": str(VENV), "FLASK_SKIP_DOTENV": "1", "PYTHONUNBUFFERED": "1"}
    found.pop("PYTHONDONTWRITEBYTECODE", None)  # each process would read and compile everything anew
    found["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**found, **more}


def inside(arguments: Sequence[str], **more: str) -> int:
    """Run .venv's Python with these arguments from the checkout and return its exit code."""
    return subprocess.run([str(PYTHON), *arguments], cwd=ROOT, env=variables(**more), check=False).returncode


def become(arguments: Sequence[str]) -> int:
    """Turn this process into .venv's Python with these arguments; for commands a person talks to."""
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), *arguments], variables())  # noqa: S606


def _works() -> bool:
    if not PYTHON.exists():
        return False
    return subprocess.run([str(PYTHON), "-c", ""], capture_output=True, check=False).returncode == 0


def _create() -> None:
    step("Creating .venv")
    if VENV.exists() and not VENV.is_symlink():
        shutil.rmtree(VENV)
    # The pip outside can install into the environment; giving it a pip of its own costs longer than the rest.
    if _pip_version([_python()]) >= PIP_THAT_REACHES_OUT:
        failed = _quietly([_python(), "-m", "venv", "--clear", "--without-pip", str(VENV)])
    elif importlib.util.find_spec("ensurepip") is not None:
        failed = _quietly([_python(), "-m", "venv", "--clear", str(VENV)])
    else:
        failed = "This Python has neither a pip nor what venv makes one from."
    if failed is not None:
        raise Trouble(f"The virtual environment could not be made: {failed}", "sudo apt-get install -y python3-venv")


def _install(lock: str) -> None:
    count = len(re.findall(r"^[\w.\[\]-]+==", (ROOT / lock).read_text(), re.MULTILINE))
    step(f"Installing {count} packages from {lock} (only when it changed)")
    # Compiling 60 MB of packages that are mostly never imported would double the time of a first start.
    install = [
        "install",
        "-qq",
        "--no-compile",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
        "-r",
        lock,
    ]
    if subprocess.run([*_pip(), *install], cwd=ROOT, check=False).returncode != 0:
        raise Trouble(f"pip could not install {lock}; its own words are above.", "rm -rf .venv && ./dev run")
    stamp = {**_stamp(), lock: _fingerprint(lock)}
    if lock == DEVELOPMENT:
        stamp[RUNTIME] = _fingerprint(RUNTIME)  # made together by ./dev lock: the first holds all of the second
    _stamp_file().write_text(json.dumps(stamp, indent=1))


def _pip() -> list[str]:
    """Return the words that start a pip for .venv: its own, or else the one outside."""
    if _pip_version([str(PYTHON)]):
        return [str(PYTHON), "-m", "pip"]
    return [_python(), "-m", "pip", "--python", str(PYTHON)]


def _python() -> str:
    """Return the Python to make environments from: the system's, even when we run in an environment."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def _pip_version(python: list[str]) -> tuple[int, ...]:
    """Return (23, 0), or () when this Python has no pip."""
    done = subprocess.run([*python, "-m", "pip", "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"pip (\d+)\.(\d+)", done.stdout)
    return tuple(map(int, found.groups())) if found else ()


def _quietly(command: list[str]) -> str | None:
    """Run and return None, or what it said when it failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stdout + done.stderr).strip()


def _fingerprint(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _stamp_file() -> Path:
    return VENV / "installed.json"


def _stamp() -> dict[str, str]:
    try:
        return dict(json.loads(_stamp_file().read_text()))
    except (OSError, ValueError):
        return {}


@contextmanager
def _alone() -> Iterator[None]:
    beside = VENV.resolve().parent / ".venv.lock"
    with beside.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
