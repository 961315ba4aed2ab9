"""`./dev demo`: the small community to click through. Its content is the application's; this only calls it."""

from __future__ import annotations

from devtools import environment, translations
from devtools.speaking import Trouble


def command(arguments: list[str]) -> int:
    """Print the log-ins, or begin the demo anew with --reset (further arguments go to `flask demo reset`)."""
    environment.ensure()
    translations.ensure()
    if "--reset" in arguments:
        rest = [argument for argument in arguments if argument != "--reset"]
        return environment.become(["-m", "flask", "--app", "wsgi", "demo", "reset", *rest])
    if arguments:
        raise Trouble(f"./dev demo does not know {arguments[0]}.", "./dev demo --reset")
    return environment.become(["-m", "flask", "--app", "wsgi", "demo", "accounts"])
