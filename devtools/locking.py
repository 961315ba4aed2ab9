"""`./dev lock`: make each requirements*.txt anew from its .in, with hashes, for every platform where uv is there.

Without uv, pip-tools does it in an environment of its own; its lock is for this platform only, and that is said.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from devtools.places import ROOT, program
from devtools.speaking import Trouble, good, step, warn

ORDER = ("requirements.in", "requirements-dev.in", "requirements-postgres.in")  # a later one keeps to an earlier one
OLDEST_PYTHON = "3.11"


def command(arguments: list[str]) -> int:
    """Lock. Versions stay as they are unless `--upgrade` or `--upgrade-package NAME` is given."""
    uv = program("uv")
    if uv is not None:
        _lock([str(uv), "pip", "compile", "--universal", "--python-version", OLDEST_PYTHON], "--no-header", arguments)
    else:
        warn("There is no uv here; pip-tools locks for this platform and this Python only.")
        with tempfile.TemporaryDirectory(prefix="samen-lock-") as folder:
            python = str(Path(folder, "bin", "python"))
            _do([sys.executable, "-m", "venv", folder])
            _do([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-tools"])
            _lock([python, "-m", "piptools", "compile", "--allow-unsafe"], "--no-emit-trusted-host", arguments)
    good("Locked. See what changed with: git diff --stat -- 'requirements*.txt'")
    return 0


def _lock(compiler: list[str], flag: str, arguments: list[str]) -> None:
    # Where packages come from is the machine's own business and never gets into a lock.
    quiet = ["--quiet", "--generate-hashes", "--no-emit-index-url", flag]
    for name in ORDER:
        step(name)
        _do([*compiler, *quiet, *arguments, name, "--output-file", Path(name).with_suffix(".txt").name])


def _do(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode != 0:
        raise Trouble(f"{Path(command[0]).name} failed; its own words are above.")
