"""The promises of ./dev run: one command from a checkout to a page, and nothing left behind when it stops."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest

from devtools.places import ROOT
from tests.support.waiting import is_running, until

READY = re.compile(r"Samen is running at (http://127\.0\.0\.1:(\d+))")


class Started:
    """One `./dev run`, started from another folder with little more than a PATH."""

    def __init__(self, folder: Path, port: int) -> None:
        self.output = folder / "output"
        settings = {"SAMEN_INSTANCE": str(folder / "instance"), "SAMEN_SEARCH_INDEX": str(folder / "search_index")}
        kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [ROOT / "dev", "run", "--port", str(port)],
                cwd=folder,
                env={**kept, **settings},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def ready(self) -> re.Match[str]:
        found = until(lambda: READY.search(self.said()) or self.process.poll() is not None, seconds=50)
        assert isinstance(found, re.Match), self.said()
        return found

    def family(self) -> list[int]:
        """Return the processes that run for it: its children and theirs."""
        return [pid for pid, parents in _parents().items() if self.process.pid in parents]


@pytest.fixture
def run(tmp_path):
    started = []

    def start(port: int) -> Started:
        started.append(Started(tmp_path, port))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.send_signal(signal.SIGTERM)
            one.process.wait(30)


def test_taken_port_gives_the_next_free_one_and_ctrl_c_stops_everything(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        started = run(port)
        url, found = started.ready().groups()
        with urllib.request.urlopen(f"{url}/healthz") as answer:
            status = answer.status
        family = started.family()
        # As a browser does: a connection, and nothing said on it.
        with socket.create_connection(("127.0.0.1", int(found))), socket.create_connection(("127.0.0.1", int(found))):
            started.process.send_signal(signal.SIGINT)
            code = started.process.wait(30)

    assert int(found) > port
    assert "Demo log-ins" in started.said().partition("Samen is running at")[2]
    assert started.said().count("Demo log-ins") == 1
    assert "did not stop by itself" not in started.said()
    assert status == 200
    assert len(family) >= 3  # gunicorn, its workers, our worker
    assert code == 0
    assert until(lambda: not any(map(is_running, family)), seconds=10)


def test_killed_without_a_word_it_leaves_no_process_behind(run):
    started = run(20_700)
    started.ready()
    family = started.family()

    started.process.kill()
    started.process.wait()

    assert family
    assert until(lambda: not any(map(is_running, family)), seconds=30)


def _parents() -> dict[int, set[int]]:
    """Return the ancestors of every process."""
    parent = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    ancestors = {}
    for pid in parent:
        chain, above = set(), parent[pid]
        while above in parent and above not in chain:
            chain.add(above)
            above = parent[above]
        ancestors[pid] = chain
    return ancestors
