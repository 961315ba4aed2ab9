"""Run an import: survey the source, write its steps in batches, each its own transaction, make the indexes anew.

Repeatable: a row that says what it said before costs a look and no write. A run that was killed goes on after the last
batch it committed. Nobody is notified; search and routing build their indexes anew when all rows are there.
"""

from __future__ import annotations

import fcntl
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import update

from app import clock
from app.config import Config
from app.db import db, know_what_is_in_tables, transaction
from app.errors import Conflict
from app.importers.addresses import address_step, check_addresses
from app.importers.kept import keep_survey, kept_survey
from app.importers.leftovers import LeftOut, forget_older, keep_leftovers
from app.importers.models import ImportRun
from app.importers.origin import Numbered, Origin, Step
from app.importers.people import know_people
from app.importers.progress import Progress
from app.importers.rows import Answer, Question, RowError
from app.importers.sources import Source
from app.importers.survey import Survey
from app.importers.telling import altered, last_run, with_licences
from app.importers.work import Work, batches
from app.providers.counting import count_whoever_differs
from app.routing import upkeep as ranking_state
from app.search.backend import Document, IndexBusy
from app.search.documents import all_documents
from app.search.engine import search_engine

BATCH = 1_000
SURVEY_WEIGHT, INDEX_WEIGHT, HELP_WEIGHT = 0.1, 2.0, 2.0
WORKER_WRITES_AT_MOST_S = 60
NO_CHANGE = ("_same", "_counted", "_left_out")


@dataclass
class Report:
    """What a run found and did: rows per kind in the files, how many of them are new, changed, the same or left out.

    `source` is what pages say of it, `altered` what they said otherwise before. `left_out` names those that this
    process left out.
    """

    sizes: Counter[str]
    source: Source
    altered: list[tuple[str, str, str]]
    counts: Counter[str] = field(default_factory=Counter)
    left_out: LeftOut = field(default_factory=LeftOut)

    @property
    def is_changed(self) -> bool:
        return any(number for name, number in self.counts.items() if not name.endswith(NO_CHANGE))

    def leave_out(self, kind: str, rows: Sequence[RowError]) -> None:
        """Note that these rows of one kind were left out."""
        self.counts[f"{kind}_left_out"] += len(rows)
        for row in rows:
            self.left_out.add(row)

    def leave_out_surveyed(self, seen: Survey) -> None:
        """Note what the survey left out."""
        for row in seen.leftovers:
            self.left_out.add(row)
        for kind, numbers in seen.skipped.items():
            self.counts[f"{kind}_left_out"] += len(numbers)


def look_at(origin: Origin, source: Source, progress: Progress) -> Report:
    """Say what an import would do, writing nothing. Raises ArchiveRefused."""
    progress.phase("checking", weight=SURVEY_WEIGHT)
    seen = origin.survey(progress, clock.now())
    source = with_licences(source, seen.licences)
    report = Report(seen.sizes, source, altered(source))
    work = Work(0, source.slug, clock.now(), timedelta(0), is_shifted=False)
    know_people(work)
    steps = origin.steps(work, seen)
    progress.expect(sum(step.size * step.weight for step in steps))
    report.leave_out_surveyed(seen)
    for step in steps:
        progress.phase(step.kind, weight=step.weight)
        for batch in batches(step.read(0), BATCH):
            good, bad = _sorted_out(batch, seen.skipped.get(step.kind, set()))
            for word, number in zip(("new", "changed", "same"), step.look(good), strict=True):
                report.counts[f"{step.kind}_{word}"] += number
            report.leave_out(step.kind, bad)
            db.session.rollback()
            progress.advance(len(batch))
    return report


def run_import(
    origin: Origin,
    source: Source,
    *,
    progress: Progress,
    as_if_now: bool = False,
    addresses: Path | None = None,
    batch_size: int = BATCH,
) -> Report:
    """Import what is new or changed. Raises ArchiveRefused before anything is written, Conflict when one is running.

    `addresses` is a file of the authors' mail addresses, for them to claim what they wrote.
    """
    with _alone(source):
        fingerprint, kept = origin.fingerprint(), beside(source, "survey.json")
        seen = kept_survey(kept, fingerprint=fingerprint)
        if seen is None:
            progress.phase("checking", weight=SURVEY_WEIGHT)
            seen = origin.survey(progress, clock.now())
            keep_survey(kept, seen, fingerprint=fingerprint)
        if addresses is not None:
            check_addresses(addresses)
        source = with_licences(source, seen.licences)
        begun = _begin(source, fingerprint, seen, as_if_now=as_if_now)
        work = Work(
            begun.id,
            source.slug,
            clock.now(),
            timedelta(seconds=begun.shift_s),
            begun.is_shifted,
            counts=begun.counts,
        )
        know_people(work)
        report = Report(seen.sizes, source, begun.altered, work.counts)
        importing = _Importing(work, seen, begun.read, report, progress, batch_size)
        importing.all_steps([*origin.steps(work, seen), *([address_step(work, addresses)] if addresses else [])])
        if importing.report.is_changed:
            know_what_is_in_tables()
            count_whoever_differs()
            _make_index(progress)
            progress.phase("who can help", weight=HELP_WEIGHT)
            ranking_state.rebuild(each_request=progress.advance)
        _finish(work)
        kept.unlink()
        origin.forget()
        return importing.report


def beside(source: Source, ending: str) -> Path:
    """Return where a file about a run of this source is kept, while it runs."""
    config: Config = current_app.extensions["samen.config"]
    return config.instance / f"import-{source.slug}.{ending}"


@dataclass(frozen=True)
class _Begun:
    """A run as it stood when it was begun or taken up again. `read` says, by kind, up to which number, and how many."""

    id: int
    altered: list[tuple[str, str, str]]
    shift_s: int
    is_shifted: bool
    read: dict[str, list[int]]
    counts: Counter[str]


class _Importing:
    """Writes batch after batch; each is committed together with how far the run has come."""

    def __init__(
        self,
        work: Work,
        seen: Survey,
        read: dict[str, list[int]],
        report: Report,
        progress: Progress,
        batch_size: int,
    ) -> None:
        self.work, self.seen, self.read, self.report = work, seen, read, report
        self.progress, self.batch_size = progress, batch_size

    def all_steps(self, steps: Sequence[Step]) -> None:
        """Write every step, from where the run stands."""
        left = sum((step.size - self._stands(step)[1]) * step.weight for step in steps)
        self.progress.expect(left + self.seen.sizes["questions"] * (INDEX_WEIGHT + HELP_WEIGHT))
        if not self.report.counts:
            self.report.leave_out_surveyed(self.seen)
        for some in batches(self.seen.leftovers, self.batch_size):
            with transaction():
                keep_leftovers(self.work, some)
        for step in steps:
            self._write(step)

    def _write(self, step: Step) -> None:
        self.progress.phase(step.kind, weight=step.weight)
        after, rows = self._stands(step)
        skipped = self.seen.skipped.get(step.kind, set())
        for turn, batch in enumerate(batches(step.read(after), self.batch_size), 1):
            good, bad = _sorted_out(batch, skipped)
            with transaction():
                refused = step.write(good)
                bad += [_refusal(step, number, reason, dict(good)[number]) for number, reason in refused]
                keep_leftovers(self.work, bad)
                self.report.leave_out(step.kind, bad)
                rows += len(batch)
                self.read[step.kind] = [batch[-1][0], rows]
                noted = update(ImportRun).where(ImportRun.id == self.work.run_id)
                db.session.execute(noted.values(counts=dict(self.work.counts), read=dict(self.read)))
            self.progress.advance(len(batch))
            # After 1, 2, 4, 8 … batches: else plans made for small tables are kept for large ones.
            if self.report.is_changed and turn.bit_count() == 1:
                know_what_is_in_tables()

    def _stands(self, step: Step) -> tuple[int, int]:
        after, rows = self.read.get(step.kind, [0, 0])
        return after, rows


def _sorted_out(batch: Sequence[Numbered], skipped: set[int]) -> tuple[list[Numbered], list[RowError]]:
    """Return the rows that can be used, and those left out that the survey has not left out already."""
    good = [(number, row) for number, row in batch if number not in skipped and not isinstance(row, RowError)]
    return good, [row for number, row in batch if isinstance(row, RowError) and number not in skipped]


def _refusal(step: Step, number: int, reason: str, row: object) -> RowError:
    file, line = step.place(number)
    said = f"{row.id}: {row.body}" if isinstance(row, Question | Answer) else ""
    return RowError(file, line, reason, said[:1000])


def _begin(source: Source, fingerprint: str, seen: Survey, *, as_if_now: bool) -> _Begun:
    """Begin a run, or take up the unfinished one of this source. Its first run settles how times move."""
    now = clock.now()
    with transaction():
        last, changes = last_run(source.slug), altered(source)
        if last is not None and as_if_now and not last.is_shifted:
            raise Conflict("imported_with_original_times")
        if last is not None and last.state == "running" and last.fingerprint == fingerprint:
            run = last
        else:
            run = ImportRun(
                source=source.slug,
                is_shifted=last.is_shifted if last else as_if_now,
                shift_s=last.shift_s if last else _shift(seen.newest, now) if as_if_now else 0,
                fingerprint=fingerprint,
                started_at=now,
            )
            db.session.add(run)
        run.title, run.licence, run.licence_link = source.title, source.licence, source.licence_link
        run.link = source.link
        db.session.flush()  # rows carry its id
        return _Begun(run.id, changes, run.shift_s, run.is_shifted, dict(run.read or {}), Counter(run.counts or {}))


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
        forget_older(work)
        done = {"state": "done", "finished_at": clock.now(), "counts": dict(work.counts)}
        db.session.execute(update(ImportRun).where(ImportRun.id == work.run_id).values(**done))


def _shift(newest: datetime | None, now: datetime) -> int:
    return int((now - newest).total_seconds()) if newest else 0


@contextmanager
def _alone(source: Source) -> Iterator[None]:
    """Hold this source for the time of a run. The lock ends with the process, however that ends."""
    with beside(source, "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict("import_is_running") from error
        yield
