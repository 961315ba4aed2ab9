"""Whether nginx, systemd and a bare Debian take the files in deploy/; in the Debian the container's lines run.

    ./dev bench deployment [--no-container]

systemd reads the units and says how exposed they are; nginx checks its configuration. The Containerfile is carried out
line by line in a Debian made by debootstrap (150 MB over the network), as its engine would: every RUN as written, at
last its CMD, which must serve, as its user, while the worker of compose.yaml runs. That part needs Linux and root.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bench._figures import conclude, control, state
from bench._front import ask, nginx_command, prepare, serving
from bench._installation import ROOT, installations
from bench._programs import until
from devtools import mending
from devtools.places import program

DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
MOST_EXPOSED = {"samen-web": 2.0, "samen-worker": 2.0, "samen-backup": 4.0}
BASE = "bookworm"
PORT = 8000
CERTIFICATES = "/certificates-of-this-machine.crt"


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench deployment")
    parser.add_argument("--no-container", action="store_true", help="leave out what takes minutes and needs root")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="samen-deployment-") as folder:
        _units(Path(folder))
        _nginx(Path(folder))
    if not options.no_container:
        _container()
    conclude()


def _units(folder: Path) -> None:
    analyze = program("systemd-analyze")
    if analyze is None:
        state("deployment", "systemd units", "not looked at: there is no systemd-analyze here")
        return
    for path in UNITS.glob("samen-*"):
        text = path.read_text().replace("/opt/samen/current", str(ROOT))
        (folder / path.name).write_text(text.replace("/etc/samen/samen.env", str(DEPLOY / "samen.env")))
    names = sorted(str(path) for path in folder.glob("samen-*"))
    said = _said([str(analyze), "verify", "--man=no", *names])
    state("deployment", f"{len(names)} systemd units", said or "no complaint", "no complaint", not said)
    for unit, most in MOST_EXPOSED.items():
        report = _said([str(analyze), "security", "--no-pager", "--offline=true", str(folder / f"{unit}.service")])
        level = float(re.findall(r"exposure level for .*: ([\d.]+)", report)[0])
        state("deployment", f"{unit}: exposed, from 0 to 10", f"{level}", f"≤ {most}", level <= most)
    broken = folder / "samen-worker.service"
    broken.write_text(broken.read_text().replace(f"{ROOT}/.venv/bin/flask", "/nowhere/flask"))
    said = _said([str(analyze), "verify", "--man=no", str(broken)])
    control("deployment", "a unit whose program is not there", said[-60:] or "no complaint", fails=bool(said))


def _nginx(folder: Path) -> None:
    prepare(folder / "nginx", listen="127.0.0.1:8443", upstreams=["127.0.0.1:8000", "127.0.0.1:8001"])
    command = [*nginx_command(folder / "nginx"), "-t", "-q"]
    said = _said(command)
    state("deployment", "nginx's configuration", said or "no complaint", "no complaint", not said)
    text = (folder / "nginx" / "samen.conf").read_text()
    (folder / "nginx" / "samen.conf").write_text(text.replace("limit_conn samen_requests", "limit_conn samen_reqests"))
    said = _said(command)
    control(
        "deployment", "nginx's configuration with a slip", said.split("\n")[0][-60:] or "no complaint", fails=bool(said)
    )


@dataclass
class Image:
    """A container's file system as far as it was made, and what its file said about running it."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "root"
    command: list[str] = field(default_factory=list)

    def run(self, words: list[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a program in it and wait for it. Ends the bench where it fails."""
        done = subprocess.run(self.within(words), env=self.variables(), text=True, capture_output=True, check=False)
        if check and done.returncode:
            sys.exit(f"{shlex.join(words)} failed in the container: {(done.stdout + done.stderr)[-2000:]}")
        return done

    def within(self, words: list[str]) -> list[str]:
        """Return the words that run a program in it, as its user, in its folder."""
        inner = f"cd {shlex.quote(self.folder)} && exec {shlex.join(words)}"
        return [str(program("chroot")), f"--userspec={self.user}", str(self.root), "/bin/sh", "-c", inner]

    def variables(self) -> dict[str, str]:
        """Return its environment, with how this machine reaches packages, as an engine would hand that over."""
        own = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        handed = re.compile(r"PIP_|https?_proxy|no_proxy", re.IGNORECASE)
        passed = {name: value for name, value in os.environ.items() if handed.match(name)}
        if "PIP_CERT" in passed:
            passed["PIP_CERT"] = CERTIFICATES  # installing ca-certificates makes the usual file anew
        return {**passed, **own, **self.environment}


def _container() -> None:
    debootstrap = mending.debootstrap()
    if os.geteuid() != 0 or debootstrap is None:
        state("deployment", "the container's lines", "not run: that needs root and debootstrap")
        return
    with _debian(debootstrap) as root:
        image = Image(root)
        began = time.monotonic()
        lines = _carry_out(image)
        size = int(_said(["du", "-sm", "--exclude=proc", str(root)]).split()[0])
        figures = f"{lines} lines, {size} MB, {time.monotonic() - began:.0f} s"
        state("deployment", "the container's file, carried out line by line", figures)
        _serve(image)


def _carry_out(image: Image) -> int:
    text = re.sub(r"\\\n\s*", "", (DEPLOY / "containers" / "Containerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "RUN":
            image.run(["/bin/sh", "-c", rest])
        elif word == "COPY":
            _copy(image)
        elif word == "ENV":
            for part in shlex.split(rest):
                name, _, value = part.partition("=")
                image.environment[name] = value
        elif word == "WORKDIR":
            image.folder = rest
            (image.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif word == "USER":
            image.user = rest
        elif word == "CMD":
            image.command = json.loads(rest)
        elif word not in {"FROM", "VOLUME", "EXPOSE", "HEALTHCHECK"}:
            sys.exit(f"The bench does not know {word}.")
    return len(lines)


def _copy(image: Image) -> None:
    """Put in what git knows of this checkout: .containerignore leaves out the rest, and the tests."""
    known = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in known.split("\0"):
        if name and not name.startswith(("tests/", "bench/")) and (ROOT / name).exists():
            target = image.root / image.folder.lstrip("/") / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)


def _serve(image: Image) -> None:
    settings = serving({}, bind=f"127.0.0.1:{PORT}", processes=2)
    worker = yaml.safe_load((DEPLOY / "containers" / "compose.yaml").read_text())["services"]["worker"]["command"]
    migration = yaml.safe_load((DEPLOY / "containers" / "compose.yaml").read_text())["services"]["migration"]["command"]
    image.environment |= {name: value for name, value in settings.items() if name.startswith(("SAMEN_", "WEB_"))}
    before = _files(image)
    image.run(migration)
    with (installations("deployment")[0].folder / "log").open("wb") as log:
        processes = [
            subprocess.Popen(image.within(words), env=image.variables(), stderr=log, start_new_session=True)
            for words in (image.command, worker)
        ]
    try:
        took = until(lambda: ask("127.0.0.1", PORT, "/questions")[0] == 200, seconds=120)
        healthy = image.run(["python", "deploy/containers/healthy.py"], check=False).returncode == 0
        served = f"a page after {took:.1f} s, {'healthy' if healthy else 'not healthy'}"
        state("deployment", "its command, as its user", served, "a page, healthy", took < 120 and healthy)
        seen = until(lambda: "samen_worker_silence_seconds" in _figures(image), seconds=120)
        state("deployment", "the worker of compose.yaml beside it", f"seen after {seen:.1f} s", "seen", seen < 120)
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
    healthy = image.run(["python", "deploy/containers/healthy.py"], check=False).returncode == 0
    control(
        "deployment", "the health check when nothing serves", "healthy" if healthy else "not healthy", fails=not healthy
    )
    written = sorted(_files(image) - before)
    state(
        "deployment", "files it wrote beside /var/lib/samen and /tmp", f"{len(written)} {written[:3]}", "0", not written
    )


def _figures(image: Image) -> str:
    script = (
        "import urllib.request as r; print(r.urlopen(r.Request('http://127.0.0.1:8000/metrics', "
        "headers={'Authorization': 'Bearer for-the-bench'})).read().decode())"
    )
    return image.run(["python", "-c", script], check=False).stdout


def _files(image: Image) -> set[str]:
    where = ["find", str(image.root), "-xdev", "-type", "f"]
    own = ["-not", "-path", f"{image.root}/var/lib/samen/*", "-not", "-path", f"{image.root}/tmp/*"]
    return set(_said([*where, *own]).splitlines())


@contextmanager
def _debian(debootstrap: list[str]) -> Iterator[Path]:
    """Make a bare Debian, kept for the next time; yield a copy that is thrown away."""
    kept = installations("deployment")[0].folder / f"{BASE}.tar"
    root = Path(tempfile.mkdtemp(prefix="samen-debian-"))
    try:
        if kept.exists():
            subprocess.run(["tar", "-xf", kept, "-C", root], check=True)
        else:
            make = [*debootstrap, "--variant=minbase", BASE, str(root)]
            subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
            subprocess.run(["tar", "-cf", kept, "-C", root, "."], check=True)
        for name in ("/etc/resolv.conf", "/etc/pip.conf"):
            if Path(name).exists():
                shutil.copy(name, root / name.lstrip("/"))
        if certificates := os.environ.get("PIP_CERT"):
            shutil.copy(certificates, root / CERTIFICATES.lstrip("/"))
        root.chmod(0o755)  # else only its owner may be in it
        subprocess.run(["mount", "-t", "proc", "none", root / "proc"], check=True)
        (root / "dev" / "shm").chmod(0o1777)
        yield root
    finally:
        subprocess.run(["umount", "--lazy", root / "proc"], check=False, capture_output=True)
        shutil.rmtree(root, ignore_errors=True)


def _said(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


if __name__ == "__main__":
    main()
