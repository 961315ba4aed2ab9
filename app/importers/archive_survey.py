"""Read a whole archive once before anything is written: is it sound, what is in it, who wrote, when is its newest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from app.community.lengths import LONGEST_BODY, LONGEST_TITLE
from app.importers.archive_format import Answer, Anything, Question, RowError, Size, check
from app.importers.progress import Progress

LONGEST_KEY = 160
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

AcceptedInSource = tuple[str, datetime | date | None]


@dataclass(slots=True)
class Author:
    """Somebody who wrote in the archive: since when, and in which languages."""

    first_at: datetime
    languages: list[str]


@dataclass
class Survey:
    """What an archive holds. `accepted` maps a question to its accepted answer, and when that was if it is known."""

    size: Size = field(default_factory=lambda: Size(0, 0, 0))
    authors: dict[str, Author] = field(default_factory=dict)
    newest: datetime | None = None
    accepted: dict[str, AcceptedInSource] = field(default_factory=dict)
    leftovers: list[RowError] = field(default_factory=list)

    def left_out(self, file: str) -> set[int]:
        """Return the lines of this file that cannot be taken."""
        return {row.line for row in self.leftovers if base_name(row.file) == file}


def survey(folder: Path, progress: Progress, now: datetime) -> Survey:
    """Read everything. Raises ArchiveRefused when the archive is torn or is none."""
    reading = _Reading(progress, now)
    reading.found.size = check(folder, reading.see)
    reading.settle_dates()
    return reading.found


def base_name(file: str) -> str:
    """Return a file's name without the ending of its compression."""
    return file.removesuffix(".gz").removesuffix(".xz")


def language_of(locale: str | None) -> str:
    """Return the language of a locale such as en-US; empty when there is none."""
    return (locale or "").replace("_", "-").partition("-")[0].lower()[:8]


class _Reading:
    """Collects while the rows pass by, keeping little of each."""

    def __init__(self, progress: Progress, now: datetime) -> None:
        self._latest = now + timedelta(days=1)
        self.found = Survey()
        self._progress = progress
        self._questions: set[bytes] = set()
        self._answers: set[bytes] = set()
        self._main_language = ""
        self._other_languages: dict[str, str] = {}
        self._accepted_on: dict[str, date] = {}

    def see(self, line: int, row: Anything) -> None:
        self._progress.advance()
        if isinstance(row, RowError):
            self.found.leftovers.append(row)
        elif isinstance(row, Question):
            if (reason := self._fault_of_question(row)) is None:
                self._take_question(row)
            else:
                self.found.leftovers.append(RowError("questions.jsonl", line, reason, f"{row.id}: {row.title}"[:1000]))
        elif isinstance(row, Answer):
            if (reason := self._fault_of_answer(row)) is None:
                self._take_answer(row)
            else:
                self.found.leftovers.append(RowError("answers.jsonl", line, reason, f"{row.id}: {row.body}"[:1000]))
        elif row.kind == "accepted":
            self._accepted_on[row.post] = row.on

    def settle_dates(self) -> None:
        """Use the day of an acceptance vote where the question itself does not say when it was accepted."""
        for question, (answer, at) in self.found.accepted.items():
            if at is None and answer in self._accepted_on:
                self.found.accepted[question] = answer, self._accepted_on[answer]

    def _fault_of_question(self, row: Question) -> str | None:
        if not row.title.strip():
            return "it has no title"
        if len(row.title) > LONGEST_TITLE:
            return f"its title is longer than {LONGEST_TITLE} characters"
        return self._fault(row, self._questions)

    def _fault_of_answer(self, row: Answer) -> str | None:
        if _short(row.question) not in self._questions:
            return "its question is not in the archive, or was left out"
        return self._fault(row, self._answers)

    def _fault(self, row: Question | Answer, ids: set[bytes]) -> str | None:
        if len(row.id) > LONGEST_KEY:
            return f"its id is longer than {LONGEST_KEY} characters"
        if len(row.body) > LONGEST_BODY:
            return f"its text is longer than {LONGEST_BODY} characters"
        if not EARLIEST <= row.at <= self._latest:
            return "its time is before 1970 or in the future"
        return "another row has this id" if _short(row.id) in ids else None

    def _take_question(self, row: Question) -> None:
        self._questions.add(_short(row.id))
        language = language_of(row.locale)
        self._main_language = self._main_language or language
        if language != self._main_language:
            self._other_languages[row.id] = language
        if row.accepted is not None:
            self.found.accepted[row.id] = row.accepted, row.accepted_at
        self._note(row, language)

    def _take_answer(self, row: Answer) -> None:
        self._answers.add(_short(row.id))
        if row.accepted:
            self.found.accepted.setdefault(row.question, (row.id, None))
        self._note(row, self._other_languages.get(row.question, self._main_language))

    def _note(self, row: Question | Answer, language: str) -> None:
        if self.found.newest is None or row.at > self.found.newest:
            self.found.newest = row.at
        author = self.found.authors.get(row.user or "")
        if author is None:
            self.found.authors[row.user or ""] = Author(row.at, [language] if language else [])
            return
        author.first_at = min(author.first_at, row.at)
        if language and language not in author.languages:
            author.languages.append(language)


def _short(key: str) -> bytes:
    # Eight bytes instead of the id itself: a million ids should not take a million strings.
    return hashlib.blake2b(key.encode(), digest_size=8).digest()
