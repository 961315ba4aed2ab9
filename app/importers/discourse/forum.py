"""A folder of topics as an origin of an import: all questions, then all answers, then likes, then what is left."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.importers.discourse import posts
from app.importers.discourse.topic_files import Found, TopicFiles
from app.importers.fields import BadRowError
from app.importers.kept_rows import leftover_step
from app.importers.models import LONGEST_ROW
from app.importers.origin import Step
from app.importers.packed import check_folder, digest_of_files
from app.importers.progress import Progress
from app.importers.rows import Answer, ArchiveRefused, Question, RowError, Tally
from app.importers.survey import Survey, Surveyor
from app.importers.tallies import tally_step
from app.importers.threads import answer_step, author_step, question_step
from app.importers.work import Work

Text = TypeVar("Text", Question, Answer)


class Forum:
    """The topics in a folder. `address` is where a topic is found at the source, or empty."""

    def __init__(self, folder: Path, *, address: str = "") -> None:
        self._folder = folder
        self._files = TopicFiles(folder)
        categories = self._files.categories()
        self._question = partial(posts.question_of, categories=categories, address=address)
        self._answer = partial(posts.answer_of, address=address)

    def fingerprint(self) -> str:
        """Return a digest of all files."""
        return digest_of_files(self._folder.glob("*.json*"))

    def survey(self, progress: Progress, now: datetime) -> Survey:
        """Read everything, questions first. Raises ArchiveRefused when a file is torn or no topic."""
        check_folder(self._folder)
        if not self._files.paths:
            raise ArchiveRefused(self._folder.name, "missing", "there are no topic files (ID.json) here")
        surveyor = Surveyor(progress, now)
        for number, asked in self._questions(0):
            if isinstance(asked, RowError):
                surveyor.bad_row("questions", number, asked)
            else:
                file, line = self._files.place(number)
                surveyor.question(number, asked, file=file, line=line)
        for number, answered in self._answers(0):
            if isinstance(answered, RowError):
                surveyor.bad_row("answers", number, answered)
            else:
                file, line = self._files.place(number)
                surveyor.answer(number, answered, file=file, line=line)
        for _ in self._unused(0):
            surveyor.other("other posts")
        found = surveyor.settled()
        if not found.sizes.total():
            raise ArchiveRefused(self._folder.name, "foreign", "these topics have no posts")
        return found

    def steps(self, work: Work, seen: Survey) -> Sequence[Step]:
        """Return authors, questions, answers, likes, and what is not used."""
        return (
            author_step(work, seen),
            question_step(work, seen, self._questions, self._files.place),
            answer_step(work, seen, self._answers, self._files.place),
            tally_step(work, seen.sizes["questions"] + seen.sizes["answers"], self._likes),
            leftover_step("other posts", seen, self._unused),
        )

    def forget(self) -> None:
        """Nothing was kept."""

    def _questions(self, after: int) -> Iterator[tuple[int, Question | RowError]]:
        return self._texts(after, self._question, questions=True)

    def _answers(self, after: int) -> Iterator[tuple[int, Answer | RowError]]:
        return self._texts(after, self._answer, questions=False)

    def _texts(
        self, after: int, parse: Callable[[Found], Text], *, questions: bool
    ) -> Iterator[tuple[int, Text | RowError]]:
        for found in self._files.posts(after):
            if posts.is_question(found) is questions and posts.why_unused(found) is None:
                try:
                    yield found.number, parse(found)
                except BadRowError as error:
                    yield found.number, self._left_out(found, str(error))

    def _unused(self, after: int) -> Iterator[tuple[int, RowError]]:
        for found in self._files.posts(after):
            if (reason := posts.why_unused(found)) is not None:
                yield found.number, self._left_out(found, reason)

    def _likes(self, after: int) -> Iterator[tuple[int, Tally | RowError]]:
        """Yield how often each post was liked. The day is not known."""
        for found in self._files.posts(after):
            if posts.why_unused(found) is None:
                try:
                    key, liked = posts.key_of(found), posts.likes(found.post)
                except BadRowError:
                    continue  # left out with its text
                yield found.number, Tally(key, ((None, liked, 0),) if liked else ())

    def _left_out(self, found: Found, reason: str) -> RowError:
        file, line = self._files.place(found.number)
        return RowError(file, line, reason, json.dumps(found.post, ensure_ascii=False)[:LONGEST_ROW])
