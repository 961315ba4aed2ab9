"""`./dev install`: make this checkout ready to serve; afterwards nothing in it is written, whoever runs it.

Packages from the lock, translations, and everything compiled: a service that may not write here would otherwise compile
each file at each start.
"""

from __future__ import annotations

from devtools import environment, translations
from devtools.places import VENV
from devtools.speaking import Trouble, good, step


def command(arguments: list[str]) -> int:
    """Install, and say so. Takes no arguments."""
    if arguments:
        raise Trouble(f"./dev install does not know {arguments[0]}.", "./dev install")
    environment.ensure()
    translations.ensure()
    step("Compiling")
    # A few packages carry files for other versions of Python, which do not compile; nobody imports them.
    environment.inside(["-m", "compileall", "-qq", "-j", "0", str(VENV / "lib")])
    if environment.inside(["-m", "compileall", "-q", "app", "migrations", "deploy", "wsgi.py"]) != 0:
        raise Trouble("The application could not be compiled; the reason is above.")
    good("Ready to serve: docs/deployment.md says how.")
    return 0
