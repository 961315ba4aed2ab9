"""Run attacks that tests hold, at their full size, on SQLite and where it says so on PostgreSQL too.

The tests in tests/attacks/ state figures through bench._figures; a sample of each runs in every ./dev test.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.attacks.sizes import FULL

ROOT = Path(__file__).resolve().parent.parent


def attack(*tests: str, on_postgresql: bool = False) -> None:
    """Run these tests whole and end the program with what they say; options of the command line go to pytest."""
    codes = [_run(tests, "")]
    if on_postgresql and (server := os.environ.get("SAMEN_BENCH_POSTGRES")):
        codes.append(_run(tests, server))
    sys.exit(max(codes))


def _run(tests: tuple[str, ...], server: str) -> int:
    where = {"TEST_DATABASE_URL": server} if server else {}
    # The browser's processes can be many, and what they leave behind goes with the folder.
    with tempfile.TemporaryDirectory(prefix="samen-attack-") as scratch:
        command = [sys.executable, "-m", "pytest", "-q", "-s", "--timeout=7200", f"--basetemp={scratch}/run"]
        variables = {**os.environ, FULL: "1", "SAMEN_TEST_ALL": "1", **where}
        done = subprocess.run([*command, *sys.argv[1:], *tests], cwd=ROOT, env=variables, check=False)
    return done.returncode
