"""Installations served as in production, and wrk to ask them for pages."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench._installation import ROOT, Installation
from devtools import running
from devtools.listening import address, listen
from devtools.supervisor import Supervisor

PROCESSES = 2
LATENCY = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s)$", re.MULTILINE)
TO_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Load:
    """What wrk saw: answers per second, milliseconds, and how many answers were none or an error."""

    per_second: float
    p50_ms: float
    p99_ms: float
    wrong: int
    processor_ms: float

    def beside(self, *others: "Load") -> float:
        """Return how many times as many answers per second these are as the others gave."""
        return self.per_second / (sum(other.per_second for other in others) / len(others))


@dataclass(frozen=True)
class Server:
    """A running installation: its address, and the process that its web processes come from."""

    url: str
    parent: int

    def megabytes(self) -> float:
        """Return what the largest web process takes of the memory, with its share of what they share (PSS)."""
        return max(
            int(line.split()[1]) / 1024
            for process in self._processes()
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            if line.startswith("Pss:")
        )

    def processor_seconds(self) -> float:
        """Return what the web processes used of the processor until now."""
        fields = [Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in self._processes()]
        return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")

    def _processes(self) -> list[str]:
        return Path(f"/proc/{self.parent}/task/{self.parent}/children").read_text().split()


@contextmanager
def served(installation: Installation, application: str = "wsgi:app") -> Iterator[Server]:
    """Serve it (or the yardstick on its database) with web processes as ./dev run starts them."""
    with listen("127.0.0.1", 0) as listener, open(os.devnull, "wb") as log:
        url = address(listener)
        variables = {**installation.variables, "SAMEN_BASE_URL": url, "SAMEN_PROXIES": "1"}
        web, _worker = running.services(listener, variables, web_processes=PROCESSES)
        web = replace(web, command=[application if word == "wsgi:app" else word for word in web.command])
        with Supervisor([web], output=log.fileno()) as supervisor:
            running.wait_until_up(supervisor, url)
            yield Server(url, supervisor.children["web"].process.pid)


def ask(server: Server, paths: Sequence[str], *, connections: int, seconds: float, cookies: Sequence[str]) -> Load:
    """Ask for these pages in turn over so many connections: with these cookies in turn, or from 65,536 networks."""
    wrk = shutil.which("wrk")
    if wrk is None:
        sys.exit("wrk is needed to ask for pages: apt-get install -y wrk")
    with tempfile.TemporaryDirectory(prefix="samen-wrk-") as folder:
        script = Path(folder) / "paths.lua"
        script.write_text(
            f"local paths, cookies, turn = {_listed(paths)}, {_listed(cookies)}, 0\n"
            "request = function()\n"
            "  turn = turn + 1\n"
            "  wrk.headers['Cookie'] = cookies[turn % #cookies + 1]\n"
            "  wrk.headers['X-Forwarded-For'] = string.format('10.%d.%d.1', turn / 256 % 256, turn % 256)\n"
            "  return wrk.format(nil, paths[turn % #paths + 1])\n"
            "end\n"
        )
        words = [wrk, "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--latency", "-s", str(script)]
        began = server.processor_seconds()
        said = subprocess.run([*words, server.url], capture_output=True, text=True, check=True, cwd=ROOT).stdout
        used = server.processor_seconds() - began
    found = {name: float(value) * TO_MS[unit] for name, value, unit in LATENCY.findall(said)}
    per_second = re.search(r"Requests/sec:\s+([\d.]+)", said)
    answers = re.search(r"(\d+) requests in", said)
    wrong = sum(map(int, re.findall(r"(?:Non-2xx or 3xx responses|timeout|connect|write):? (\d+)", said)))
    if per_second is None or answers is None or not int(answers[1]):
        sys.exit(f"wrk got no answers from {paths[0]}:\n{said}")
    milliseconds = used * 1000 / int(answers[1])
    return Load(float(per_second[1]), found.get("50", 0.0), found.get("99", 0.0), wrong, milliseconds)


def _listed(texts: Sequence[str]) -> str:
    """Write texts as a table of Lua."""
    return "{" + ",".join(f'"{text}"' for text in texts) + "}"
