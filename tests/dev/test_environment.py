"""The promises of devtools/environment.py: .venv is there, holds the lock, and is left alone while the lock stays."""

from __future__ import annotations

import json
import shutil

import pytest

from devtools import environment
from devtools.speaking import Trouble


def settle_in(folder, monkeypatch):
    monkeypatch.setattr(environment, "ROOT", folder)
    monkeypatch.setattr(environment, "VENV", folder / ".venv")
    monkeypatch.setattr(environment, "PYTHON", folder / ".venv/bin/python")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A checkout with an environment, made where one with a vanished Python stood. Its locks list nothing to fetch."""
    folder = tmp_path_factory.mktemp("checkout")
    for lock in (environment.RUNTIME, environment.DEVELOPMENT):
        (folder / lock).write_text("# nothing\n")
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").symlink_to("/there/is/no/python3")
    with pytest.MonkeyPatch.context() as patch:
        settle_in(folder, patch)
        environment.ensure()
    return folder


@pytest.fixture
def checkout(made, tmp_path, monkeypatch):
    """A copy of it for one test."""
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    settle_in(tmp_path, monkeypatch)
    return tmp_path


def test_environment_whose_python_was_gone_works_again(checkout):
    assert environment.inside(["-c", "import sys; assert sys.prefix != sys.base_prefix"]) == 0


def test_installed_lock_is_left_alone_until_it_changes(checkout, capfd):
    environment.ensure()
    unchanged = capfd.readouterr().out
    (checkout / environment.RUNTIME).write_text("# nothing else\n")
    environment.ensure()
    changed = capfd.readouterr().out

    assert unchanged == ""
    assert "Installing 0 packages from requirements.txt" in changed
    assert "Creating" not in changed


def test_development_lock_counts_for_the_runtime_lock_too(checkout, capfd):
    (checkout / environment.RUNTIME).write_text("# changed together\n")
    (checkout / environment.DEVELOPMENT).write_text("# changed together\n")
    environment.ensure(environment.DEVELOPMENT)
    capfd.readouterr()

    environment.ensure(environment.RUNTIME)

    assert capfd.readouterr().out == ""
    assert environment.DEVELOPMENT in json.loads((environment.VENV / "installed.json").read_text())


def test_failed_installation_is_a_trouble_and_tried_again(checkout, capfd):
    (checkout / environment.RUNTIME).write_text("this is not a requirement file\n")
    with pytest.raises(Trouble, match=r"could not install requirements\.txt"):
        environment.ensure()
    (checkout / environment.RUNTIME).write_text("# mended\n")

    environment.ensure()

    assert "Installing" in capfd.readouterr().out
