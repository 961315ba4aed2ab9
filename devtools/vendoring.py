"""`./dev vendor`: fetch the front-end files that static/vendor/vendor.lock lists, from the packages as published.

Only maintainers need it, and npm: the files are in version control. To take in a package or a version, write its
entry with empty "integrity" and empty digests, run this, review the files, and commit both.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

from devtools.assets import Vendored, locked, sha256
from devtools.places import VENDOR_LOCK, VENDORED, program
from devtools.speaking import Trouble, good, step


def command(arguments: list[str]) -> int:
    """Fetch every package, or the named ones, verify, copy, and fill in what vendor.lock leaves empty."""
    npm = program("npm")
    if npm is None:
        raise Trouble("Fetching front-end files needs npm.", "sudo apt-get install npm")
    packages = [_fetched(package, npm) if _is_meant(package, arguments) else package for package in locked()]
    for gone in {path.parts[0] for path in _present()} - {
        Path(path).parts[0] for one in packages for path in one.files
    }:
        step(f"Removing static/vendor/{gone}, which vendor.lock does not name")
        shutil.rmtree(VENDORED / gone)
    VENDOR_LOCK.write_text(json.dumps([asdict(package) for package in packages], indent=2) + "\n")
    good(f"{len(packages)} packages are in place.")
    return 0


def _fetched(package: Vendored, npm: Path) -> Vendored:
    step(f"{package.name} {package.version}")
    with tempfile.TemporaryDirectory(prefix="samen-vendor-") as name:
        folder = Path(name)
        wanted = f"{package.name}@{package.version}"
        done = subprocess.run([npm, "pack", wanted], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Trouble(f"npm could not fetch {wanted}: {done.stderr.strip()[-500:]}")
        (archive,) = folder.glob("*.tgz")
        integrity = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if package.integrity and integrity != package.integrity:
            raise Trouble(f"{wanted} is not the archive that was reviewed: its integrity is {integrity}.")
        with tarfile.open(archive) as opened:
            opened.extractall(folder, filter="data")
        digests = {path: _placed(_origin(folder, path, digest), path) for path, digest in package.files.items()}
    return replace(package, integrity=integrity, files=digests)


def _origin(unpacked: Path, path: str, digest: str) -> Path:
    """Return the file of that name in the package: the reviewed one, or the only one where none was reviewed yet."""
    found = {file: sha256(file) for file in sorted(unpacked.rglob(Path(path).name)) if file.is_file()}
    fitting = [file for file in found if not digest or found[file] == digest]
    if len(set(map(found.get, fitting))) == 1:
        return fitting[0]
    listed = "\n".join(f"  {found[file]}  {file.relative_to(unpacked)}" for file in found)
    raise Trouble(f"Which file is {path}? Write its digest into vendor.lock; the package has:\n{listed or '  none'}")


def _placed(source: Path, path: str) -> str:
    target = VENDORED / path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return sha256(target)


def _is_meant(package: Vendored, arguments: list[str]) -> bool:
    return not arguments or package.name in arguments


def _present() -> list[Path]:
    return [path.relative_to(VENDORED) for path in VENDORED.glob("*/**/*") if path.is_file()]
