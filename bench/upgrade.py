"""Upgrade and step back while programs post, and migrations that are killed: nothing that was acknowledged is lost.

    ./dev bench upgrade [--seconds 4] [--kills 24] [--back 8]

The release before the newest migration is taken from git and serves first; then, as docs/deployment.md says:
stop, backup, verify, migrate, start; and back: stop, backup, migrate down, start the old release. Programs post all the
while and try again until they are told yes. Then migrations over the last --back revisions, up and down, are killed
(-9) at so many of their steps. Both databases.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.cli import with_commands
from app.config import Config
from app.factory import create_app
from bench._figures import conclude, control, state
from bench._front import ask, free_ports, serving, wait_for
from bench._installation import ROOT, installations
from bench._interrupted import downgrade, kill_at_steps, run, upgrade, walk
from bench._programs import Place, answers_in, posting, undelivered, until
from tests.support.databases import RunDatabase

VERSIONS = ROOT / "migrations" / "versions"


@dataclass(frozen=True)
class Release:
    """A version of Samen: where its files are, and the newest revision that it knows."""

    folder: Path
    revision: str

    def flask(self, variables: dict[str, str], *arguments: str) -> str:
        """Run one of its commands; return what it printed. Ends the program where it fails."""
        return self.python(variables, "-m", "flask", "--app", "wsgi", *arguments)

    def python(self, variables: dict[str, str], *arguments: str) -> str:
        """Run Python in it; return what it printed. Ends the program where it fails."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=variables, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"{' '.join(arguments)} failed in {self.folder}: {done.stderr[-2000:]}")
        return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench upgrade")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--back", type=int, default=8)
    options = parser.parse_args()
    names = sorted(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))
    now = Release(ROOT, names[-1])
    for installation in installations("upgrade"):
        shutil.rmtree(installation.folder)
        installation.folder.mkdir()
        old = _release_before(now, installation.folder / "release")
        databases = RunDatabase(installation.variables["SAMEN_DATABASE_URL"], installation.folder)
        try:
            url = databases.new()
            variables = {**installation.variables, "SAMEN_DATABASE_URL": url}
            _there_and_back(installation.name, old, now, variables, databases, options.seconds)
            _killed(installation.name, url, databases, names[-1 - options.back], now.revision, options.kills)
        finally:
            databases.close()
    conclude()


def _there_and_back(
    name: str, old: Release, now: Release, variables: dict[str, str], databases: RunDatabase, seconds: float
) -> None:
    folder = Path(variables["SAMEN_INSTANCE"])
    old.flask(variables, "db", "upgrade")
    shutil.copy(ROOT / "bench" / "_seed.py", old.folder / "seed_for_the_bench.py")
    seeded = json.loads(old.python(variables, "seed_for_the_bench.py", "40", "20"))
    port = free_ports()
    place = Place("127.0.0.1", port)
    before, after = folder / "before.zip", folder / "after.zip"
    with ExitStack() as served_on:
        with posting(place, seeded["tokens"], seeded["questions"]) as told:
            with _serving(old, variables, port):
                time.sleep(seconds)
            stopped = time.monotonic()
            old.flask(variables, "backup", "create", str(before))
            old.flask(variables, "backup", "verify", str(before))
            now.flask(variables, "db", "upgrade")
            at_backup = set(told.acknowledged)
            with _serving(now, variables, port):
                up_s = time.monotonic() - stopped
                time.sleep(seconds)
            by_then = set(told.acknowledged)
            now.flask(variables, "backup", "create", str(after))
            now.flask(variables, "db", "downgrade", old.revision)
            served_on.enter_context(_serving(old, variables, port))
            time.sleep(seconds)
        delivered_s = until(lambda: undelivered(variables["SAMEN_DATABASE_URL"]) == (0, 0), seconds=60)
    found = answers_in(variables["SAMEN_DATABASE_URL"])
    what = f"{name}: upgraded from {old.revision} to {now.revision} and back while programs post"
    kept = told.lost(found) == 0 and told.doubled(found) == 0 and len(told.acknowledged) > 20
    figures = f"{len(told.acknowledged)} acknowledged, {told.lost(found)} lost, {told.doubled(found)} doubled"
    state("R14", what, figures, "0 lost, 0 doubled", kept)
    state("R14", f"{name}: away for backup, its proof, migration and start", f"{up_s:.1f} s")
    what = f"{name}: all facts delivered after the last post, by the release stepped back to"
    state("R14", what, f"{delivered_s:.1f} s", "≤ 60 s", delivered_s < 60)
    fresh = databases.new()
    elsewhere = {**variables, "SAMEN_DATABASE_URL": fresh, "SAMEN_SEARCH_INDEX": str(folder / "index_of_restored")}
    now.flask(elsewhere, "backup", "restore", str(after))
    restored = answers_in(fresh)
    lost = sum(not restored[marker] for marker in by_then)
    state("R14", f"{name}: restored from the backup made before stepping back", f"{lost} lost", "0 lost", lost == 0)
    databases.drop(fresh)
    late = sum(marker not in at_backup for marker in told.acknowledged)
    control("R14", f"{name}: the backup from before the upgrade holds what came later", f"{late} lost", fails=late > 0)


def _killed(name: str, filled: str, databases: RunDatabase, first: str, last: str, kills: int) -> None:
    app = with_commands(create_app(replace(Config.from_environment(), database_url="sqlite://")))
    run(app, filled, downgrade(first))
    high, upwards = walk(app, databases, filled, upgrade("+1"), last)
    low, downwards = walk(app, databases, high, downgrade("-1"), first)
    for words, start, work, whole in (
        ("up", filled, upgrade("head"), upwards),
        ("down", high, downgrade(first), downwards),
    ):
        found = kill_at_steps(app, databases, start, work, whole, kills=kills)
        bad = len(found.half_made) + len(found.lost_rows) + len(found.stuck)
        figures = (
            f"{found.kills} kills: {len(found.half_made)} half-made, {len(found.lost_rows)} with other rows, "
            f"{len(found.stuck)} that did not go through afterwards"
        )
        what = f"{name}: migrations {first} to {last} killed on the way {words}"
        state("R14", what, figures, "0", bad == 0 and found.kills > 5)
    careless = kill_at_steps(app, databases, filled, upgrade("head"), upwards, kills=max(10, kills // 4), careless=True)
    figures = f"{len(careless.half_made)} of {careless.kills} half-made"
    control("R14", f"{name}: each statement stands by itself", figures, fails=len(careless.half_made) > 0)
    for url in (high, low):
        databases.drop(url)


def _release_before(now: Release, folder: Path) -> Release:
    """Unpack the release before the newest migration from git. Ends the program where there is no history."""
    newest = next(VERSIONS.glob(f"{now.revision}_*.py")).relative_to(ROOT)
    added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(newest)).decode().strip()
    if not added:
        sys.exit(f"{newest} is not in git's history: there is no release before it to upgrade from")
    folder.mkdir()
    subprocess.run(["tar", "--extract"], cwd=folder, input=_git("archive", f"{added}^"), check=True)
    before = max(path.name.partition("_")[0] for path in (folder / "migrations" / "versions").glob("[0-9]*.py"))
    return Release(folder, before)


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout


@contextmanager
def _serving(release: Release, variables: dict[str, str], port: int) -> Iterator[None]:
    """Run web and worker of a release while the block runs, from their first answer to their last."""
    environment = serving(variables, bind=f"127.0.0.1:{port}", processes=2)
    commands = (
        ["gunicorn", "--config", str(ROOT / "deploy" / "gunicorn.conf.py"), "wsgi:app"],
        ["flask", "--app", "wsgi", "worker"],
    )
    with (Path(variables["SAMEN_INSTANCE"]) / "log").open("ab") as log:
        started = [
            subprocess.Popen([sys.executable, "-m", *command], cwd=release.folder, env=environment, stderr=log)
            for command in commands
        ]
    try:
        wait_for(lambda: ask("127.0.0.1", port, "/healthz")[0] == 200, started[0], what="the web processes")
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)


if __name__ == "__main__":
    main()
