"""Read a community archive: a folder with questions.jsonl, answers.jsonl and perhaps votes.csv, plain, .gz or .xz.

Rows come one at a time with their line number; a row that cannot be used comes as a RowError that says why, and reading
goes on. `check` reads everything once and refuses a folder that is torn or something else altogether, so that whoever
writes can refuse before writing. What the rows mean is left to whoever asked for them. Standard library only.
"""

import csv
import gzip
import json
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, Literal, TypeVar, cast

LONGEST_LINE = 4_000_000  # bytes; a longer one is no post
ENDINGS = ("", ".gz", ".xz")
ROWS_TO_RECOGNISE = 100

Format = Literal["plain", "markdown", "html"]


class ArchiveRefused(Exception):
    """The folder is not a whole community archive. `file` names the culprit, `code` is missing, torn or foreign."""

    def __init__(self, file: str, code: Literal["missing", "torn", "foreign"], why: str) -> None:
        super().__init__(f"{file}: {why}")
        self.file = file
        self.code = code


@dataclass(frozen=True)
class RowError:
    """One row that cannot be used: where, why in a few words, and its first thousand characters."""

    file: str
    line: int
    reason: str
    row: str


@dataclass(frozen=True)
class Question:
    """One question; times are aware and in UTC."""

    id: str
    at: datetime
    user: str | None
    title: str
    body: str
    format: Format
    tags: tuple[str, ...]
    category: str | None
    locale: str | None
    accepted: str | None
    accepted_known: bool
    accepted_at: datetime | date | None
    score: int

    @property
    def topics(self) -> tuple[str, ...]:
        """The tags; the category where there is no tag."""
        if self.tags:
            return self.tags
        return (self.category,) if self.category else ()


@dataclass(frozen=True)
class Answer:
    """One answer or follow-up to the question `question`."""

    id: str
    question: str
    at: datetime
    user: str | None
    body: str
    format: Format
    score: int
    unhelpful: int
    accepted: bool


@dataclass(frozen=True)
class Vote:
    """One vote; only its day is known."""

    post: str
    kind: Literal["accepted", "up", "down"]
    on: date


@dataclass(frozen=True)
class Size:
    """How many rows an archive has, good and bad together."""

    questions: int
    answers: int
    votes: int


Row = TypeVar("Row", Question, Answer, Vote)

VOTE_KINDS: dict[str, Literal["accepted", "up", "down"]] = {"1": "accepted", "2": "up", "3": "down"}


class _BadRowError(ValueError):
    """Why a row cannot be used."""


def read_questions(folder: Path, *, after: int = 0) -> Iterator[tuple[int, Question | RowError]]:
    """Yield (line, question or what is wrong with it), of the lines behind `after`.

    Raises ArchiveRefused when the file is missing or torn.
    """
    yield from _json_rows(_find(folder, "questions.jsonl"), _question, after)


def read_answers(folder: Path, *, after: int = 0) -> Iterator[tuple[int, Answer | RowError]]:
    """Yield (line, answer or what is wrong with it), of the lines behind `after`.

    Raises ArchiveRefused when the file is missing or torn.
    """
    yield from _json_rows(_find(folder, "answers.jsonl"), _answer, after)


def read_votes(folder: Path) -> Iterator[tuple[int, Vote | RowError]]:
    """Yield (line, vote or what is wrong with it); nothing without a votes.csv. Raises ArchiveRefused when torn."""
    path = _find_optional(folder, "votes.csv")
    if path is None:
        return
    for line, text in _lines(path):
        if line == 1 and text.lower().startswith("post,"):
            continue
        yield line, _parsed(path, line, text, lambda row: _vote(next(csv.reader([row]), [])))


Anything = Question | Answer | Vote | RowError


def check(folder: Path, see: Callable[[int, Anything], None] | None = None) -> Size:
    """Read the whole archive, show `see` each line and row (questions, answers, votes), and return its size.

    Raises ArchiveRefused when a file is missing, ends in the middle (of its compression or of a row), or holds nothing
    that looks like the rows it should hold.
    """
    if not folder.is_dir():
        raise ArchiveRefused(str(folder), "missing", "there is no such folder")
    questions = _checked(_find(folder, "questions.jsonl"), read_questions(folder), see)
    answers = _checked(_find(folder, "answers.jsonl"), read_answers(folder), see)
    votes_path = _find_optional(folder, "votes.csv")
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


def _find(folder: Path, name: str) -> Path:
    path = _find_optional(folder, name)
    if path is None:
        raise ArchiveRefused(name, "missing", "not in this folder, neither plain nor as .gz or .xz")
    return path


def _find_optional(folder: Path, name: str) -> Path | None:
    found = [folder / (name + ending) for ending in ENDINGS if (folder / (name + ending)).is_file()]
    return found[0] if found else None


def _open(path: Path) -> IO[bytes]:
    if path.suffix == ".xz":
        return lzma.open(path, "rb")
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number, text without its end) of every line that is not blank."""
    try:
        with _open(path) as file:
            number = 0
            while raw := file.readline(LONGEST_LINE):
                number += 1
                whole = raw.endswith(b"\n")
                while not whole and (more := file.readline(LONGEST_LINE)):
                    raw, whole = b"", more.endswith(b"\n")  # too long: skip it, and let the row fail
                text = raw.decode("utf-8", errors="surrogateescape").strip("\r\n")
                if text.strip() or not raw:
                    yield number, text
    except (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile) as error:
        raise ArchiveRefused(path.name, "torn", "the compressed file is not whole") from error


def _json_rows(path: Path, parse: Callable[[dict[str, Any]], Row], after: int) -> Iterator[tuple[int, Row | RowError]]:
    last: tuple[int, str] | None = None
    for line, text in _lines(path):
        if line <= after:
            continue
        if last is not None:
            yield last[0], _parsed(path, *last, lambda row: parse(_object(row)))
        last = line, text
    if last is not None:
        result = _parsed(path, *last, lambda row: parse(_object(row)))
        if isinstance(result, RowError) and result.reason == NOT_JSON:
            result = RowError(result.file, result.line, UNFINISHED, result.row)
        yield last[0], result


NOT_JSON = "not a JSON object"


def _parsed(path: Path, line: int, text: str, parse: Callable[[str], Row]) -> Row | RowError:
    try:
        text.encode("utf-8")
        return parse(text)
    except UnicodeEncodeError:
        reason = "not UTF-8"
    except _BadRowError as error:
        reason = str(error)
    return RowError(path.name, line, reason, text.encode("utf-8", errors="replace").decode()[:1000])


def _object(text: str) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _BadRowError(NOT_JSON) from error
    if not isinstance(row, dict):
        raise _BadRowError(NOT_JSON)
    return row


def _question(row: dict[str, Any]) -> Question:
    tags = row.get("tags") or []
    if not isinstance(tags, list):
        raise _BadRowError("tags is not a list")
    accepted_t = _text(row, "accepted_t", optional=True)
    return Question(
        id=_id(row, "id"),
        at=_time(row, "t"),
        user=_id_or_none(row, "user"),
        title=_text(row, "title") or "",
        body=_text(row, "body") or "",
        format=_format(row),
        tags=tuple(dict.fromkeys(_clean(tag, "tags") for tag in tags if tag)),
        category=_text(row, "category", optional=True),
        locale=_text(row, "locale", optional=True),
        accepted=_id_or_none(row, "accepted"),
        accepted_known=_flag(row, "accepted_known", absent=True),
        accepted_at=None if accepted_t is None else _day_or_time(accepted_t, "accepted_t"),
        score=_number(row, "score"),
    )


def _answer(row: dict[str, Any]) -> Answer:
    return Answer(
        id=_id(row, "id"),
        question=_id(row, "qid"),
        at=_time(row, "t"),
        user=_id_or_none(row, "user"),
        body=_text(row, "body") or "",
        format=_format(row),
        score=_number(row, "score"),
        unhelpful=_number(row, "neg"),
        accepted=_flag(row, "accepted", absent=False),
    )


def _vote(cells: list[str]) -> Vote:
    if len(cells) != 3:
        raise _BadRowError("a vote has three cells: post, type, date")
    post, kind, day = (_clean(cell, "vote").strip() for cell in cells)
    if not post or kind not in VOTE_KINDS:
        raise _BadRowError("unknown type of vote")
    on = _day_or_time(day, "date")
    return Vote(post, VOTE_KINDS[kind], on.date() if isinstance(on, datetime) else on)


def _id(row: dict[str, Any], name: str) -> str:
    found = _id_or_none(row, name)
    if found is None:
        raise _BadRowError(f"{name} is missing")
    return found


def _id_or_none(row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > 200:
        raise _BadRowError(f"{name} is not an id")
    return _clean(str(value), name)


def _text(row: dict[str, Any], name: str, *, optional: bool = False) -> str | None:
    value = row.get(name)
    if value is None and optional:
        return None
    if not isinstance(value, str):
        raise _BadRowError(f"{name} is missing" if value is None else f"{name} is not a text")
    return _clean(value, name)


def _clean(value: object, name: str) -> str:
    """Return a text that every database can keep."""
    if not isinstance(value, str):
        raise _BadRowError(f"{name} is not a text")
    if "\0" in value:
        raise _BadRowError(f"{name} contains a NUL character")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _BadRowError(f"{name} contains half of a character") from error
    return value


def _format(row: dict[str, Any]) -> Format:
    value = row.get("format", "plain") or "plain"
    if value not in ("plain", "markdown", "html"):
        raise _BadRowError("format is none of plain, markdown, html")
    return cast(Format, value)


def _flag(row: dict[str, Any], name: str, *, absent: bool) -> bool:
    value = row.get(name, absent)
    if not isinstance(value, bool):
        raise _BadRowError(f"{name} is neither true nor false")
    return value


def _number(row: dict[str, Any], name: str) -> int:
    value = row.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 1_000_000_000:
        raise _BadRowError(f"{name} is not a whole number")
    return value


def _time(row: dict[str, Any], name: str) -> datetime:
    value = _text(row, name)
    moment = _day_or_time(value or "", name)
    if not isinstance(moment, datetime):
        raise _BadRowError(f"{name} is not a moment")
    return moment


def _day_or_time(text: str, name: str) -> datetime | date:
    """Return a day, or an aware moment in UTC; a moment without a zone is taken to be in UTC."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _BadRowError(f"{name} is not a time") from error
