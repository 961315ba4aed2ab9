"""Make a backup, prove that it can be restored, and restore it: into an empty database of either kind.

A backup holds all rows as they were at one moment (facts and what is still to be delivered among them) and the files
they name. The search index is not in it: it is made anew. Neither is the secret key, which belongs in a safe.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app import clock
from app.attachments import files
from app.attachments.models import Attachment
from app.backup import rows
from app.backup.packing import BackupUnusable, Manifest, Packed, packing, unpacking
from app.changes import UNWATCHED
from app.db import db, know_what_is_in_tables, one_moment, prepare_engine, transaction
from app.search.services import rebuild

MIGRATIONS = Path(__file__).parents[2] / "migrations"


class CannotBackUp(Exception):
    """The installation is not in a state in which this can be done. The words are for operators."""


@dataclass(frozen=True)
class Restored:
    """What was put back."""

    rows: int
    files: int
    documents: int


def create(path: Path) -> Manifest:
    """Write everything to one file while the installation goes on working.

    Raises FileExistsError; CannotBackUp when the database is not of this version.
    """
    with one_moment() as connection:
        revision = _revision(connection)
        if revision != _newest():
            raise CannotBackUp("the database is not up to date: run `./dev flask db upgrade` first")
        manifest = Manifest(clock.now().isoformat(), str(revision), connection.dialect.name)
        with packing(path, manifest) as packer:
            rows.write_tables(connection, packer)
            for name in connection.scalars(sa.select(Attachment.public_id).order_by(Attachment.id)):
                try:
                    packer.add_file(name, files.path_of(name))
                except FileNotFoundError:  # deleted since that moment, or lost long ago
                    manifest.missing_files.append(name)
    return manifest


def verify(path: Path) -> Manifest:
    """Read all of a backup and restore it into a database that is thrown away. Raises BackupUnusable."""
    with unpacking(path) as packed, _scratch_database():
        _load(packed)
        for name in packed.manifest.files:
            packed.file(name)
    return packed.manifest


def restore(path: Path, *, say: Callable[[str], Any] = lambda _words: None) -> Restored:
    """Put a backup into this installation, whose database must be empty; migrate it; make the search index.

    Raises BackupUnusable or CannotBackUp; then the database is as empty as before, and it may be tried again.
    """
    with db.engine.connect() as connection:
        if rows.has_rows(connection):
            raise CannotBackUp("the database is not empty, and nothing is written over")
    with unpacking(path) as packed:
        say("files")
        for name in packed.manifest.files:
            files.keep(name, packed.file(name))
        say("rows")
        _load(packed)
    know_what_is_in_tables()
    say("search index")
    return Restored(sum(packed.manifest.rows.values()), len(packed.manifest.files), rebuild())


def _load(packed: Packed) -> None:
    """Make the tables as they were in the version that made it, fill them in one transaction, and migrate them."""
    wanted = packed.manifest.revision
    if wanted not in {each.revision for each in _script().walk_revisions()}:
        raise BackupUnusable("it was made by a newer Samen: restore it with that one")
    with db.engine.connect() as connection:
        found = _revision(connection)
    if found != wanted:
        if found is not None:
            flask_migrate.downgrade(directory=str(MIGRATIONS), revision="base")
        flask_migrate.upgrade(directory=str(MIGRATIONS), revision=wanted)
    try:
        with transaction() as session:
            # The mark comes along like any row; in an older version there is none yet.
            rows.load_tables(session.connection(execution_options=UNWATCHED), packed)
    except (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.ProgrammingError, sa.exc.InterfaceError) as error:
        raise BackupUnusable(f"its rows do not fit together: {error.orig}") from error
    flask_migrate.upgrade(directory=str(MIGRATIONS))


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def _newest() -> str | None:
    return _script().get_current_head()


@contextmanager
def _scratch_database() -> Iterator[None]:
    """Work on an empty SQLite database instead of the installation's own."""
    folder = tempfile.mkdtemp(prefix="samen-backup-")
    engine = sa.create_engine(f"sqlite:///{folder}/scratch.db")
    prepare_engine(engine)
    engines: dict[str | None, Any] = db.engines  # type: ignore[assignment]
    own = engines[None]
    db.session.remove()
    engines[None] = engine
    try:
        yield
    finally:
        db.session.remove()
        engines[None] = own
        engine.dispose()
        shutil.rmtree(folder, ignore_errors=True)
