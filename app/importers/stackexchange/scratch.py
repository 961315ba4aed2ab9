"""What a dump's survey finds and its steps need again, in a file of its own beside the run: which posts there are, how
many votes each got on which day, which questions are closed. On disk, so that memory does not grow with the dump.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from app.importers.rows import Closing, Link, Tally

AT_ONCE = 500
LONGEST_CHAIN = 20  # of questions, each the same as the next


class Scratch:
    """The file at `path`; `start` empties it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: sqlite3.Connection | None = None

    def start(self) -> None:
        """Begin anew."""
        self.throw_away()
        self._database.executescript(
            """
            CREATE TABLE posts (key TEXT PRIMARY KEY, kind TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE votes (post TEXT, day TEXT, ups INTEGER, downs INTEGER, PRIMARY KEY (post, day)) WITHOUT ROWID;
            CREATE TABLE closings (question TEXT PRIMARY KEY, at TEXT, target TEXT, link INTEGER) WITHOUT ROWID;
            CREATE INDEX closings_link ON closings (link) WHERE link IS NOT NULL;
            """
        )

    def add_posts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Note posts: (key, kind), where the kind is question or answer."""
        with self._database:
            self._database.executemany("INSERT OR IGNORE INTO posts (key, kind) VALUES (?, ?)", rows)

    def add_votes(self, rows: Iterable[tuple[str, date, int, int]]) -> None:
        """Count votes: (post, day, ups, downs)."""
        counted = (
            "INSERT INTO votes VALUES (?, ?, ?, ?)"
            " ON CONFLICT (post, day) DO UPDATE SET ups = ups + excluded.ups, downs = downs + excluded.downs"
        )
        with self._database:
            self._database.executemany(counted, ((post, on.isoformat(), ups, downs) for post, on, ups, downs in rows))

    def add_closings(self, rows: Iterable[tuple[str, datetime]]) -> None:
        """Note closed questions: (key, since when)."""
        with self._database:
            self._database.executemany(
                "INSERT OR IGNORE INTO closings (question, at) VALUES (?, ?)",
                ((question, at.isoformat()) for question, at in rows),
            )

    def name_target(self, link: Link, number: int) -> None:
        """Note which question a closed one repeats: the first that is named, unless that one leads back here."""
        seen: str | None = link.target
        for _ in range(LONGEST_CHAIN):
            if seen == link.question:
                return
            if seen is None:
                break
            seen = self.closing(seen).target
        else:
            return
        with self._database:
            self._database.execute(
                "UPDATE closings SET target = ?, link = ? WHERE question = ? AND target IS NULL",
                (link.target, number, link.question),
            )

    def closing(self, question: str) -> Closing:
        """Return why this question is closed; one without a time when it is not."""
        row = self._database.execute("SELECT at, target FROM closings WHERE question = ?", (question,)).fetchone()
        return Closing(question, datetime.fromisoformat(row[0]), row[1]) if row else Closing(question, None)

    def closings(self, after: int) -> Iterator[tuple[int, Closing]]:
        """Yield (number, closing) of every closed question, numbered in the order of their keys, behind `after`."""
        rows = self._database.execute("SELECT question, at, target FROM closings ORDER BY question")
        for number, (question, at, target) in enumerate(rows, 1):
            if number > after:
                yield number, Closing(question, datetime.fromisoformat(at), target)

    def closed_questions(self) -> int:
        """Return how many closings there are."""
        found: int = self._database.execute("SELECT count(*) FROM closings").fetchone()[0]
        return found

    def names_target(self, number: int) -> bool:
        """Say whether it was the link with this number that gave a closed question its target."""
        return self._database.execute("SELECT 1 FROM closings WHERE link = ?", (number,)).fetchone() is not None

    def kinds(self, keys: Iterable[str]) -> Mapping[str, str]:
        """Return what these posts are, of those that there are."""
        wanted = list(set(keys))
        found: dict[str, str] = {}
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            marks = ",".join("?" * len(some))
            found.update(self._database.execute(f"SELECT key, kind FROM posts WHERE key IN ({marks})", some))  # noqa: S608
        return found

    def tallies(self, after: int) -> Iterator[tuple[int, Tally]]:
        """Yield (number, tally) of every post with votes, numbered in the order of their keys, behind `after`."""
        rows = self._database.execute("SELECT post, day, ups, downs FROM votes ORDER BY post, day")
        for number, (post, days) in enumerate(groupby(rows, key=lambda row: str(row[0])), 1):
            counted = tuple((date.fromisoformat(day), ups, downs) for _, day, ups, downs in days)
            if number > after:
                yield number, Tally(post, counted)

    def posts_with_votes(self) -> int:
        """Return how many tallies there are."""
        found: int = self._database.execute("SELECT count(DISTINCT post) FROM votes").fetchone()[0]
        return found

    def throw_away(self) -> None:
        """Delete the file."""
        if self._open is not None:
            self._open.close()
            self._open = None
        self._path.unlink(missing_ok=True)

    @property
    def _database(self) -> sqlite3.Connection:
        if self._open is None:
            self._open = sqlite3.connect(self._path)
            # Nothing is lost with it: what a crash leaves half written is thrown away with the survey.
            self._open.execute("PRAGMA synchronous = OFF")
            self._open.execute("PRAGMA journal_mode = MEMORY")
        return self._open
