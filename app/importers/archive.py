"""Import a community archive: survey it, write people, questions and answers in batches, each its own transaction.

Repeatable: a row that says what it said before costs a look and no write. A run that was killed goes on after the last
batch it committed. Nobody is notified; search and routing build their indexes anew when all rows are there.
"""

from __future__ import annotations

import fcntl
import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import delete, select, update

from app import clock
from app.config import Config
from app.db import db, transaction, upsert
from app.errors import Conflict
from app.importers import archive_format as given
from app.importers.archive_answers import change_acceptances, classify_answers, write_answers
from app.importers.archive_kept import keep_survey, kept_survey
from app.importers.archive_people import PEOPLE_WEIGHT, write_people
from app.importers.archive_questions import classify_questions, write_questions
from app.importers.archive_shelves import Shelves
from app.importers.archive_survey import Survey, base_name, survey
from app.importers.archive_work import Work, batches, table_of
from app.importers.models import LONGEST_ROW, ImportLeftover, ImportRun
from app.importers.progress import Progress
from app.importers.sources import Source
from app.routing import upkeep as ranking_state
from app.search.backend import Document, IndexBusy
from app.search.documents import all_documents
from app.search.engine import search_engine

BATCH = 1_000
QUESTIONS, ANSWERS = "questions.jsonl", "answers.jsonl"
SURVEY_WEIGHT, QUESTION_WEIGHT, ANSWER_WEIGHT, INDEX_WEIGHT, HELP_WEIGHT = 0.1, 1.5, 1.0, 2.0, 2.0
WORKER_WRITES_AT_MOST_S = 60


@dataclass
class Report:
    """What a run found and did; `left_out` names each row that was not taken."""

    size: given.Size
    counts: Counter[str] = field(default_factory=Counter)
    left_out: list[given.RowError] = field(default_factory=list)

    @property
    def is_changed(self) -> bool:
        return any(number for name, number in self.counts.items() if not name.endswith("_same"))


def look_at_archive(folder: Path, source: Source, progress: Progress) -> Report:
    """Say what an import would do, writing nothing. Raises ArchiveRefused."""
    seen = _survey(folder, progress)
    report = Report(seen.size, left_out=seen.leftovers)
    _expect(progress, seen, None)
    for name, rows, classify in (
        ("questions", given.read_questions(folder), classify_questions),
        ("answers", given.read_answers(folder), classify_answers),
    ):
        left_out = seen.left_out(f"{name}.jsonl")
        progress.phase(name, weight=QUESTION_WEIGHT if name == "questions" else ANSWER_WEIGHT)
        for batch in batches(rows, BATCH):
            good = [row for line, row in batch if line not in left_out and not isinstance(row, given.RowError)]
            for word, number in zip(("new", "changed", "same"), classify(source.slug, good), strict=True):  # type: ignore[arg-type]
                report.counts[f"{name}_{word}"] += number
            db.session.rollback()
            progress.advance(len(batch))
    return report


def import_archive(
    folder: Path, source: Source, *, progress: Progress, as_if_now: bool = False, batch_size: int = BATCH
) -> Report:
    """Import what is new or changed. Raises ArchiveRefused before anything is written, Conflict when one is running."""
    with _alone(source):
        fingerprint, kept = _fingerprint(folder), _beside(source, "survey.json")
        seen = kept_survey(kept, fingerprint=fingerprint)
        if seen is None:
            seen = _survey(folder, progress)
            keep_survey(kept, seen, fingerprint=fingerprint)
        run = _begin(source, fingerprint, seen, as_if_now=as_if_now)
        _expect(progress, seen, run)
        work = Work(run.id, source.slug, clock.now(), timedelta(seconds=run.shift_s), run.is_shifted, counts=run.counts)
        importing = _Importing(work, seen, progress, batch_size)
        importing.keep_leftovers()
        write_people(work, seen.authors, progress)
        importing.questions(given.read_questions(folder, after=run.questions_read))
        importing.answers(given.read_answers(folder, after=run.answers_read))
        report = Report(seen.size, work.counts, [*seen.leftovers, *importing.refused])
        if report.is_changed:
            _make_index(progress)
            progress.phase("who can help", weight=HELP_WEIGHT)
            ranking_state.rebuild(each_request=progress.advance)
        _finish(work)
        kept.unlink()
        return report


@dataclass(frozen=True)
class _Begun:
    """A run as it stood when it was begun or taken up again."""

    id: int
    shift_s: int
    is_shifted: bool
    questions_read: int
    answers_read: int
    counts: Counter[str]


class _Importing:
    """Writes batch after batch; each is committed together with how far the run has come."""

    def __init__(self, work: Work, seen: Survey, progress: Progress, batch_size: int) -> None:
        self.work, self.seen, self.progress = work, seen, progress
        self.batch_size = batch_size
        self.refused: list[given.RowError] = []
        self._shelves = Shelves()

    def keep_leftovers(self) -> None:
        """Write what the survey left out."""
        for some in batches(self.seen.leftovers, self.batch_size):
            with transaction():
                self._leave_out(some)

    def questions(self, rows: Iterator[tuple[int, given.Question | given.RowError]]) -> None:
        """Write these questions."""
        self.progress.phase("questions", weight=QUESTION_WEIGHT)
        left_out = self.seen.left_out(QUESTIONS)
        for batch in batches(rows, self.batch_size):
            good = [(n, row) for n, row in batch if n not in left_out and isinstance(row, given.Question)]
            lines = {row.id: line for line, row in good}
            with transaction():
                written = write_questions(self.work, self._shelves, [row for _, row in good])
                change_acceptances(self.work, self.seen.accepted, written.changed)
                self._refuse([_too_long(QUESTIONS, lines[row.id], row) for row in written.refused])
                self._note(questions_read=batch[-1][0])
            self.progress.advance(len(batch))

    def answers(self, rows: Iterator[tuple[int, given.Answer | given.RowError]]) -> None:
        """Write these answers."""
        self.progress.phase("answers", weight=ANSWER_WEIGHT)
        left_out = self.seen.left_out(ANSWERS)
        for batch in batches(rows, self.batch_size):
            good = [(n, row) for n, row in batch if n not in left_out and isinstance(row, given.Answer)]
            lines = {row.id: line for line, row in good}
            with transaction():
                refused = write_answers(self.work, self.seen.accepted, [row for _, row in good])
                self._refuse([_too_long(ANSWERS, lines[row.id], row) for row in refused])
                self._note(answers_read=batch[-1][0])
            self.progress.advance(len(batch))

    def _note(self, **read: int) -> None:
        noted = update(ImportRun).where(ImportRun.id == self.work.run_id)
        db.session.execute(noted.values(counts=dict(self.work.counts), **read))

    def _refuse(self, rows: list[given.RowError]) -> None:
        self.refused += rows
        self._leave_out(rows)

    def _leave_out(self, rows: list[given.RowError]) -> None:
        kept = [
            {
                "run_id": self.work.run_id,
                "source": self.work.source,
                "file": base_name(row.file),
                "line": row.line,
                "reason": row.reason[:200],
                "content": row.row[:LONGEST_ROW].replace("\0", "\N{SYMBOL FOR NULL}"),
            }
            for row in rows
        ]
        if kept:
            row = upsert(table_of(ImportLeftover))
            new = {name: row.excluded[name] for name in ("run_id", "reason", "content")}
            statement = row.on_conflict_do_update(index_elements=["source", "file", "line"], set_=new)
            db.session.execute(statement, kept)


def _survey(folder: Path, progress: Progress) -> Survey:
    progress.phase("checking", weight=SURVEY_WEIGHT)
    return survey(folder, progress, clock.now())


def _expect(progress: Progress, seen: Survey, run: _Begun | None) -> None:
    questions = seen.size.questions - (run.questions_read if run else 0)
    answers = seen.size.answers - (run.answers_read if run else 0)
    index = seen.size.questions * (INDEX_WEIGHT + HELP_WEIGHT) if run else 0
    people = len(seen.authors) * PEOPLE_WEIGHT if run else 0
    progress.expect(questions * QUESTION_WEIGHT + answers * ANSWER_WEIGHT + index + people)


def _begin(source: Source, fingerprint: str, seen: Survey, *, as_if_now: bool) -> _Begun:
    """Begin a run, or take up the unfinished one of this archive. The first run of a source settles how times move."""
    now = clock.now()
    with transaction():
        last = db.session.scalar(
            select(ImportRun).where(ImportRun.source == source.slug).order_by(ImportRun.id.desc()).limit(1)
        )
        if last is not None and as_if_now and not last.is_shifted:
            raise Conflict("imported_with_original_times")
        if last is not None and last.state == "running" and last.fingerprint == fingerprint:
            run = last
        else:
            run = ImportRun(
                source=source.slug,
                title=source.title,
                licence=source.licence,
                licence_link=source.licence_link,
                link=source.link,
                is_shifted=last.is_shifted if last else as_if_now,
                shift_s=last.shift_s if last else _shift(seen.newest, now) if as_if_now else 0,
                fingerprint=fingerprint,
                questions_read=0,
                answers_read=0,
                started_at=now,
            )
            db.session.add(run)
            db.session.flush()  # rows carry its id
        counts = Counter(run.counts or {})
        return _Begun(run.id, run.shift_s, run.is_shifted, run.questions_read, run.answers_read, counts)


def _make_index(progress: Progress) -> None:
    """Make the search index anew; where a worker is writing it just now, after that."""
    progress.phase("search index", weight=INDEX_WEIGHT)
    for _ in range(WORKER_WRITES_AT_MOST_S):
        with suppress(IndexBusy):
            search_engine().rebuild(_counted(all_documents(), progress))
            return
        time.sleep(1)
    raise Conflict("index_is_busy")


def _counted(documents: Iterator[Document], progress: Progress) -> Iterator[Document]:
    for document in documents:
        yield document
        progress.advance()


def _finish(work: Work) -> None:
    with transaction():
        gone = (ImportLeftover.source == work.source, ImportLeftover.run_id != work.run_id)
        db.session.execute(delete(ImportLeftover).where(*gone))
        done = {"state": "done", "finished_at": clock.now(), "counts": dict(work.counts)}
        db.session.execute(update(ImportRun).where(ImportRun.id == work.run_id).values(**done))


def _shift(newest: datetime | None, now: datetime) -> int:
    return int((now - newest).total_seconds()) if newest else 0


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        if path.name.startswith((QUESTIONS, ANSWERS, "votes.csv")):
            digest.update(path.name.encode())
            with path.open("rb") as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
    return digest.hexdigest()


def _too_long(file: str, line: int, row: given.Question | given.Answer) -> given.RowError:
    return given.RowError(file, line, "its text becomes too long when it is rendered", f"{row.id}: {row.body}"[:1000])


def _beside(source: Source, ending: str) -> Path:
    config: Config = current_app.extensions["samen.config"]
    return config.instance / f"import-{source.slug}.{ending}"


@contextmanager
def _alone(source: Source) -> Iterator[None]:
    """Hold this source for the time of a run. The lock ends with the process, however that ends."""
    with _beside(source, "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict("import_is_running") from error
        yield
