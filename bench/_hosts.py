"""Machines in network namespaces of the bench's own making: each with an address, a cable, and processes of its own.

Everything lies in namespaces of this process, so nothing of the real machine's network is touched, and nothing is left
when it ends, however it ends. Files are shared by all of them, as a network folder would be. Linux, and root.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench._installation import ROOT
from devtools.places import program

NETWORK = "10.77.0.0/16"
CLIENTS = [f"10.77.200.{number}" for number in range(1, 41)]


def enter(module: str) -> None:
    """Go on in namespaces of our own: start this module anew in them, unless we are there. Ends the program else."""
    if "--inside" in sys.argv:
        return
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or not (program("ip") and program("unshare")):
        sys.exit("This needs Linux, root, and the programs ip (iproute2) and unshare (util-linux).")
    own = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    os.execv(
        str(program("unshare")),
        ["unshare", *own, sys.executable, "-m", module, *sys.argv[1:], "--inside"],
    )


def lay_cables() -> None:
    """Make the network: a switch, and on it the clients, who have many addresses. Call it once, inside."""
    _run("mount -t tmpfs none /run/netns") if Path("/run/netns").is_dir() else _run("mount -t tmpfs none /run")
    Path("/run/netns").mkdir(exist_ok=True)
    for command in (
        "ip link set lo up",
        "ip link add name switch type bridge",
        "ip addr add 10.77.0.1/16 dev switch",
        "ip link set switch up",
        *(f"ip addr add {address}/16 dev switch" for address in CLIENTS),
    ):
        _run(command)


@dataclass
class Host:
    """One machine. What is started on it lives in process groups of its own."""

    name: str
    address: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for command in (
            f"ip netns add {self.name}",
            f"ip link add cable-{self.name} type veth peer name eth0 netns {self.name}",
            f"ip link set cable-{self.name} master switch up",
            f"ip -n {self.name} addr add {self.address}/16 dev eth0",
            f"ip -n {self.name} link set eth0 up",
            f"ip -n {self.name} link set lo up",
        ):
            _run(command)

    @property
    def within(self) -> list[str]:
        """The words before a command that is to run here."""
        return ["ip", "netns", "exec", self.name]

    def start(self, command: Sequence[str], variables: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
        """Start a program here."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                [*self.within, *command],
                cwd=ROOT,
                env=dict(variables),
                stdin=subprocess.DEVNULL,
                stderr=output,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def kill(self) -> None:
        """End all its programs at once, as a power cut does."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()

    def unplug(self) -> None:
        """Pull the cable: nothing goes out, and nothing comes in."""
        _run(f"ip link set cable-{self.name} down")

    def plug_in(self) -> None:
        _run(f"ip link set cable-{self.name} up")

    def mute(self, towards: str) -> None:
        """Let what it sends to this address vanish; it hears everything."""
        _run(f"ip -n {self.name} route add blackhole {towards}/32")

    def unmute(self, towards: str) -> None:
        _run(f"ip -n {self.name} route del blackhole {towards}/32")


def _run(command: str) -> None:
    subprocess.run(command.split(), check=True)
