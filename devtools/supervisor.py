"""Keep a few processes running together: start, watch, restart with growing pauses, stop all of them without a trace.

Every child gets a process group of its own, so that Ctrl-C reaches it only through us and its own children go with it.
On Linux a child is also told when we die without a word (kill -9), so that nothing is left behind.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from devtools.speaking import step, warn

GRACE_S = 8.0
INSIST_AFTER_S = 1.0
LONGEST_PAUSE_S = 30.0
STEADY_AFTER_S = 30.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Service:
    """One process to keep running.

    insist: what its group is sent when a polite request to end was not enough after a second.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: str
    keep_open: Sequence[int] = ()
    insist: signal.Signals | None = None


@dataclass
class Child:
    """A service as it runs now."""

    service: Service
    process: subprocess.Popen[bytes]
    started_at: float
    failures: int = 0
    restart_at: float | None = None


@dataclass
class Supervisor:
    """Runs services until `stop()`; use as a context manager, so that an error stops them too."""

    services: Sequence[Service]
    output: int | None = None  # a file descriptor for what they print; None: where we print
    children: dict[str, Child] = field(default_factory=dict)

    def __enter__(self) -> Supervisor:
        for service in self.services:
            self.add(service)
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def add(self, service: Service) -> None:
        """Start one more service and keep it running."""
        self.children[service.name] = Child(service, start(service, self.output), time.monotonic())

    def dead(self) -> list[Child]:
        """Return the children that ended and are not waiting for their restart."""
        return [
            child for child in self.children.values() if child.restart_at is None and child.process.poll() is not None
        ]

    def tend(self) -> None:
        """Say what died, restart what is due. Call this a few times a second."""
        now = time.monotonic()
        for child in self.dead():
            sweep(child.process.pid)  # a dead master's own children must not answer beside the new one's
            child.failures = 1 if now - child.started_at > STEADY_AFTER_S else child.failures + 1
            pause = min(LONGEST_PAUSE_S, 2.0 ** (child.failures - 1))
            child.restart_at = now + pause
            warn(f"The {child.service.name} process {how_it_ended(child.process)}; starting it again in {pause:.0f} s.")
        for child in self.children.values():
            if child.restart_at is not None and child.restart_at <= now:
                child.process = start(child.service, self.output)
                child.started_at, child.restart_at = now, None

    def watch(self, is_over: Callable[[], bool], *, every_s: float = 0.2) -> None:
        """Tend the children until `is_over` says so."""
        while not is_over():
            self.tend()
            time.sleep(every_s)

    def stop(self) -> None:
        """Ask every child to end, then end by force what is still there."""
        running = [child for child in self.children.values() if child.process.poll() is None]
        for child in running:
            _signal_group(child.process.pid, signal.SIGTERM)
        _wait(running, INSIST_AFTER_S)
        for child in running:
            if child.service.insist is not None and child.process.poll() is None:
                _signal_group(child.process.pid, child.service.insist)
        _wait(running, GRACE_S)
        for child in self.children.values():
            if child.process.poll() is None:
                step(f"The {child.service.name} process did not stop by itself; ending it")
            sweep(child.process.pid)
            child.process.wait()


def start(service: Service, output: int | None = None) -> subprocess.Popen[bytes]:
    """Start one process in a group of its own that ends when we do."""
    return subprocess.Popen(
        service.command,
        env=dict(service.environment),
        cwd=service.folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=service.keep_open,
        start_new_session=True,
        preexec_fn=end_with_parent(),  # noqa: PLW1509  we run one thread, and only a system call happens there
    )


def end_with_parent() -> Callable[[], None] | None:
    """Return what a child must do before it starts to be sent SIGTERM when we vanish; None where it cannot be had."""
    if not sys.platform.startswith("linux"):
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def promise() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # we died between the fork and the promise
            os._exit(1)

    return promise


def sweep(group: int) -> None:
    """End by force what is left of a process group."""
    _signal_group(group, signal.SIGKILL)


def how_it_ended(process: subprocess.Popen[bytes]) -> str:
    """Say in words how a finished process ended."""
    code = process.returncode
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"


def _wait(children: Sequence[Child], seconds: float) -> None:
    """Wait until all of them ended, for so long at most."""
    deadline = time.monotonic() + seconds
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, deadline - time.monotonic()))


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
