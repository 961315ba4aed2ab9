"""Reading a community archive: good rows, bad rows with their place, and folders that are refused."""

from __future__ import annotations

import gzip
import json
import lzma
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.importers.archive_format import check, read_answers, read_questions, read_votes
from app.importers.rows import ArchiveRefused, RowError

QUESTION = {"id": "1", "t": "2024-01-01T10:00:00Z", "user": "u1", "title": "T", "body": "B", "tags": ["x", "x", "y"]}
ANSWER = {"id": "9", "qid": "1", "t": "2024-01-01T11:00:00Z", "user": None, "body": "B", "score": 2, "accepted": True}


def lines(*rows: object) -> bytes:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "questions.jsonl").write_bytes(lines(QUESTION))
    (tmp_path / "answers.jsonl").write_bytes(lines(ANSWER))
    return tmp_path


def test_a_whole_archive_passes_with_its_size(folder):
    (folder / "votes.csv").write_text("post,type,date\n9,2,2024-01-03\n9,1,2024-01-04\n")

    size = check(folder)

    assert (size.questions, size.answers, size.votes) == (1, 1, 2)
    assert [(line, vote.kind, vote.on) for line, vote in read_votes(folder)] == [
        (2, "up", date(2024, 1, 3)),
        (3, "accepted", date(2024, 1, 4)),
    ]


def test_a_question_comes_with_defaults(folder):
    ((line, question),) = read_questions(folder)

    assert line == 1
    assert question.at == datetime(2024, 1, 1, 10, tzinfo=UTC)
    assert (question.tags, question.topics) == (("x", "y"), ("x", "y"))
    assert (question.format, question.accepted, question.accepted_known, question.score) == ("plain", None, True, 0)


def test_the_category_stands_in_for_missing_tags(folder):
    (folder / "questions.jsonl").write_bytes(lines(QUESTION | {"tags": [], "category": "c"}))

    ((_, question),) = read_questions(folder)

    assert question.topics == ("c",)


def test_an_answer_may_have_no_author(folder):
    ((_, answer),) = read_answers(folder)

    assert (answer.user, answer.score, answer.unhelpful, answer.accepted) == (None, 2, 0, True)


@pytest.mark.parametrize("ending, pack", [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_compressed_files_read_the_same(folder, ending, pack):
    plain = list(read_questions(folder))
    (folder / "questions.jsonl").unlink()
    (folder / f"questions.jsonl{ending}").write_bytes(pack(lines(QUESTION)))

    assert list(read_questions(folder)) == plain


@pytest.mark.parametrize(
    "row, reason",
    [
        ("{nonsense", "not a JSON object"),
        ("[1, 2]", "not a JSON object"),
        ("[" * 100_000, "not a JSON object"),
        (QUESTION | {"t": "yesterday"}, "t is not a time"),
        (QUESTION | {"t": "2024-01-01"}, "t is not a moment"),
        (QUESTION | {"t": None}, "t is missing"),
        ({key: value for key, value in QUESTION.items() if key != "id"}, "id is missing"),
        (QUESTION | {"id": ["1"]}, "id is not an id"),
        (QUESTION | {"title": 5}, "title is not a text"),
        (QUESTION | {"body": "a\0b"}, "body contains a NUL character"),
        (QUESTION | {"body": "\ud800"}, "body contains half of a character"),
        (QUESTION | {"tags": "x"}, "tags is not a list"),
        (QUESTION | {"tags": [1]}, "tags is not a text"),
        (QUESTION | {"score": 1.5}, "score is not a whole number"),
        (QUESTION | {"score": True}, "score is not a whole number"),
        (QUESTION | {"accepted_known": "no"}, "accepted_known is neither true nor false"),
        (QUESTION | {"format": "docx"}, "format is none of plain, markdown, html"),
    ],
)
def test_a_bad_row_is_named_with_file_and_line_and_the_rest_is_read(folder, row, reason):
    (folder / "questions.jsonl").write_bytes(lines(QUESTION, row, QUESTION | {"id": "2"}))

    found = dict(read_questions(folder))

    assert isinstance(found[2], RowError)
    assert (found[2].file, found[2].line, found[2].reason) == ("questions.jsonl", 2, reason)
    assert len(found[2].row) <= 1000
    assert found[3].id == "2"
    assert check(folder).questions == 3


def test_bytes_that_are_no_utf8_are_a_bad_row(folder):
    (folder / "questions.jsonl").write_bytes(lines(QUESTION) + b'{"id": "\xff"}\n' + lines(QUESTION))

    assert dict(read_questions(folder))[2].reason == "not UTF-8"


def test_blank_lines_are_skipped_and_counted_as_lines(folder):
    (folder / "questions.jsonl").write_bytes(b"\n\n" + lines(QUESTION) + b"  \n")

    assert [line for line, _ in read_questions(folder)] == [3]


def test_an_endless_line_is_one_bad_row(folder):
    (folder / "questions.jsonl").write_bytes(lines(QUESTION) + b"x" * 9_000_000 + b"\n" + lines(QUESTION))

    found = dict(read_questions(folder))

    assert isinstance(found[2], RowError)
    assert not isinstance(found[3], RowError)


@pytest.mark.parametrize("row", ["9,2", "9,7,2024-01-01", "9,2,soon", ",2,2024-01-01", '"9'])
def test_a_bad_vote_is_a_bad_row(folder, row):
    (folder / "votes.csv").write_text(f"post,type,date\n9,2,2024-01-03\n{row}\n9,3,2024-01-03\n")

    kinds = [isinstance(vote, RowError) for _, vote in read_votes(folder)]

    assert kinds == [False, True, False]


@pytest.mark.parametrize("name", ["questions.jsonl", "answers.jsonl"])
def test_a_missing_file_refuses_the_folder(folder, name):
    (folder / name).unlink()

    with pytest.raises(ArchiveRefused) as refused:
        check(folder)

    assert (refused.value.file, refused.value.code) == (name, "missing")


def test_no_folder_is_refused(tmp_path):
    with pytest.raises(ArchiveRefused, match="there is no such folder"):
        check(tmp_path / "nowhere")


def test_a_file_is_refused_as_a_file(folder):
    with pytest.raises(ArchiveRefused, match="this is a file"):
        check(folder / "questions.jsonl")


@pytest.mark.parametrize("ending, pack", [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_a_torn_compressed_file_is_refused(folder, ending, pack):
    rows = lines(*(QUESTION | {"id": str(number), "body": f"body {number**5}"} for number in range(2_000)))
    (folder / "questions.jsonl").unlink()
    (folder / f"questions.jsonl{ending}").write_bytes(pack(rows)[:-20])

    with pytest.raises(ArchiveRefused) as refused:
        check(folder)

    assert refused.value.code == "torn"


def test_a_row_cut_in_the_middle_at_the_end_is_refused(folder):
    (folder / "answers.jsonl").write_bytes((lines(ANSWER) * 2)[:-30])

    with pytest.raises(ArchiveRefused) as refused:
        check(folder)

    assert (refused.value.file, refused.value.code) == ("answers.jsonl", "torn")


@pytest.mark.parametrize("ending, pack", [("", bytes), (".gz", gzip.compress), (".xz", lzma.compress)])
def test_a_bad_last_row_with_a_line_end_is_one_bad_row(folder, ending, pack):
    (folder / "questions.jsonl").unlink()
    (folder / f"questions.jsonl{ending}").write_bytes(pack(lines(QUESTION, "{nonsense")))

    assert check(folder).questions == 2
    assert [row.reason for _, row in read_questions(folder) if isinstance(row, RowError)] == ["not a JSON object"]


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_archive_without_questions_is_none(folder, content):
    (folder / "questions.jsonl").write_bytes(content)

    with pytest.raises(ArchiveRefused, match=r"questions\.jsonl: it is empty"):
        check(folder)


def test_questions_need_no_answers(folder):
    (folder / "answers.jsonl").write_bytes(b"")

    assert check(folder).answers == 0


def test_a_last_row_without_a_line_end_is_whole(folder):
    (folder / "answers.jsonl").write_bytes(lines(ANSWER)[:-1])

    assert check(folder).answers == 1


@pytest.mark.parametrize("content", [b"<xml/>\n" * 200, lines({"a": 1}) * 200, bytes(range(256)) * 40])
def test_something_else_altogether_is_refused(folder, content):
    (folder / "questions.jsonl").write_bytes(content)

    with pytest.raises(ArchiveRefused) as refused:
        check(folder)

    assert refused.value.code == "foreign"


@pytest.mark.long
@pytest.mark.needs_shared
def test_the_real_community_is_read_whole(shared_data):
    size = check(shared_data / "thunderbird-support")

    assert (size.questions, size.answers, size.votes) == (29_514, 66_032, 0)
