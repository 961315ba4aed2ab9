"""Static files, as they are on disk, under an address that changes when any of them does.

One hash for the whole tree: scripts and styles refer to one another by relative paths, so they share one prefix and
can be kept by browsers for good.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, current_app
from whitenoise import WhiteNoise

from app.config import ROOT

STATIC = ROOT / "static"


def asset(path: str) -> str:
    """Return the address of a file under static/."""
    return f"/static/{current_app.extensions['samen.assets']}/{path}"


def init_assets(app: Flask, *, may_change: bool) -> None:
    """Serve static/ in front of the application, so that no hook or database is involved.

    may_change: look at each file anew and let nobody keep it, for who edits files while the server runs.
    """
    prefix = app.extensions["samen.assets"] = tree_hash(STATIC)
    served = WhiteNoise(
        app.wsgi_app,
        max_age=0 if may_change else 300,
        immutable_file_test=lambda _path, url: not may_change and url.startswith(f"/static/{prefix}/"),
        add_headers_function=_add_headers,
        autorefresh=may_change,
    )
    if STATIC.is_dir():
        served.add_files(str(STATIC), prefix=f"static/{prefix}/")
        served.add_files(str(STATIC), prefix="static/")
    app.wsgi_app = served  # type: ignore[method-assign]


def tree_hash(folder: Path) -> str:
    """Return a short hash over all names and contents below `folder`."""
    hashed = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            hashed.update(str(path.relative_to(folder)).encode())
            hashed.update(hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()[:12]


def _add_headers(headers: dict[str, str], path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if path.endswith((".svg", ".html")):
        headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; img-src 'self'"
