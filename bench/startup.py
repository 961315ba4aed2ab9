"""How long a start takes on the Thunderbird community, and how much memory each process then has.

    ./dev bench startup [--rounds 7] [--pages 200]

A fresh gunicorn with the shipped settings and two processes: from its start to the first 200 of /healthz, of the list
of questions and of a search; the median of some rounds, and the seconds of processor that the first answer cost, which
a busy machine changes less. One start before them, which may compile, does not count. Memory
is read after each process has answered many different pages, and of the worker when it has nothing to do.
"""

import argparse
import itertools
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench._figures import conclude, control, state
from bench._front import ask, free_ports, gunicorn_command, serving
from bench._installation import ROOT, Installation, installations, with_community
from bench._processes import family, memory, processor

AT_MOST_S = 1.5
PROCESSES = 2
# Loads all of scipy before anything is answered, as an import of the fitting parts at the top of a file did.
CARELESS = "import runpy, scipy.optimize, scipy.sparse, scipy.stats; runpy.run_module('gunicorn', run_name='__main__')"


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench startup")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    for installation in installations():
        _measure(with_community(installation), options.rounds, options.pages)
    conclude()


def _measure(installation: Installation, rounds: int, pages: int) -> None:
    installation.flask("db", "upgrade")
    path = ["/healthz", "/questions", "/search?q=profile+folder"]
    _start(installation, path).end()
    servers = [_timed(installation, path) for _ in range(rounds)]
    times = [server.answered_after for server in servers]
    for number, name in enumerate(("first answer", "list of questions", "search")):
        took = statistics.median(each[number] for each in times)
        limit = ("≤ 1.5 s", took <= AT_MOST_S) if number < 2 else ("", None)
        state("startup", f"{installation.name}: {name}, median of {rounds}", f"{took:.2f} s", *limit)
    used = min(server.used_s for server in servers)
    state("startup", f"{installation.name}: processor until the first answer, least of {rounds}", f"{used:.2f} s")
    if installation.name == "sqlite":
        careless = min(_timed(installation, path[:1], careless=True).used_s for _ in range(3))
        control("startup", "all of scipy loaded first", f"{careless / used:.2f} x", fails=careless > 1.1 * used)
    _state_memory(installation, pages)


class _Server:
    """A gunicorn that runs, what it cost until its first answer, and when it gave each of them."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port, self.began = process, port, time.perf_counter()
        self.answered_after: list[float] = []
        self.used_s = 0.0

    def wait_for(self, path: str) -> None:
        while ask("127.0.0.1", self.port, path)[0] != 200:
            if self.process.poll() is not None:
                sys.exit("gunicorn ended")
            time.sleep(0.005)
        self.used_s = self.used_s or sum(processor(pid) for pid in family(self.process.pid))
        self.answered_after.append(time.perf_counter() - self.began)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def _timed(installation: Installation, paths: list[str], *, careless: bool = False) -> _Server:
    server = _start(installation, paths, careless=careless)
    server.end()
    return server


def _start(installation: Installation, paths: list[str], *, careless: bool = False) -> _Server:
    port = free_ports()
    command = gunicorn_command()
    if careless:
        command = [command[0], "-c", CARELESS, *command[3:]]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=serving(installation.variables, bind=f"127.0.0.1:{port}", processes=PROCESSES),
        stderr=subprocess.DEVNULL,
    )
    server = _Server(process, port)
    for path in paths:
        server.wait_for(path)
    return server


def _state_memory(installation: Installation, pages: int) -> None:
    server = _start(installation, ["/healthz"])
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
        cwd=ROOT,
        env=serving(installation.variables, bind="", processes=1),
        stderr=subprocess.DEVNULL,
    )
    fresh = [memory(pid) for pid in family(server.process.pid)[1:]]
    kinds = itertools.cycle(["/questions?page={}", "/search?q=message+{}", "/tags", "/people", "/", "/ask"])
    for number in range(pages):
        ask("127.0.0.1", server.port, next(kinds).format(number))
    time.sleep(5)
    for name, found in (
        ("web process just started", fresh),
        (f"web process after {pages} pages", [memory(pid) for pid in family(server.process.pid)[1:]]),
        ("web, the parent of all", [memory(server.process.pid)]),
        ("worker", [memory(worker.pid)]),
    ):
        rss, pss, private = max(found)
        figures = f"RSS {rss:.0f} MB, PSS {pss:.0f} MB, private {private:.0f} MB"
        state("startup", f"{installation.name}: memory of a {name}", figures)
    worker.terminate()
    worker.wait(30)
    server.end()


if __name__ == "__main__":
    assert Path("/proc/self/smaps_rollup").exists(), "memory is read from Linux's /proc"
    main()
