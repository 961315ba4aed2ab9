"""An installation that holds the Thunderbird community, made once per database and kept under instance/bench/.

The archive is read from $SAMEN_SHARED (default ../shared). PostgreSQL is measured too where SAMEN_BENCH_POSTGRES is the
URL of a database: `./dev bench` sets it to a throwaway one (which does not sync to disk) unless it is set.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parent.parent
ARCHIVE = Path(os.environ.get("SAMEN_SHARED", ROOT.parent / "shared")) / "data" / "thunderbird-support"


@dataclass(frozen=True)
class Installation:
    """Where it lies; `variables` are the environment in which the application finds it."""

    name: str
    folder: Path
    variables: dict[str, str]

    def flask(self, *arguments: str) -> float:
        """Run a command of the application; return the seconds it took. Ends the program when it fails."""
        started = time.perf_counter()
        if not self.does(*arguments):
            sys.exit(f"flask {' '.join(arguments)} failed")
        return time.perf_counter() - started

    def does(self, *arguments: str) -> bool:
        """Run a command of the application; say whether it succeeded."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.variables, check=False).returncode == 0


def installations(what: str = "") -> list[Installation]:
    """Return the installations to measure: SQLite always, PostgreSQL where SAMEN_BENCH_POSTGRES names a database.

    `what` names a community of its own; without it, installations for the Thunderbird community.
    """
    urls = {"sqlite": "", "postgresql": os.environ.get("SAMEN_BENCH_POSTGRES", "")}
    return [_installation(what, name, url) for name, url in urls.items() if name == "sqlite" or url]


def with_community(installation: Installation) -> Installation:
    """Import the Thunderbird community unless it is there already; bring its tables and its index up to date."""
    marker = installation.folder / "imported"
    whose = installation.variables["SAMEN_DATABASE_URL"] or "sqlite"
    installation.flask("db", "upgrade")
    if not marker.exists() or marker.read_text().strip() != whose:
        if not ARCHIVE.is_dir():
            sys.exit(f"The archive is not at {ARCHIVE}; set SAMEN_SHARED.")
        installation.flask("import", "archive", str(ARCHIVE))
        marker.write_text(f"{whose}\n")
    elif not installation.does("search", "status"):
        installation.flask("search", "rebuild")  # an index of an earlier Samen is not read
    return installation


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """Make an empty database on the server of this PostgreSQL URL, give its URL, and drop it afterwards."""
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    name = f"samen_bench_{os.getpid()}"
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def _installation(what: str, name: str, url: str) -> Installation:
    folder = ROOT / "instance" / "bench" / what / name
    folder.mkdir(parents=True, exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SAMEN_")}
    own = {
        "SAMEN_ENV": "development",
        "SAMEN_INSTANCE": str(folder),
        "SAMEN_SEARCH_INDEX": str(folder / "search_index"),
    }
    return Installation(name, folder, {**kept, **own, "SAMEN_DATABASE_URL": url})
