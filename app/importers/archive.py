"""Import a community archive: a folder of questions.jsonl, answers.jsonl and perhaps votes.csv."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from app.importers import archive_format as given
from app.importers.origin import Step
from app.importers.packed import base_name, digest_of_files
from app.importers.progress import Progress
from app.importers.rows import Answer, Question, RowError, Vote
from app.importers.running import Report, look_at, run_import
from app.importers.sources import Source
from app.importers.survey import Survey, Surveyor
from app.importers.threads import answer_step, author_step, question_step
from app.importers.work import Work

QUESTIONS, ANSWERS, VOTES = "questions.jsonl", "answers.jsonl", "votes.csv"
KINDS = {QUESTIONS: "questions", ANSWERS: "answers", VOTES: "votes"}


def look_at_archive(folder: Path, source: Source, progress: Progress) -> Report:
    """Say what an import would do, writing nothing. Raises ArchiveRefused."""
    return look_at(Archive(folder), source, progress)


def import_archive(folder: Path, source: Source, *, progress: Progress, **more: Any) -> Report:
    """Import what is new or changed, with the options of `run_import`."""
    return run_import(Archive(folder), source, progress=progress, **more)


class Archive:
    """A folder with a community archive. Its votes only say on which day an answer was accepted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fingerprint(self) -> str:
        """Return a digest of the archive's files."""
        names = (QUESTIONS, ANSWERS, VOTES)
        return digest_of_files(path for path in self._folder.glob("*") if base_name(path.name) in names)

    def survey(self, progress: Progress, now: datetime) -> Survey:
        """Read everything. Raises ArchiveRefused when the archive is torn or is none."""
        surveyor = Surveyor(progress, now)

        def see(line: int, row: given.Anything) -> None:
            match row:
                case Question():
                    surveyor.question(line, row, file=QUESTIONS, line=line)
                case Answer():
                    surveyor.answer(line, row, file=ANSWERS, line=line)
                case Vote():
                    surveyor.other("votes")
                    surveyor.note_acceptance(row)
                case RowError():
                    surveyor.bad_row(KINDS[base_name(row.file)], line, row)

        given.check(self._folder, see)
        return surveyor.settled()

    def steps(self, work: Work, seen: Survey) -> Sequence[Step]:
        """Return the authors, the questions, the answers."""
        return (
            author_step(work, seen),
            question_step(work, seen, self._questions, lambda line: (QUESTIONS, line)),
            answer_step(work, seen, self._answers, lambda line: (ANSWERS, line)),
        )

    def forget(self) -> None:
        """Nothing was kept."""

    def _questions(self, after: int) -> Iterator[tuple[int, Question | RowError]]:
        return given.read_questions(self._folder, after=after)

    def _answers(self, after: int) -> Iterator[tuple[int, Answer | RowError]]:
        return given.read_answers(self._folder, after=after)
