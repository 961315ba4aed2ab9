"""`./dev bench`: the measurements in bench/, each a program of its own that states its figures, and their one table.

The figures of each measurement's last run lie in instance/bench/figures/; `--table` prints them without measuring,
`--write` puts them into docs/figures.md, beside those that were measured elsewhere.
"""

from __future__ import annotations

import ast
import contextlib
import datetime
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from devtools import environment, mending, postgres, translations
from devtools.places import ROOT
from devtools.speaking import Trouble, bad, good, headline, step

PAGE = ROOT / "docs" / "figures.md"
BEGIN, END = "<!-- figures: written by ./dev bench --write -->", "<!-- end of figures -->"
SIGNS = {True: "✓", False: "✗", None: ""}


def command(arguments: list[str]) -> int:
    """Run the measurements named, or all; what follows their names goes to each of them."""
    names, _, rest = _split(arguments)
    if not names and rest in (["--list"], ["--table"], ["--write"]):
        return {"--list": _list, "--table": _show, "--write": _write}[rest[0]]()
    known = _known()
    if unknown := [name for name in names if name not in known]:
        raise Trouble(f"There is no measurement called {unknown[0]}.", "./dev bench --list")
    if rest and not names:
        raise Trouble(f"Which measurement is {rest[0]} for?", "./dev bench --list")
    environment.ensure(environment.DEVELOPMENT)
    translations.ensure()
    worst = 0
    with _postgresql():
        for name in names or known:
            headline(name)
            worst = max(worst, _run(name, rest))
    if not names:
        _show()
    return worst


def _run(name: str, rest: list[str]) -> int:
    """Run one; keep its figures unless it broke off."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    new, kept = folder / f"{name}.new", folder / f"{name}.json"
    new.unlink(missing_ok=True)
    began = time.time()
    os.environ["SAMEN_FIGURES"] = str(new)
    code = environment.inside(["-m", f"bench.{name}", *rest])
    figures = [json.loads(line) for line in new.read_text().splitlines()] if new.exists() else []
    new.unlink(missing_ok=True)
    if figures:
        day = datetime.datetime.fromtimestamp(began, datetime.UTC).date().isoformat()
        words = " ".join(["./dev bench", name, *rest])
        run = {"command": words, "date": day, "seconds": round(time.time() - began), "figures": figures}
        kept.write_text(json.dumps(run, ensure_ascii=False, indent=1))
    return code


@contextlib.contextmanager
def _postgresql() -> Iterator[None]:
    """Let the measurements find a PostgreSQL: the one of $SAMEN_BENCH_POSTGRES, else a throwaway one, else none."""
    server = None if os.environ.get("SAMEN_BENCH_POSTGRES") else mending.postgresql(strict=False)
    if server is None:
        yield
        return
    # As docs/deployment.md demands: ten for each of the 24 web processes of bench/faults_database.py, and some.
    with postgres.throwaway(server, postgres.CARELESS | {"max_connections": "300"}) as url:
        os.environ["SAMEN_BENCH_POSTGRES"] = url
        yield
        del os.environ["SAMEN_BENCH_POSTGRES"]


def _list() -> int:
    for name, path in _known().items():
        purpose = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        print(f"  ./dev bench {name:<18} {purpose}")
    return 0


def _show() -> int:
    rows = [
        [each["row"], each["what"], each["measured"], each["demand"], SIGNS[each["held"]]]
        for run in _kept()
        for each in run["figures"]
    ]
    widths = [max([len(row[column]) for row in rows] or [0]) for column in range(4)]
    headline("All figures")
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 1], strict=True)).rstrip())
    missed = [row for row in rows if row[4] == SIGNS[False]]
    for name in _known().keys() - {run["name"] for run in _kept()}:
        step(f"not measured yet: ./dev bench {name}")
    (bad if missed else good)(f"{len(rows)} figures, {len(missed)} of them fall short")
    return 1 if missed else 0


def _write() -> int:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    old, _, after = rest.partition(END)
    parts = _parts_of(old)
    runs = _kept()
    for run in runs:
        lines = [f"### `{run['command']}`", "", f"{run['date']}, {run['seconds']} s.", ""]
        lines += ["| row | what | measured | demanded | |", "|---|---|---|---|---|"]
        for each in run["figures"]:
            cells = [each["row"], each["what"], each["measured"], each["demand"], SIGNS[each["held"]]]
            lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
        parts[run["name"]] = "\n".join(lines)
    written = "\n\n".join(part for _name, part in sorted(parts.items()))
    PAGE.write_text(f"{before}{BEGIN}\n\n{written}\n\n{END}{after}")
    good(f"{PAGE.relative_to(ROOT)} holds the figures of {len(parts)} measurements, {len(runs)} of them written now")
    return 0


def _parts_of(written: str) -> dict[str, str]:
    """Return the parts of the page by the measurement: those not measured again here stay, each with its own date."""
    parts = [part.strip() for part in re.split(r"^(?=### )", written, flags=re.MULTILINE)]
    named = {match[1]: part for part in parts if (match := re.match(r"### `\./dev bench (\w+)", part))}
    return {name: part for name, part in named.items() if name in _known()}


def _kept() -> list[dict[str, Any]]:
    """Return the last run of each measurement that there still is."""
    files = [_folder() / f"{name}.json" for name in _known()]
    return [{"name": file.stem, **json.loads(file.read_text())} for file in files if file.exists()]


def _known() -> dict[str, Path]:
    return {path.stem: path for path in sorted((ROOT / "bench").glob("*.py")) if not path.stem.startswith("_")}


def _folder() -> Path:
    return ROOT / "instance" / "bench" / "figures"


def _split(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    """Return the names, the separator, and what is for the measurements: options too, without a `--` before them."""
    for position, argument in enumerate(arguments):
        if argument.startswith("-"):
            return arguments[:position], argument, arguments[position + (argument == "--") :]
    return arguments, "", []
