"""What was backed up comes back: each row, each file, on either database; and nothing is written over."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa

from app.actor import VISITOR
from app.attachments import files
from app.attachments.models import Attachment
from app.backup import rows, services
from app.backup.packing import BackupUnusable, Manifest, packing, unpacking
from app.community.models.comments import Comment
from app.community.models.posts import Question
from app.db import db
from app.search.queries import Asked, search_for
from tests.accounts import make as accounts
from tests.attachments import make as attachments
from tests.community import make
from tests.notifications.make import answered
from tests.support.databases import RunDatabase, at_database

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("index")]


@pytest.fixture
def picture(database, cast) -> Attachment:
    """Make a community with a bit of everything: facts, all alphabets, rows that point forward, a picture."""
    asker = accounts.person("Zoë 🌊")
    body = "'; DROP TABLE people; --\n\tﷺ"
    question = make.question(asker, title="Waarom druppelt de kraan?", body=body, language="nl")
    answered(question, cast.agent)
    later = make.question(asker, title="Why does the tap drip?", tags=(make.tag("tap", texts={"nl": {"about": "é"}}),))
    question.merged_into_id, question.merged_at = later.id, later.created_at
    first = make.comment(later, asker)
    make.comment(later, cast.peer, parent_id=first.id)
    db.session.delete(make.comment(later, cast.peer, body="The highest id, which never comes back"))
    picture = attachments.attachment(asker)
    db.session.commit()
    return picture


@pytest.fixture
def made(tmp_path, picture) -> Path:
    path = tmp_path / "backup.zip"
    services.create(path)
    return path


@contextlib.contextmanager
def other_database(run: RunDatabase, *, url: str = "", is_empty: bool = True) -> Iterator[sa.Engine]:
    """Work on another database: at `url`, else a new one without a table, or with the tables and no row."""
    made = url or (run.new() if is_empty else run.fresh())
    try:
        with at_database(made) as engine:
            yield engine
    finally:
        if not url:
            run.drop(made)


OF_THE_INDEX = {"search_documents", "search_head", "search_words"}


def everything() -> dict[str, list[Any]]:
    """Return all rows of all tables but those of the search index, which is made anew and then renews the mark."""
    with db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(*columns).order_by(*table.primary_key))]
            for table in db.metadata.sorted_tables
            if table.name not in OF_THE_INDEX
            for columns in ([table.c.id] if table.name == "change_mark" else [*table.c],)
        }


@pytest.mark.parametrize("is_empty", [True, False], ids=["no table", "no row"])
def test_every_row_and_file_comes_back(made, picture, run_database, is_empty):
    before, name = everything(), picture.public_id
    content = files.path_of(name).read_bytes()
    files.remove(name)

    with other_database(run_database, is_empty=is_empty):
        restored = services.restore(made)
        after = everything()
        found = search_for(VISITOR, Asked("drip"), size=20)

    assert after == before
    assert sum(map(len, before.values())) == restored.rows > 50
    assert files.path_of(name).read_bytes() == content
    assert [each.row.title for each in found.found] == ["Why does the tap drip?"]


def test_it_goes_into_the_other_kind_of_database(made, run_database, files_index, tmp_path):
    """On PostgreSQL into SQLite, as verifying does it; the other way is the same code with the tables of the other."""
    before = everything()

    with other_database(run_database, url=f"sqlite:///{tmp_path / 'other.db'}"):
        services.restore(made)
        assert everything() == before


def test_ids_that_were_given_are_not_given_again(made, cast, run_database):
    def next_id() -> int:
        question = db.session.scalars(sa.select(Question).where(Question.merged_into_id.is_(None))).one()
        comment = make.comment(question, question.asker)
        db.session.commit()
        return comment.id

    expected = next_id()
    with other_database(run_database):
        services.restore(made)
        assert next_id() == expected
        assert expected > db.session.scalar(sa.select(sa.func.count(Comment.id)))


def test_nothing_is_written_over(made):
    before = everything()

    with pytest.raises(services.CannotBackUp):
        services.restore(made)

    assert everything() == before


def test_verifying_changes_nothing_and_finds_what_does_not_fit(made, picture, tmp_path):
    before, name = everything(), picture.public_id
    assert services.verify(made).files == [name]

    lame = tmp_path / "lame.zip"
    with unpacking(made) as packed, packing(lame, packed.manifest) as packer:
        for name, columns in list(packed.manifest.columns.items()):
            packer.add_table(name, columns, [] if name == "people" else list(packed.rows(name)))
        packed.manifest.files.clear()

    with pytest.raises(BackupUnusable, match="do not fit together"):
        services.verify(lame)
    assert everything() == before


def test_what_fails_half_way_leaves_nothing_and_can_be_tried_again(made, run_database, monkeypatch):
    before, load = everything(), rows._load

    def tired(connection, table, packed):
        if table.name == "comments":
            raise KeyboardInterrupt
        load(connection, table, packed)

    with other_database(run_database) as engine:
        monkeypatch.setattr(rows, "_load", tired)
        with pytest.raises(KeyboardInterrupt):
            services.restore(made)
        with engine.connect() as connection:
            assert not rows.has_rows(connection)
        monkeypatch.setattr(rows, "_load", load)
        services.restore(made)
        assert everything() == before


def test_what_is_written_meanwhile_is_not_half_in_it(tmp_path, picture, cast, monkeypatch):
    """The whole is one moment: an answer that is posted between two tables is in none of them."""
    before, last_ids = everything(), rows._last_ids

    def meanwhile(connection):
        found = last_ids(connection)
        question = db.session.scalars(sa.select(Question).where(Question.merged_into_id.is_(None))).one()
        answered(question, cast.peer)
        db.session.commit()
        return found

    monkeypatch.setattr(rows, "_last_ids", meanwhile)
    services.create(tmp_path / "backup.zip")

    assert everything() != before
    with unpacking(tmp_path / "backup.zip") as packed:
        assert packed.manifest.rows == {name: len(found) for name, found in before.items()}


def test_lost_file_is_told_of_and_the_rest_is_kept(tmp_path, picture):
    files.remove(picture.public_id)

    manifest = services.create(tmp_path / "backup.zip")

    assert (manifest.files, manifest.missing_files) == ([], [picture.public_id])
    services.verify(tmp_path / "backup.zip")


def test_backup_of_a_newer_version_is_refused(made, tmp_path, run_database):
    newer = tmp_path / "newer.zip"
    with unpacking(made) as packed, packing(newer, packed.manifest) as packer:
        packed.manifest.revision = "9999"
        for name, columns in list(packed.manifest.columns.items()):
            packer.add_table(name, columns, list(packed.rows(name)))
        packed.manifest.files.clear()

    with other_database(run_database), pytest.raises(BackupUnusable, match="newer"):
        services.restore(newer)


def test_backup_of_an_older_version_is_migrated(tmp_path, run_database, picture):
    older = "0024"
    with other_database(run_database, is_empty=False) as engine:
        accounts.person("Zoë")
        db.session.commit()
        flask_migrate.downgrade(directory=str(services.MIGRATIONS), revision=older)
        with pytest.raises(services.CannotBackUp):
            services.create(tmp_path / "refused.zip")
        pack_as_it_is(engine, tmp_path / "older.zip", older)

    with other_database(run_database) as engine:
        services.restore(tmp_path / "older.zip")
        with engine.connect() as connection:
            assert services._revision(connection) == services._newest()
            assert connection.scalar(sa.text("SELECT name FROM people")) == "Zoë"


def pack_as_it_is(engine: sa.Engine, path: Path, revision: str) -> None:
    """Make a backup of a database whatever its revision, as the Samen of that time would have made it."""
    metadata = sa.MetaData()
    with engine.connect() as connection, packing(path, Manifest("", revision, "")) as packer:
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            if table.name not in rows.NOT_OURS and not table.name.startswith("search_"):
                packer.add_table(table.name, table.columns.keys(), connection.execute(sa.select(table)))
