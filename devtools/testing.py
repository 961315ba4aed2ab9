"""`./dev test`: the suite on SQLite with a real Chromium, then what uses the database again on PostgreSQL.

What this machine lacks is left out loudly; with CI=true or --strict nothing is left out (mending.py). The tests learn
what was found through the environment (tests/support/).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from devtools import environment, mending, postgres, translations
from devtools.places import shared_data
from devtools.speaking import Trouble, bad, good, headline, step, warn

NOTHING_SELECTED = 5  # pytest's exit code


@dataclass
class Round:
    """One run of pytest on one database."""

    database: str
    code: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)


def command(arguments: list[str]) -> int:
    """Run the rounds that were asked for; everything not ours goes to pytest."""
    options, for_pytest = _parser().parse_known_args(arguments)
    strict = options.strict or os.environ.get("CI", "").lower() in {"1", "true", "yes"}
    began = time.monotonic()
    environment.ensure(environment.DEVELOPMENT)
    translations.ensure()
    browser = mending.browser(strict=strict)
    common = {"CHROMIUM": str(browser) if browser else "", "SAMEN_TEST_STRICT": "1" if strict else ""}
    common["SAMEN_TEST_ALL"] = "1" if options.all else ""
    rounds: list[Round] = []
    with _postgresql(wanted=not options.sqlite_only, strict=strict) as url:
        if options.postgres_only and not url:
            raise Trouble("There is no PostgreSQL to test on.", mending.POSTGRESQL.mend)
        step(f"Chromium: {browser or 'none'}")
        step(f"Real data: {shared_data() if shared_data().is_dir() else 'none (tests that need it are skipped)'}")
        if not options.postgres_only:
            rounds.append(_run("SQLite", for_pytest, {**common, "TEST_DATABASE_URL": ""}))
        if url:
            rounds.append(_run("PostgreSQL", for_pytest, {**common, "TEST_DATABASE_URL": url}))
    return _conclude(rounds, seconds=time.monotonic() - began, complete=bool(url or options.sqlite_only))


@contextlib.contextmanager
def _postgresql(*, wanted: bool, strict: bool) -> Iterator[str]:
    """Yield the URL of a server in which tests may make databases; empty when there is none."""
    if not wanted:
        yield ""
    elif url := os.environ.get("TEST_DATABASE_URL"):
        step("PostgreSQL: the server of $TEST_DATABASE_URL")
        yield url
    elif server := mending.postgresql(strict=strict):
        step(f"PostgreSQL: {server.description}")
        with postgres.throwaway(server) as throwaway:
            yield throwaway
    else:
        yield ""


def _run(database: str, for_pytest: list[str], variables: dict[str, str]) -> Round:
    headline(f"Tests on {database}")
    finished = Round(database)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="samen-test-") as folder:
        counts = Path(folder) / "counts.json"
        finished.code = environment.inside(["-m", "pytest", *for_pytest], **variables, SAMEN_TEST_COUNTS=str(counts))
        if counts.exists():
            finished.counts.update(json.loads(counts.read_text()))
    finished.seconds = time.monotonic() - began
    return finished


def _conclude(rounds: list[Round], *, seconds: float, complete: bool) -> int:
    headline("Summary")
    for one in rounds:
        counts = ", ".join(f"{number} {outcome}" for outcome, number in one.counts.items() if number)
        say = good if one.code in {0, NOTHING_SELECTED} else bad
        say(f"{one.database}: {counts or 'nothing selected'} in {one.seconds:.0f} s")
    if not complete:
        warn("NOT TESTED on PostgreSQL.")
    step(f"{seconds:.0f} s in all")
    total = sum((one.counts for one in rounds), Counter[str]())
    print(f"Total: {total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped", flush=True)
    if all(one.code == NOTHING_SELECTED for one in rounds):
        bad("These arguments select no test.")
        return NOTHING_SELECTED
    return max(0 if one.code == NOTHING_SELECTED else one.code for one in rounds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./dev test",
        description="Run the tests. Every other argument goes to pytest, e.g.: ./dev test tests/web -k sign_in",
        allow_abbrev=False,
    )
    parser.add_argument("--all", action="store_true", help="also the tests that take minutes")
    parser.add_argument("--strict", action="store_true", help="fail when something is missing or skipped, as in CI")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    only.add_argument("--postgres-only", action="store_true", help="leave SQLite, and with it the browser, out")
    return parser
