"""What was found in a source that was read once before anything is written: is it sound, who wrote, until when.

`Survey` is what was found; `Surveyor` collects it while the rows pass by, keeping little of each.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from app.community.lengths import LONGEST_BODY, LONGEST_TITLE
from app.importers.progress import Progress
from app.importers.rows import Answer, Question, RowError, Vote

LONGEST_KEY = 160
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

AcceptedInSource = tuple[str, datetime | date | None]


@dataclass(slots=True)
class Author:
    """Somebody who wrote: since when, in which languages, and her name where the source has one beside the key."""

    first_at: datetime
    languages: list[str]
    name: str = ""


@dataclass
class Survey:
    """What a source holds: how many rows of each kind, and who wrote them.

    `accepted` maps a question to its accepted answer, and when that was if it is known. `skipped` holds, by kind, the
    numbers of the rows that cannot be taken because of other rows; they are among the leftovers.
    """

    sizes: Counter[str] = field(default_factory=Counter)
    authors: dict[str, Author] = field(default_factory=dict)
    newest: datetime | None = None
    accepted: dict[str, AcceptedInSource] = field(default_factory=dict)
    leftovers: list[RowError] = field(default_factory=list)
    skipped: dict[str, set[int]] = field(default_factory=dict)
    licences: list[str] = field(default_factory=list)


def language_of(locale: str | None) -> str:
    """Return the language of a locale such as en-US; empty when there is none."""
    return (locale or "").replace("_", "-").partition("-")[0].lower()[:8]


class Surveyor:
    """Collects a Survey. Questions must pass by before their answers; `number` is a row's place among its kind."""

    def __init__(self, progress: Progress, now: datetime) -> None:
        self.found = Survey()
        self._latest = now + timedelta(days=1)
        self._progress = progress
        self._questions: set[bytes] = set()
        self._answers: set[bytes] = set()
        self._main_language = ""
        self._other_languages: dict[str, str] = {}
        self._accepted_on: dict[str, date] = {}

    def question(self, number: int, row: Question, *, file: str, line: int) -> bool:
        """Look at a question; say whether it can be taken."""
        if (reason := self._fault_of_question(row)) is not None:
            self.bad_row("questions", number, RowError(file, line, reason, f"{row.id}: {row.title}"[:1000]))
            return False
        self._count("questions")
        self._take_question(row)
        return True

    def answer(self, number: int, row: Answer, *, file: str, line: int) -> None:
        """Look at an answer."""
        if (reason := self._fault_of_answer(row)) is not None:
            self.bad_row("answers", number, RowError(file, line, reason, f"{row.id}: {row.body}"[:1000]))
            return
        self._count("answers")
        self._take_answer(row)

    def note_acceptance(self, row: Vote) -> None:
        """Note on which day an answer was accepted, where this vote says so."""
        if row.kind == "accepted":
            self._accepted_on[row.post] = row.on

    def bad_row(self, kind: str, number: int, row: RowError) -> None:
        """Leave a row out."""
        self._count(kind)
        self.found.leftovers.append(row)
        self.found.skipped.setdefault(kind, set()).add(number)

    def other(self, kind: str) -> None:
        """Count a row of another kind, which is looked at when its turn comes."""
        self._count(kind)

    def moment(self, at: datetime) -> None:
        """Note that something happened then: moved times end with the newest."""
        if at <= self._latest and (self.found.newest is None or at > self.found.newest):
            self.found.newest = at

    def author(self, user: str | None, at: datetime, *, language: str = "", name: str = "") -> None:
        """Note that somebody wrote."""
        known = self.found.authors.get(user or "")
        if known is None:
            self.found.authors[user or ""] = Author(at, [language] if language else [], name)
            return
        known.first_at = min(known.first_at, at)
        if language and language not in known.languages:
            known.languages.append(language)

    def knows_post(self, key: str) -> bool:
        """Say whether this is the id of a good question or answer met so far."""
        return _short(key) in self._questions or _short(key) in self._answers

    def settled(self) -> Survey:
        """Return what was found, with the day of an acceptance where the question itself does not say when it was."""
        for question, (answer, at) in self.found.accepted.items():
            if at is None and answer in self._accepted_on:
                self.found.accepted[question] = answer, self._accepted_on[answer]
        return self.found

    def _count(self, kind: str) -> None:
        self.found.sizes[kind] += 1
        self._progress.advance()

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
        self.moment(row.at)
        self.author(row.user, row.at, language=language, name=row.user_name)


def _short(key: str) -> bytes:
    # Eight bytes instead of the id itself: a million ids should not take a million strings.
    return hashlib.blake2b(key.encode(), digest_size=8).digest()
