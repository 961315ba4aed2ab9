"""Migrations that are killed (-9) before a statement or a commit of theirs, on copies of a filled database.

Between two of these steps the database learns nothing, so there are no other moments to be killed at. What it leaves
must be one whole revision, the one that it says it is, with all rows; and the migration must then go through.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from app.config import ROOT
from app.db import db, prepare_engine
from tests.support.databases import RunDatabase

MIGRATIONS = str(ROOT / "migrations")
ROWS = ("people", "questions", "answers", "domain_events", "deliveries")
SCHEMAS = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2",
    "postgresql": """
        SELECT 'column', table_name || '.' || column_name, data_type || is_nullable || coalesce(column_default, '')
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'rule', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal
        ORDER BY 1, 2, 3""",
}


@dataclass
class Interrupted:
    """What the kills left: how many there were, and what was wrong after which of them."""

    kills: int = 0
    half_made: list[int] = field(default_factory=list)
    lost_rows: list[int] = field(default_factory=list)
    stuck: list[int] = field(default_factory=list)


def upgrade(to: str) -> Callable[[], None]:
    """Return the work of migrating up to a revision."""
    return lambda: flask_migrate.upgrade(directory=MIGRATIONS, revision=to)


def downgrade(to: str) -> Callable[[], None]:
    """Return the work of migrating down to a revision."""
    return lambda: flask_migrate.downgrade(directory=MIGRATIONS, revision=to)


def kill_at_steps(
    app: Flask,
    databases: RunDatabase,
    filled: str,
    work: Callable[[], None],
    whole: dict[str, object],
    *,
    kills: int,
    careless: bool = False,
) -> Interrupted:
    """Kill `work` at so many of its steps, spread evenly and the last among them, on a copy of `filled` each time.

    `whole` is what the database looks like at each revision. `careless` lets each statement stand by itself, as a
    driver does that commits by itself.
    """
    found, before = Interrupted(), rows(filled)
    steps = _steps(app, databases, filled, work)
    for step in sorted({max(1, round(steps * part / kills)) for part in range(1, kills + 1)}):
        url = databases.new(copy_of=filled)
        try:
            if not run(app, url, work, die_at=step, careless=careless):
                continue  # without transactions of its own there are fewer steps
            found.kills += 1
            version, looks = look(url)
            if whole.get(version) != looks:
                found.half_made.append(step)
            if not careless and rows(url) != before:
                found.lost_rows.append(step)
            if not careless and (run(app, url, work) or look(url)[0] not in whole):
                found.stuck.append(step)
        finally:
            databases.drop(url)
    return found


def _steps(app: Flask, databases: RunDatabase, filled: str, work: Callable[[], None]) -> int:
    """Return at how many steps the work can be killed."""
    url = databases.new(copy_of=filled)
    reader, writer = os.pipe()
    try:
        run(app, url, work, tell=writer)
        os.close(writer)
        return int(os.read(reader, 20))
    finally:
        os.close(reader)
        databases.drop(url)


def walk(
    app: Flask, databases: RunDatabase, start: str, step: Callable[[], None], end: str
) -> tuple[str, dict[str, object]]:
    """Migrate a copy of `start` one revision at a time; return its URL, and what it looked like at each revision."""
    url, seen = databases.new(copy_of=start), {}
    while True:
        version, looks = look(url)
        seen[version] = looks
        if version == end:
            return url, seen
        run(app, url, step)


def run(
    app: Flask, url: str, work: Callable[[], None], *, die_at: int = 0, careless: bool = False, tell: int = 0
) -> bool:
    """Do the work on this database in a process of its own; say whether it was killed. Raises where it failed.

    `tell`: the number of an open file to write the number of steps to.
    """
    child = os.fork()
    if child == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            with app.app_context():
                engine = sa.create_engine(url, **({"isolation_level": "AUTOCOMMIT"} if careless else {}))
                prepare_engine(engine) if not careless else None
                db.engines[None] = engine  # type: ignore[index]
                taken = _die_at(engine, die_at)
                work()
                db.session.remove()
                engine.dispose()  # SQLite then puts everything into the one file that is copied
                if tell:
                    os.write(tell, str(len(taken)).encode())
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status) and not careless:
        raise RuntimeError(f"a migration failed on {url}")
    return False


def look(url: str) -> tuple[str, object]:
    """Return the revision that a database says it has, and its schema.

    Lines of a table are sorted: Alembic, which makes a table anew on SQLite, gives its constraints in any order.
    """
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        version = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        schema = connection.execute(sa.text(SCHEMAS[engine.dialect.name])).all()
        return str(version), [(kind, name, _sorted_lines(text or "")) for kind, name, text in schema]


def _sorted_lines(text: str) -> list[str]:
    return sorted(line.strip(" \t,)") for line in text.splitlines())


def rows(url: str) -> dict[str, int]:
    """Return how many rows of the old kinds there are."""
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        return {name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0 for name in ROWS}


def _die_at(engine: sa.Engine, step: int) -> list[None]:
    """Let this process be killed at a step, 0 for none; return a list that grows by one with each."""
    taken: list[None] = []

    def one_more(*_details: object) -> None:
        taken.append(None)
        if len(taken) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "commit"):
        sa.event.listen(engine, moment, one_more)
    return taken
