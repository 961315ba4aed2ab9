"""`./dev bench`: the measurements in bench/, each a program of its own that prints its figures."""

from __future__ import annotations

import ast

from devtools import environment, translations
from devtools.places import ROOT
from devtools.speaking import Trouble, headline


def command(arguments: list[str]) -> int:
    """List the measurements, or run those named; what follows a `--` goes to each of them."""
    names, _, rest = _split(arguments)
    known = {path.stem: path for path in sorted((ROOT / "bench").glob("*.py")) if not path.stem.startswith("_")}
    if not names:
        for name, path in known.items():
            purpose = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
            print(f"  ./dev bench {name:<12} {purpose}")
        return 0
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Trouble(f"There is no measurement called {unknown[0]}.", "./dev bench")
    environment.ensure(environment.DEVELOPMENT)
    translations.ensure()
    worst = 0
    for name in names:
        headline(name)
        worst = max(worst, environment.inside(["-m", f"bench.{name}", *rest]))
    return worst


def _split(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    """Return the names, the separator, and what is for the measurements: options too, without a `--` before them."""
    for position, argument in enumerate(arguments):
        if argument.startswith("-"):
            return arguments[:position], argument, arguments[position + (argument == "--") :]
    return arguments, "", []
