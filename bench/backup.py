"""What a backup of the Thunderbird community costs: made, verified, and restored into an empty installation.

    ./dev bench backup

Reads the installation that ./dev bench pages made (or makes it), writes under instance/bench/backup/, and removes it
again. The ratios compare with the size of the database and with the time that making it took.
"""

import argparse
import resource
import shutil
import sys
from pathlib import Path

from bench._figures import conclude, state
from bench._installation import ROOT, Installation, installations, with_community


def main() -> None:
    """Measure each installation."""
    argparse.ArgumentParser(prog="./dev bench backup").parse_args()
    for installation in installations():
        with_community(installation)
        folder = ROOT / "instance" / "bench" / "backup" / installation.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            _measure(installation, folder)
        finally:
            shutil.rmtree(folder)
    conclude()


def _measure(installation: Installation, folder: Path) -> None:
    path = folder / "backup.zip"
    empty = {"SAMEN_INSTANCE": str(folder), "SAMEN_SEARCH_INDEX": str(folder / "index"), "SAMEN_DATABASE_URL": ""}
    other = Installation("restored", folder, {**installation.variables, **empty})
    made = installation.flask("backup", "create", str(path))
    verified = installation.flask("backup", "verify", str(path))
    restored = other.flask("backup", "restore", str(path))
    database = installation.folder / "samen.db"
    size = path.stat().st_size / 1e6
    share = f", {path.stat().st_size / database.stat().st_size:.0%} of the database" if database.exists() else ""
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
    for what, measured in (
        ("made in", f"{made:.1f} s: {size:.1f} MB{share}"),
        ("verified in", f"{verified:.1f} s, {verified / made:.1f} x making it"),
        ("restored into SQLite and searchable in", f"{restored:.1f} s, {restored / made:.1f} x making it"),
        ("memory that all this takes at most", f"{most:.0f} MB"),
    ):
        state("backup", f"{installation.name}: {what}", measured)


if __name__ == "__main__":
    main()
