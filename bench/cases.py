"""Cases under pressure: random histories through the services, and fifty people at one case at the same moment.

    ./dev bench cases

Each history is some forty steps of seven people, most of which are refused; after it each case is held against its
facts: one holder always, allowed moves only, one handover that waits at most, a whole timeline. Each rush is fifty
threads that claim one case, or accept one handover, of which one wins. On SQLite, and with TEST_DATABASE_URL on that
PostgreSQL server.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench._figures import conclude, state


def main() -> None:
    """Run the tests that hold both, at the size asked for."""
    parser = argparse.ArgumentParser(prog="./dev bench cases")
    parser.add_argument("--histories", type=int, default=150)
    parser.add_argument("--people", type=int, default=50)
    options = parser.parse_args()
    size = {"SAMEN_CASE_HISTORIES": str(options.histories), "SAMEN_CASE_RUSH": str(options.people)}
    root = Path(__file__).resolve().parent.parent
    tests = ["tests/cases/test_histories.py", "tests/cases/test_at_once.py"]
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pytest", "-q", "-s", "--durations=5", f"--basetemp={scratch}/run", *tests]
        held = subprocess.run(command, cwd=root, env={**os.environ, **size}, check=False).returncode == 0
    told = f"{options.histories} histories of some forty steps, and {options.people} at once at one case"
    state("cases", told, "all hold" if held else "not all hold", "all hold", held)
    conclude()


if __name__ == "__main__":
    main()
