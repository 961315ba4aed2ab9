"""Read a community archive: a folder with questions.jsonl, answers.jsonl and perhaps votes.csv, plain, .gz or .xz.

Rows come one at a time with their line number; a row that cannot be used comes as a RowError that says why, and reading
goes on. `check` reads everything once and refuses a folder that is torn or something else altogether, so that whoever
writes can refuse before writing. What the rows mean is left to whoever asked for them. Standard library only.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from app.importers import fields
from app.importers.fields import BadRowError
from app.importers.packed import TORN, check_folder, found_file, opened, optional_file
from app.importers.rows import Answer, ArchiveRefused, Question, RowError, Vote

LONGEST_LINE = 4_000_000  # bytes; a longer one is no post
ROWS_TO_RECOGNISE = 100


@dataclass(frozen=True)
class Size:
    """How many rows an archive has, good and bad together."""

    questions: int
    answers: int
    votes: int


Row = TypeVar("Row", Question, Answer, Vote)

VOTE_KINDS: dict[str, Literal["accepted", "up", "down"]] = {"1": "accepted", "2": "up", "3": "down"}


def read_questions(folder: Path, *, after: int = 0) -> Iterator[tuple[int, Question | RowError]]:
    """Yield (line, question or what is wrong with it), of the lines behind `after`.

    Raises ArchiveRefused when the file is missing or torn.
    """
    yield from _json_rows(found_file(folder, "questions.jsonl"), _question, after)


def read_answers(folder: Path, *, after: int = 0) -> Iterator[tuple[int, Answer | RowError]]:
    """Yield (line, answer or what is wrong with it), of the lines behind `after`.

    Raises ArchiveRefused when the file is missing or torn.
    """
    yield from _json_rows(found_file(folder, "answers.jsonl"), _answer, after)


def read_votes(folder: Path) -> Iterator[tuple[int, Vote | RowError]]:
    """Yield (line, vote or what is wrong with it); nothing without a votes.csv. Raises ArchiveRefused when torn."""
    path = optional_file(folder, "votes.csv")
    if path is None:
        return
    for line, text, _is_ended in _lines(path):
        if line == 1 and text.lower().startswith("post,"):
            continue
        yield line, _parsed(path, line, text, lambda row: _vote(next(csv.reader([row]), [])))


Anything = Question | Answer | Vote | RowError


def check(folder: Path, see: Callable[[int, Anything], None] | None = None) -> Size:
    """Read the whole archive, show `see` each line and row (questions, answers, votes), and return its size.

    Raises ArchiveRefused when a file is missing, ends in the middle (of its compression or of a row), or holds nothing
    that looks like the rows it should hold, and when there are no questions. Answers there may be none.
    """
    check_folder(folder)
    questions_path = found_file(folder, "questions.jsonl")
    questions = _checked(questions_path, read_questions(folder), see)
    if not questions:
        raise ArchiveRefused(questions_path.name, "foreign", "it is empty; an archive without questions is none")
    answers = _checked(found_file(folder, "answers.jsonl"), read_answers(folder), see)
    votes_path = optional_file(folder, "votes.csv")
    votes = 0 if votes_path is None else _checked(votes_path, read_votes(folder), see)
    return Size(questions, answers, votes)


def _checked(
    path: Path, rows: Iterator[tuple[int, Row | RowError]], see: Callable[[int, Anything], None] | None
) -> int:
    """Return the number of rows, having met at least one good row among the first hundred and a whole last row."""
    count, good, last = 0, 0, None
    for line, last in rows:
        if see is not None:
            see(line, last)
        count += 1
        good += not isinstance(last, RowError)
        if count == ROWS_TO_RECOGNISE and good == 0:
            break
    if count and good == 0:
        raise ArchiveRefused(path.name, "foreign", "no row looks like a community archive")
    if isinstance(last, RowError) and last.reason == UNFINISHED:
        raise ArchiveRefused(path.name, "torn", f"the last row (line {last.line}) is not whole")
    return count


UNFINISHED = "the file ends in the middle of this row"


def _lines(path: Path) -> Iterator[tuple[int, str, bool]]:
    """Yield (line number, text without its end, whether it has one) of every line that is not blank."""
    try:
        with opened(path) as file:
            number = 0
            while raw := file.readline(LONGEST_LINE):
                number += 1
                whole = raw.endswith(b"\n")
                while not whole and (more := file.readline(LONGEST_LINE)):
                    raw, whole = b"", more.endswith(b"\n")  # too long: skip it, and let the row fail
                text = raw.decode("utf-8", errors="surrogateescape").strip("\r\n")
                if text.strip() or not raw:
                    yield number, text, whole
    except TORN as error:
        raise ArchiveRefused(path.name, "torn", "the compressed file is not whole") from error


def _json_rows(path: Path, parse: Callable[[dict[str, Any]], Row], after: int) -> Iterator[tuple[int, Row | RowError]]:
    for line, text, is_ended in _lines(path):
        if line <= after:
            continue
        result = _parsed(path, line, text, lambda row: parse(_object(row)))
        if not is_ended and isinstance(result, RowError) and result.reason == NOT_JSON:
            result = replace(result, reason=UNFINISHED)
        yield line, result


NOT_JSON = "not a JSON object"


def _parsed(path: Path, line: int, text: str, parse: Callable[[str], Row]) -> Row | RowError:
    try:
        text.encode("utf-8")
        return parse(text)
    except UnicodeEncodeError:
        reason = "not UTF-8"
    except BadRowError as error:
        reason = str(error)
    return RowError(path.name, line, reason, text.encode("utf-8", errors="replace").decode()[:1000])


def _object(text: str) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRowError(NOT_JSON) from error
    if not isinstance(row, dict):
        raise BadRowError(NOT_JSON)
    return row


def _question(row: dict[str, Any]) -> Question:
    tags = row.get("tags") or []
    if not isinstance(tags, list):
        raise BadRowError("tags is not a list")
    accepted_t = fields.text(row, "accepted_t", optional=True)
    return Question(
        id=fields.required_id(row, "id"),
        at=fields.moment(row, "t"),
        user=fields.id_or_none(row, "user"),
        title=fields.text(row, "title") or "",
        body=fields.text(row, "body") or "",
        format=fields.text_format(row),
        tags=tuple(dict.fromkeys(fields.clean(tag, "tags") for tag in tags if tag)),
        category=fields.text(row, "category", optional=True),
        locale=fields.text(row, "locale", optional=True),
        accepted=fields.id_or_none(row, "accepted"),
        accepted_known=fields.flag(row, "accepted_known", absent=True),
        accepted_at=None if accepted_t is None else fields.day_or_moment(accepted_t, "accepted_t"),
        score=fields.number(row, "score"),
    )


def _answer(row: dict[str, Any]) -> Answer:
    return Answer(
        id=fields.required_id(row, "id"),
        question=fields.required_id(row, "qid"),
        at=fields.moment(row, "t"),
        user=fields.id_or_none(row, "user"),
        body=fields.text(row, "body") or "",
        format=fields.text_format(row),
        score=fields.number(row, "score"),
        unhelpful=fields.number(row, "neg"),
        accepted=fields.flag(row, "accepted", absent=False),
    )


def _vote(cells: list[str]) -> Vote:
    if len(cells) != 3:
        raise BadRowError("a vote has three cells: post, type, date")
    post, kind, day = (fields.clean(cell, "vote").strip() for cell in cells)
    if not post or kind not in VOTE_KINDS:
        raise BadRowError("unknown type of vote")
    on = fields.day_or_moment(day, "date")
    return Vote(post, VOTE_KINDS[kind], on.date() if isinstance(on, datetime) else on)
