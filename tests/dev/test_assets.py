"""The promises of devtools/assets.py: vendored files are the reviewed ones, and a page stays light."""

from __future__ import annotations

import json
import random

import pytest

from devtools import assets


@pytest.fixture
def static(tmp_path, monkeypatch):
    """A static/ with one vendored script that is what vendor.lock says."""
    vendored = tmp_path / "static/vendor"
    script = vendored / "thing-1.0/thing.js"
    script.parent.mkdir(parents=True)
    script.write_text("export const one = 1\n")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "VENDORED", vendored)
    monkeypatch.setattr(assets, "VENDOR_LOCK", vendored / "vendor.lock")
    entry = {
        "name": "thing",
        "version": "1.0",
        "licence": "MIT",
        "integrity": "sha512-x",
        "files": {"thing-1.0/thing.js": assets.sha256(script)},
    }
    (vendored / "vendor.lock").write_text(json.dumps([entry]))
    return tmp_path / "static"


def test_reviewed_files_have_no_complaints(static):
    assert assets.changed_vendored_files() == []


def test_changed_file_is_a_complaint(static):
    (static / "vendor/thing-1.0/thing.js").write_text("export const one = 2\n")

    assert "not the file that was reviewed" in assets.changed_vendored_files()[0]


def test_missing_file_is_a_complaint(static):
    (static / "vendor/thing-1.0/thing.js").unlink()

    assert "is missing" in assets.changed_vendored_files()[0]


def test_file_that_nobody_listed_is_a_complaint(static):
    (static / "vendor/stray.js").write_text("")

    assert assets.changed_vendored_files() == ["static/vendor/stray.js is not in vendor.lock"]


def test_budget_counts_own_and_vendored_files_after_compression(static):
    (static / "css").mkdir()
    (static / "css/repetitive.css").write_text("a { color: red }\n" * 20_000)
    light = assets.over_budget()
    (static / "css/dense.css").write_bytes(random.Random(1).randbytes(81 * 1024))
    heavy = assets.over_budget()

    assert light == []
    assert "the budget is 80 kB" in heavy[0]
    assert "static/css/dense.css" in heavy[1]
