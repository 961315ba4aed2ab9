"""`./dev test`: the suite on SQLite with a real Chromium, and beside it what uses the database again on PostgreSQL.

SQLite has two rounds: the second is the stories (browser, servers, crashes) and what keeps them from ending early.

What this machine lacks is left out loudly; with CI=true or --strict nothing is left out (mending.py). The tests learn
what was found through the environment (tests/support/).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from devtools import environment, mending, postgres, translations
from devtools.places import PYTHON, ROOT, shared_data
from devtools.speaking import Trouble, bad, good, headline, step, warn

NOTHING_SELECTED = 5  # pytest's exit code


# Two cores: the rounds run beside each other and end at about the same time.
SECOND = tuple(f"tests/{name}" for name in ["browser", "dev", "flows", "architecture", "importers", "prose", "ranking"])
TALKATIVE = {"-s", "--capture=no", "--pdb", "--trace"}  # the person looks on, so the rounds take turns


@dataclass
class Round:
    """One run of pytest on one database, begun when this is made. `output` keeps what it says for later, if given."""

    name: str
    for_pytest: list[str]
    variables: dict[str, str]
    folder: Path
    output: Path | None = None
    code: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.began = time.time()
        self._counts = self.folder / f"{self.name}.json"
        with self.output.open("wb") if self.output else contextlib.nullcontext() as file:
            self._process = subprocess.Popen(
                [str(PYTHON), "-m", "pytest", *self.for_pytest],
                cwd=ROOT,
                env=environment.variables(**self.variables, SAMEN_TEST_COUNTS=str(self._counts)),
                stdout=file,
                stderr=subprocess.STDOUT if file else None,
            )

    def finish(self) -> None:
        """Wait for its end; show what it said, if that was kept."""
        self.code = self._process.wait()
        ended = time.time()
        if self._counts.exists():
            self.counts.update(json.loads(self._counts.read_text()))
            ended = self._counts.stat().st_mtime
        self.seconds = ended - self.began
        if self.output:
            headline(f"Tests on {self.name}")
            print(self.output.read_text(errors="replace"), flush=True)

    def abandon(self) -> None:
        """End it now."""
        self._process.kill()
        self._process.wait()


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
    with _postgresql(wanted=not options.sqlite_only, strict=strict) as url:
        if options.postgres_only and not url:
            raise Trouble("There is no PostgreSQL to test on.", mending.POSTGRESQL.mend)
        step(f"Chromium: {browser or 'none'}")
        step(f"Real data: {shared_data() if shared_data().is_dir() else 'none (tests that need it are skipped)'}")
        urls = {} if options.postgres_only else {"SQLite": ""}
        urls |= {"PostgreSQL": url} if url else {}
        rounds = _run({name: {**common, "TEST_DATABASE_URL": urls[name]} for name in urls}, for_pytest)
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


def _plan(databases: list[str], for_pytest: list[str]) -> list[tuple[str, str, list[str]]]:
    """Return the rounds as (name, database, arguments); two on SQLite, unless the person named what to run."""
    plan = [(database, database, for_pytest) for database in databases]
    if "SQLite" in databases and not any((ROOT / each.partition("::")[0]).exists() for each in for_pytest):
        plan[:1] = [
            ("SQLite", "SQLite", [*for_pytest, *(f"--ignore={folder}" for folder in SECOND)]),
            ("SQLite, second", "SQLite", [*for_pytest, *SECOND]),
        ]
    return plan


def _run(variables: dict[str, dict[str, str]], for_pytest: list[str]) -> list[Round]:
    """Run a round per database: the first before the person's eyes, the others beside it, for there are two cores."""
    plan = [(name, variables[database], own) for name, database, own in _plan(list(variables), for_pytest)]
    rounds: list[Round] = []
    with tempfile.TemporaryDirectory(prefix="samen-test-") as scratch:
        folder = Path(scratch)
        try:
            if not TALKATIVE.isdisjoint(for_pytest):
                for name, own, arguments in plan:
                    headline(f"Tests on {name}")
                    rounds.append(Round(name, arguments, own, folder))
                    rounds[-1].finish()
                return rounds
            beside = " and ".join(name for name, *_ in plan[1:])
            headline(
                f"Tests on {plan[0][0]}" + (f" (those on {beside} run beside it and are shown below)" * bool(beside))
            )
            for name, own, arguments in plan:
                rounds.append(Round(name, arguments, own, folder, folder / f"{name}.txt" if rounds else None))
            for one in rounds:
                one.finish()
        except BaseException:
            for one in rounds:
                one.abandon()
            raise
    return rounds


def _conclude(rounds: list[Round], *, seconds: float, complete: bool) -> int:
    headline("Summary")
    for one in rounds:
        counts = ", ".join(f"{number} {outcome}" for outcome, number in one.counts.items() if number)
        say = good if one.code in {0, NOTHING_SELECTED} else bad
        say(f"{one.name}: {counts or 'nothing selected'} in {one.seconds:.0f} s")
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
