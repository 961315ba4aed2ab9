"""`./dev run`: from a fresh checkout to a page in the browser, and later just start.

Set-up that needs the application (migrations, demo, index) is one command of it, `flask prepare`, because starting
Python with the application costs more than the three together.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from types import FrameType

from devtools import environment, translations
from devtools.listening import address, listen
from devtools.places import PYTHON, ROOT
from devtools.speaking import Trouble, good, step
from devtools.supervisor import Service, Supervisor, how_it_ended

PORT = 5000
STARTS_WITHIN_S = 60.0
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
    with listen(options.host, options.port) as listener:
        url = address(listener)
        os.environ.setdefault("SAMEN_BASE_URL", url)  # links in letters lead to the port that was free
        log_ins = prepare(environment.variables())
        stopping = Stopping()
        with Supervisor(services(listener, environment.variables(), web_processes=WEB_PROCESSES)) as supervisor:
            wait_until_up(supervisor, url, is_over=stopping)
            if not stopping():
                _greet(url, log_ins, seconds=time.monotonic() - began, asked=options.port)
            supervisor.watch(stopping)
            print(flush=True)
            step("Stopping")
    good("Stopped.")
    return 0


def prepare(variables: dict[str, str]) -> str:
    """Migrate, load the demo into an empty database, make a missing index; return the demo's log-ins as text."""
    done = subprocess.run(
        [str(PYTHON), "-m", "flask", "--app", "wsgi", "prepare"],
        cwd=ROOT,
        env=variables,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout, end="")
        raise Trouble("The application could not be set up; the reason is above.", "./dev doctor")
    return done.stdout.strip()


def services(listener: socket.socket, variables: dict[str, str], *, web_processes: int) -> list[Service]:
    """Return the two services of an installation: web on this socket, and the worker."""
    web = [
        *("-m", "gunicorn", "wsgi:app", "--bind", f"fd://{listener.fileno()}", "--workers", str(web_processes)),
        *(
            "--worker-class",
            "sync",
            "--preload",
            "--graceful-timeout",
            "5",
            "--log-level",
            "warning",
            "--no-control-socket",
        ),
    ]
    worker = ["-m", "flask", "--app", "wsgi", "worker"]
    return [
        Service("web", [str(PYTHON), *web], variables, str(ROOT), keep_open=(listener.fileno(),)),
        Service("worker", [str(PYTHON), *worker], variables, str(ROOT)),
    ]


def wait_until_up(supervisor: Supervisor, url: str, *, is_over: Stopping | None = None) -> None:
    """Return when the first page can be had. Raises Trouble when a process ends instead, or nothing comes in time."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and not (is_over and is_over()):
        for child in supervisor.dead():
            raise Trouble(f"The {child.service.name} process {how_it_ended(child.process)}; the reason is above.")
        if answers(f"{url}/healthz"):
            return
        time.sleep(0.05)
    if not (is_over and is_over()):
        raise Trouble(f"Nothing answers at {url} after {STARTS_WITHIN_S:.0f} s.", "./dev doctor")


def answers(url: str) -> bool:
    """Say whether a server gives any answer at all here; an error page is one too."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy to ourselves
    try:
        opener.open(url, timeout=5.0).close()
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


def _greet(url: str, log_ins: str, *, seconds: float, asked: int) -> None:
    print(flush=True)
    good(f"Samen is running at {url}  (ready in {seconds:.1f} s; Ctrl-C stops it)")
    if asked and not url.endswith(f":{asked}"):
        step(f"Port {asked} is taken by another program")
    if log_ins:
        print(f"\n{log_ins}\n", flush=True)
