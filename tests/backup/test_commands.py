"""`flask backup …` as an operator types it."""

from __future__ import annotations

import pytest

from app.backup.commands import backup_commands
from tests.community import make

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("database", "index")]


@pytest.fixture
def run(app):
    return lambda *arguments: app.test_cli_runner().invoke(backup_commands, [str(each) for each in arguments])


def test_it_is_made_verified_and_not_restored_over_anything(run, cast, tmp_path, database):
    make.question(cast.customer)
    database.commit()
    path = tmp_path / "backup.zip"

    made = run("create", path)
    assert made.exit_code == 0, made.output
    assert str(path) in made.output
    assert "secret_key" in made.output
    assert "is whole" in run("verify", path).output
    again, restored = run("create", path), run("restore", path)

    assert again.exit_code == 1
    assert "there already" in again.output
    assert restored.exit_code == 1
    assert "Nothing was restored: the database is not empty" in restored.output


def test_its_own_name_is_the_moment(run, app):
    made = run("create")

    assert made.exit_code == 0, made.output
    (path,) = (app.extensions["samen.config"].instance / "backups").iterdir()
    assert path.name == "samen-2026-03-02T093000Z.zip"
    path.unlink()


@pytest.mark.parametrize("command", ["verify", "restore"])
def test_what_is_no_backup_is_said_to_be_none(run, tmp_path, command):
    path = tmp_path / "letter.zip"
    path.write_text("Dear operator,")

    said = run(command, path)

    assert said.exit_code == 1
    assert "cannot be restored: it cannot be opened" in said.output
    assert "Traceback" not in said.output
