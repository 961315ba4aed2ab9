"""What importing the Thunderbird community costs: a full run, the same again, and the rest after a kill at half time.

    ./dev bench importing

Each run is a process of its own on an empty database, from the command to searchable: wall and processor seconds, peak
memory of the process. PostgreSQL is measured too where SAMEN_BENCH_POSTGRES names a database; beside it a fresh one is
made and dropped. Demanded are less than 180 s and 800 MB for a full run, and for the rest less than 60 % of its time.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from bench._figures import conclude, state
from bench._installation import ARCHIVE, ROOT, Installation, installations, new_database

FULL_S, FULL_MB, REST_SHARE = 180, 800, 0.6


@dataclass(frozen=True)
class Cost:
    """What one process took."""

    seconds: float
    processor_seconds: float
    megabytes: float


def main() -> None:
    if not ARCHIVE.is_dir():
        sys.exit(f"The archive is not at {ARCHIVE}; set SAMEN_SHARED.")
    for kept in installations():
        with _empty(kept) as installation:
            full = _import(installation)
            again = _import(installation)
        with _empty(kept) as installation:
            _import(installation, kill_after_s=full.seconds / 2)
            rest = _import(installation)
        _state(kept.name, full, again, rest)
    conclude()


def _state(name: str, full: Cost, again: Cost, rest: Cost) -> None:
    """State what the runs took, and whether that is little enough."""
    is_quick, is_small = full.seconds < FULL_S, full.megabytes < FULL_MB
    state("import", f"{name}: from the command to searchable", f"{full.seconds:.0f} s", f"< {FULL_S} s", is_quick)
    state("import", f"{name}: memory at its peak", f"{full.megabytes:.0f} MB", f"< {FULL_MB} MB", is_small)
    state("import", f"{name}: processor", f"{full.processor_seconds:.0f} s")
    state("import", f"{name}: the same again", f"{again.seconds:.0f} s, {again.megabytes:.0f} MB")
    share = rest.seconds / full.seconds
    what = f"{name}: the rest after a kill at 50 %, of a full run"
    state("import", what, f"{share:.0%}", f"< {REST_SHARE:.0%}", share < REST_SHARE)
    state("import", f"{name}: of its processor time", f"{rest.processor_seconds / full.processor_seconds:.0%}")


@contextmanager
def _empty(kept: Installation) -> Iterator[Installation]:
    """Give an installation of the same kind with an empty, migrated database."""
    server = kept.variables["SAMEN_DATABASE_URL"]
    database = new_database(server) if server else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="samen-import-") as folder, database as url:
        own = {
            "SAMEN_INSTANCE": folder,
            "SAMEN_SEARCH_INDEX": str(Path(folder, "search_index")),
            "SAMEN_DATABASE_URL": url,
        }
        installation = Installation(kept.name, Path(folder), {**kept.variables, **own})
        installation.flask("db", "upgrade")
        yield installation


def _import(installation: Installation, *, kill_after_s: float | None = None) -> Cost:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "import", "archive", str(ARCHIVE)]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=installation.variables, stdout=subprocess.DEVNULL)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        process.send_signal(signal.SIGKILL)
    _, status, used = os.wait4(process.pid, 0)
    if status != 0 and kill_after_s is None:
        sys.exit("the import failed")
    processor_seconds = used.ru_utime + used.ru_stime
    return Cost(time.perf_counter() - started, processor_seconds, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
