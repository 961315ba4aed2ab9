"""The commands of ./dev by name: what each is for, and which file does it."""

from __future__ import annotations

import importlib
import sys

from devtools.speaking import Trouble, tell

COMMANDS = {
    "run": ("running", "set up what is missing and start web and worker  [--port N] [--host ADDRESS]"),
    "test": ("testing", "the suite on SQLite, PostgreSQL and in Chromium  [--all] [--strict] [pytest arguments]"),
    "check": ("checking", "style, types, templates, translations, vendored files, budget, migrations, locks  [NAME…]"),
    "demo": ("demo", "show the demo log-ins; --reset begins the demo community anew"),
    "flask": ("flask", "a command of the application, e.g. ./dev flask import archive PATH"),
    "shell": ("flask", "a Python shell with the application loaded"),
    "bench": ("benchmarks", "measure and print one table; --list, --table, --write  [NAME…]"),
    "shots": ("shots", "one contact sheet of pages: phone, desk, light, dark, nl, en  PAGE… [--as LOGIN]"),
    "doctor": ("doctor", "say what is missing and the one command that mends it"),
    "install": ("installing", "make this checkout ready to serve in production: docs/deployment.md"),
    "lock": ("locking", "make requirements*.txt anew from requirements*.in"),
    "vendor": ("vendoring", "fetch the front-end files that static/vendor/vendor.lock names"),
}


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    if not arguments or arguments[0] in {"help", "--help", "-h"}:
        _list_commands()
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"There is no `./dev {name}`.\n", file=sys.stderr)
        _list_commands()
        return 2
    room = importlib.import_module(f"devtools.{COMMANDS[name][0]}")
    try:
        return int(room.command(["shell", *rest] if name == "shell" else rest))
    except Trouble as trouble:
        tell(trouble)
        return 1
    except KeyboardInterrupt:
        return 130


def _list_commands() -> None:
    print("./dev runs, tests and checks this checkout.\n")
    for name, (_room, purpose) in COMMANDS.items():
        print(f"  ./dev {name:<7} {purpose}")
