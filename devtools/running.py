"""`./dev run`: from a fresh checkout to a page in the browser, and later just start.

Set-up that needs the application (migrations, demo, index) happens in the web process before it serves, because loading
the application costs more than the three together (inside/preparing.py).
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from devtools import environment, translations
from devtools.listening import address, listen
from devtools.places import PYTHON, ROOT
from devtools.speaking import Trouble, good, step
from devtools.supervisor import Service, Supervisor, how_it_ended

PORT = 5000
PATIENCE_S = 15.0
WEB_PROCESSES = 2


class Stopping:
    """Remembers that somebody asked us to stop."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True

    def __call__(self) -> bool:
        return self.asked


def command(arguments: list[str]) -> int:
    """Set up what is missing, then run web and worker until Ctrl-C."""
    options = _options(arguments)
    began = time.monotonic()
    environment.ensure()
    translations.ensure()
    with listen(options.host, options.port) as listener, tempfile.TemporaryDirectory(prefix="samen-") as folder:
        greeting = Path(folder) / "greeting"
        url = address(listener)
        os.environ.setdefault("SAMEN_BASE_URL", url)  # links in letters lead to the port that was free
        stopping = Stopping()
        web, worker = services(
            listener, environment.variables(SAMEN_GREETING=str(greeting)), web_processes=WEB_PROCESSES, prepares=True
        )
        with Supervisor([web]) as supervisor:
            wait_until_up(supervisor, url, is_over=stopping)
            if not stopping():
                supervisor.add(worker)  # now the database is there
                _greet(url, greeting, seconds=time.monotonic() - began, asked=options.port)
            supervisor.watch(stopping)
            print(flush=True)
            step("Stopping")
    good("Stopped.")
    return 0


def services(
    listener: socket.socket, variables: dict[str, str], *, web_processes: int, prepares: bool = False
) -> tuple[Service, Service]:
    """Return the two services of an installation: web on this socket, and the worker.

    With `prepares` the web process brings the database up to date first, and fills an empty one with the demo.
    """
    web = [
        *("-m", "gunicorn", "wsgi:app", "--bind", f"fd://{listener.fileno()}", "--workers", str(web_processes)),
        *(
            "--worker-class",
            "sync",
            "--preload",
            "--graceful-timeout",
            "5",
            "--limit-request-line",
            "8190",
            "--log-level",
            "warning",
            "--no-control-socket",
        ),
    ]
    if prepares:
        web += ["--config", "python:devtools.inside.preparing"]
    worker = ["-m", "flask", "--app", "wsgi", "worker"]
    return (
        # Browsers keep connections open and say nothing on them; SIGQUIT tells gunicorn not to wait for those.
        Service(
            "web",
            [str(PYTHON), *web],
            variables,
            str(ROOT),
            keep_open=(listener.fileno(),),
            insist=signal.SIGQUIT,
        ),
        Service("worker", [str(PYTHON), *worker], variables, str(ROOT)),
    )


def wait_until_up(supervisor: Supervisor, url: str, *, is_over: Callable[[], bool] = lambda: False) -> None:
    """Return when the first page can be had, or `is_over` says so. Raises Trouble when a process ends instead.

    There is no time limit: a large community may have a long migration, or an index to make.
    """
    say_next = time.monotonic() + PATIENCE_S
    while not is_over():
        for child in supervisor.dead():
            raise Trouble(f"The {child.service.name} process {how_it_ended(child.process)}; the reason is above.")
        if answers(f"{url}/healthz"):
            return
        if time.monotonic() > say_next:
            step("Still getting ready")
            say_next += PATIENCE_S
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Say whether a server gives any answer at all here within a second; an error page is one too."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy to ourselves
    try:
        opener.open(url, timeout=1.0).close()
    except urllib.error.HTTPError:
        return True
    except (OSError, urllib.error.URLError):
        return False
    return True


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev run", description="Set up what is missing and start Samen here.")
    parser.add_argument("--port", type=int, default=PORT, help="the port to try first (default: 5000)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    return parser.parse_args(arguments)


def _greet(url: str, greeting: Path, *, seconds: float, asked: int) -> None:
    print(flush=True)
    if asked and not url.endswith(f":{asked}"):
        step(f"Port {asked} is taken by another program")
    good(f"Samen is running at {url}  (ready in {seconds:.1f} s; Ctrl-C stops it)")
    if greeting.exists():
        print(greeting.read_text(), flush=True)
