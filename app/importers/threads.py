"""The steps that every source has: its authors, its questions, its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from app.importers.acceptances import change_acceptances
from app.importers.answers import classify_answers, write_answers
from app.importers.origin import Counts, Numbered, Refused, Step
from app.importers.people import missing_authors, write_authors
from app.importers.questions import classify_questions, write_questions
from app.importers.rows import Answer, Question, RowError
from app.importers.shelves import Shelves
from app.importers.survey import Author, Survey
from app.importers.work import Work

PEOPLE_WEIGHT, QUESTION_WEIGHT, ANSWER_WEIGHT = 0.1, 1.5, 1.0

Place = Callable[[int], tuple[str, int]]


def author_step(work: Work, seen: Survey) -> Step:
    """Return the step that makes people of those authors who are not here yet."""

    def read(after: int) -> Iterator[tuple[int, tuple[str, Author]]]:
        yield from islice(enumerate(seen.authors.items(), 1), after, None)

    def look(batch: Sequence[Numbered]) -> Counts:
        new = len(missing_authors(work, [row for _, row in batch]))
        return new, 0, len(batch) - new

    def write(batch: Sequence[Numbered]) -> Sequence[Refused]:
        write_authors(work, [row for _, row in batch])
        return ()

    return Step("authors", len(seen.authors), PEOPLE_WEIGHT, read, look, write, lambda number: ("", number))


def question_step(
    work: Work, seen: Survey, read: Callable[[int], Iterator[tuple[int, Question | RowError]]], place: Place
) -> Step:
    """Return the step that writes the questions."""
    shelves = Shelves()

    def look(batch: Sequence[Numbered]) -> Counts:
        return classify_questions(work.source, [row for _, row in batch])

    def write(batch: Sequence[Numbered]) -> Sequence[Refused]:
        written = write_questions(work, shelves, [row for _, row in batch])
        change_acceptances(work, seen.accepted, written.changed)
        return _numbers(batch, written.refused)

    return Step("questions", seen.sizes["questions"], QUESTION_WEIGHT, read, look, write, place)


def answer_step(
    work: Work, seen: Survey, read: Callable[[int], Iterator[tuple[int, Answer | RowError]]], place: Place
) -> Step:
    """Return the step that writes the answers."""

    def look(batch: Sequence[Numbered]) -> Counts:
        return classify_answers(work.source, [row for _, row in batch])

    def write(batch: Sequence[Numbered]) -> Sequence[Refused]:
        return _numbers(batch, write_answers(work, seen.accepted, [row for _, row in batch]))

    return Step("answers", seen.sizes["answers"], ANSWER_WEIGHT, read, look, write, place)


def _numbers(batch: Sequence[Numbered], refused: Sequence[tuple[Any, str]]) -> list[Refused]:
    numbers = {row.id: number for number, row in batch}
    return [(numbers[row.id], reason) for row, reason in refused]
