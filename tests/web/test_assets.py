"""Static files: kept by browsers for good under an address that changes with any of them; nothing else is served."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web import assets
from app.web.assets import STATIC, tree_hash


def address(app: Flask, path: str) -> str:
    return f"/static/{app.extensions['samen.assets']}/{path}"


def test_file_is_kept_for_good_under_its_hash(app: Flask, client: FlaskClient) -> None:
    answer = client.get(address(app, "css/base.css"))

    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data == (STATIC / "css" / "base.css").read_bytes()


def test_file_without_its_hash_is_kept_for_minutes(client: FlaskClient) -> None:
    assert client.get("/static/css/base.css").headers["Cache-Control"] == "max-age=300, public"


def test_picture_that_could_hold_scripts_may_run_none(app: Flask, client: FlaskClient) -> None:
    policy = client.get(address(app, "img/favicon.svg")).headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app/config.py",
        "/static/%2e%2e/app/config.py",
        "/static/..%2fwsgi.py",
        "/static//etc/passwd",
        "/static/css/",
        "/static/000000000000/css/base.css",
    ],
)
def test_nothing_but_static_files_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {400, 404}


def test_hash_changes_with_any_content_and_any_name(tmp_path: Path) -> None:
    seen = [tree_hash(tmp_path)]
    (tmp_path / "a.css").write_text("a")
    seen.append(tree_hash(tmp_path))
    (tmp_path / "a.css").write_text("b")
    seen.append(tree_hash(tmp_path))
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    seen.append(tree_hash(tmp_path))

    assert len(set(seen)) == 4


def test_file_that_is_edited_while_the_server_runs_is_served_whole(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    sheet = tmp_path / "own.css"
    sheet.write_text("a {}")
    app = Flask(__name__, static_folder=None)
    assets.init_assets(app, may_change=True)
    first = app.test_client().get("/static/own.css", buffered=True).text

    sheet.write_text("a { color: green; background: white }")

    again = app.test_client().get(address(app, "own.css"), buffered=True)
    assert (first, again.text) == ("a {}", sheet.read_text())
    assert "immutable" not in again.headers["Cache-Control"]
