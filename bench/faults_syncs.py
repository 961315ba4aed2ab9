"""What a power cut leaves (R2): syncs per commit, and copies of SQLite's files taken at random moments.

    ./dev bench faults_syncs

A process that is killed proves nothing about power cuts: what it wrote is with the system already. So the syncs of 100
commits are counted, by strace for SQLite and by PostgreSQL itself. A copy is taken while the writer is stopped.
"""

import contextlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import sqlalchemy as sa

from bench._figures import conclude, control, state
from devtools import mending, postgres

SEED, COMMITS, COPIES = 20_261_122, 100, 30
WRITER = """
import sys, sqlalchemy as sa
from app.db import db, prepare_engine
engine = sa.create_engine(f"sqlite:///{sys.argv[1]}")
prepare_engine(engine)
with engine.connect() as connection:
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS rows (n INTEGER PRIMARY KEY)")
    connection.commit()
    if len(sys.argv) > 3:
        connection.connection.dbapi_connection.execute(f"PRAGMA synchronous = {sys.argv[3]}")
    print("ready", flush=True)
    for number in range(1, int(sys.argv[2]) + 1):
        connection.exec_driver_sql(f"INSERT INTO rows VALUES ({number})")
        connection.commit()
        print(number, flush=True)
"""


def main() -> None:
    """Measure both databases."""
    with tempfile.TemporaryDirectory(prefix="samen-bench-") as folder:
        _sync_sqlite(Path(folder))
        _copy_sqlite(Path(folder))
    _sync_postgresql()
    conclude()


def _sync_sqlite(folder: Path) -> None:
    if shutil.which("strace") is None:
        state("R2", "sqlite: syncs per commit", "not possible here: no strace", ">= 1.0")
        return
    for level, demand in (("", True), ("NORMAL", False)):
        trace = folder / f"trace{level}"
        watched = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(trace)]
        writer = [
            sys.executable,
            "-c",
            WRITER,
            str(folder / f"synced{level}.db"),
            str(COMMITS),
            *([level] if level else []),
        ]
        subprocess.run([*watched, *writer], check=True, stdout=subprocess.DEVNULL)
        per_commit = len(trace.read_text().splitlines()) / COMMITS
        if demand:
            state("R2", "sqlite: syncs per commit", f"{per_commit:.2f}", ">= 1.0", per_commit >= 1)
        else:
            control("R2", "sqlite: with synchronous = NORMAL", f"{per_commit:.2f}", fails=per_commit < 1)


def _copy_sqlite(folder: Path) -> None:
    chance, path, lost, broken = random.Random(SEED), folder / "copied.db", 0, 0
    command = [sys.executable, "-c", WRITER, str(path), "1000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged, lock = [0], threading.Lock()
        assert writer.stdout.readline() == "ready\n"

        def listen() -> None:
            for line in writer.stdout or ():
                with lock:
                    acknowledged[0] = int(line)

        listener = threading.Thread(target=listen)
        listener.start()
        for _copy in range(COPIES):
            time.sleep(chance.uniform(0.005, 0.05))
            with lock:
                least = acknowledged[0]
            writer.send_signal(signal.SIGSTOP)
            _wait_until_stopped(writer.pid)
            copy = folder / "copy"
            copy.mkdir()
            for suffix in ("", "-wal"):
                shutil.copy(f"{path}{suffix}", copy / f"copied.db{suffix}")
            writer.send_signal(signal.SIGCONT)
            with contextlib.closing(sqlite3.connect(copy / "copied.db")) as connection:
                broken += connection.execute("PRAGMA integrity_check").fetchone() != ("ok",)
                lost += connection.execute("SELECT count(*) FROM rows WHERE n <= ?", (least,)).fetchone()[0] < least
            shutil.rmtree(copy)
        writer.kill()
        listener.join()
    held = not broken and not lost
    state(
        "R2",
        f"sqlite: {COPIES} copies at random moments",
        f"{broken} broken, {lost} without an acknowledged row",
        "0, 0",
        held,
    )


def _wait_until_stopped(process_id: int) -> None:
    while " T " not in Path(f"/proc/{process_id}/stat").read_text():
        time.sleep(0.001)


def _sync_postgresql() -> None:
    server = mending.postgresql(strict=False)
    if server is None:
        return
    for settings, name in ((postgres.CAREFUL, ""), ({**postgres.CAREFUL, "synchronous_commit": "off"}, "off")):
        with postgres.throwaway(server, settings) as url:
            engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.exec_driver_sql("CREATE TABLE rows (n int)")
                before = _syncs(connection)
                for number in range(COMMITS):
                    connection.exec_driver_sql(f"INSERT INTO rows VALUES ({number})")
                time.sleep(1.5)  # PostgreSQL gathers its counts about once a second
                per_commit = (_syncs(connection) - before) / COMMITS
            engine.dispose()
        if name:
            control("R2", "postgresql: with synchronous_commit = off", f"{per_commit:.2f}", fails=per_commit < 1)
        else:
            state("R2", "postgresql: syncs per commit", f"{per_commit:.2f}", ">= 1.0", per_commit >= 1)


def _syncs(connection: sa.Connection) -> int:
    connection.exec_driver_sql("SELECT pg_stat_clear_snapshot()")
    return int(connection.exec_driver_sql("SELECT wal_sync FROM pg_stat_wal").scalar_one())


if __name__ == "__main__":
    main()
