"""Reading the XML of a dump: as a stream, row by row, and never what could blow up."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest

from app.importers.rows import ArchiveRefused, RowError
from app.importers.stackexchange.xml_rows import read_xml_rows

HEAD = b'<?xml version="1.0" encoding="utf-8"?>\n<posts>\n'


def read(content: bytes, after: int = 0) -> list[tuple[int, dict[str, str] | str]]:
    rows = read_xml_rows(io.BytesIO(content), name="Posts.xml", root="posts", after=after)
    return [(number, row.reason if isinstance(row, RowError) else row) for number, row in rows]


def test_each_row_comes_with_its_line() -> None:
    assert read(HEAD + b'<row Id="1" Body="a&amp;b&#xA;c"/>\n\n<row Id="2"/>\n</posts>') == [
        (3, {"Id": "1", "Body": "a&b\nc"}),
        (5, {"Id": "2"}),
    ]


def test_rows_that_share_a_line_get_numbers_of_their_own() -> None:
    assert [number for number, _ in read(b'<posts><row Id="1"/><row Id="2"/><row Id="3"/></posts>')] == [1, 2, 3]


def test_reading_goes_on_behind_a_number() -> None:
    rows = b"".join(b'<row Id="%d"/>\n' % n for n in range(9))

    assert [number for number, _ in read(HEAD + rows + b"</posts>", after=8)] == [9, 10, 11]


@pytest.mark.parametrize(
    "bad",
    [
        b'<row Id="1" Id="2"/>',
        b'<row Id="1\x00"/>',
        b'<row Id="&#x0;"/>',
        b'<row Id="&nobody;"/>',
        b'<row Id="\xff"/>',
        b"<row Id=1/>",
        b"</row>",
        b"<!DOCTYPE posts>",
    ],
)
def test_an_ill_formed_row_is_left_out_and_the_rest_is_read(bad: bytes) -> None:
    found = read(HEAD + b'<row Id="1"/>\n' + bad + b'\n<row Id="3"/>\n<row Id="4"/>\n</posts>\n')

    assert [number for number, _ in found] == [3, 4, 5, 6]
    assert "not well-formed XML" in str(found[1][1])
    assert found[2:] == [(5, {"Id": "3"}), (6, {"Id": "4"})]


def test_an_endless_row_is_left_out_in_little_memory() -> None:
    content = HEAD + b'<row Id="1"/>\n<row Id="' + b"x" * 30_000_000 + b'"/>\n<row Id="3"/>\n</posts>'
    file = io.BytesIO(content)
    tracemalloc.start()

    found = list(read_xml_rows(file, name="Posts.xml", root="posts"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert [number for number, _ in found] == [3, 4, 5]
    assert peak < 10_000_000


def test_an_element_that_is_no_row_is_left_out() -> None:
    assert read(b'<posts><cell Id="1"/></posts>') == [(1, "<cell> is no row")]


@pytest.mark.parametrize(
    "content, code",
    [
        (HEAD + b'<row Id="1"/>\n', "torn"),
        (HEAD + b'<row Id="1"/>\n<row Id="2', "torn"),
        (b"", "torn"),
        (b"{}", "foreign"),
        (b"<users></users>", "foreign"),
        (b"<posts>" + b"<a>" * 9, "foreign"),
        (b"<posts></posts><posts></posts>", "foreign"),
        (b"<!DOCTYPE posts><posts></posts>", "foreign"),
        (b'<!DOCTYPE p [<!ENTITY a "b">]><posts><row Id="&a;"/></posts>', "foreign"),
    ],
)
def test_what_is_torn_or_foreign_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(ArchiveRefused) as refused:
        read(content)

    assert (refused.value.file, refused.value.code) == ("Posts.xml", code)


@pytest.mark.needs_shared
def test_no_attack_on_xml_parsers_gets_through(shared_data: Path) -> None:
    for path in sorted((shared_data / "corpora" / "xml").iterdir()):
        with pytest.raises(ArchiveRefused):
            read(path.read_bytes())
