"""`./dev flask …` and `./dev shell`: the application's own commands, with everything they need in place."""

from __future__ import annotations

from devtools import environment, translations


def command(arguments: list[str]) -> int:
    """Hand over to the application's command line; does not return."""
    environment.ensure()
    translations.ensure()
    return environment.become(["-m", "flask", "--app", "wsgi", *arguments])
