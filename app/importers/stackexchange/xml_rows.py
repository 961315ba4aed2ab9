"""Read the rows of one XML file of a dump as a stream: `<posts><row Id="1" …/>…</posts>`, one row after the other.

A row that is no well-formed XML is left out with its line, and reading goes on behind it. A document type is refused,
so that there are no entities to blow up; rows and depth have bounds, so that memory does too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from app.importers.packed import TORN
from app.importers.rows import ArchiveRefused, RowError

PIECE = 1 << 16
LONGEST_ROW = 4_000_000  # bytes; a longer one is no row
DEEPEST = 8

XmlRow = dict[str, str]


def read_xml_rows(file: IO[bytes], *, name: str, root: str, after: int = 0) -> Iterator[tuple[int, XmlRow | RowError]]:
    """Yield (number, attributes or what is wrong with the row) of the rows behind `after`.

    A row's number is its line; where several share one, the next free number. Raises ArchiveRefused when the file is
    torn, when its root is another one, or when it declares a document type.
    """
    reading = _Reading(name, root)
    number = 0
    for line, found in reading.rows(file):
        number = max(line, number + 1)
        if number > after:
            yield number, found if isinstance(found, dict) else RowError(name, number, found, "")


class _Reading:
    """Feeds the parser line by line; after an ill-formed line, a new parser goes on inside the root."""

    def __init__(self, name: str, root: str) -> None:
        self._name, self._root = name, root
        self._rows: list[tuple[int, XmlRow | str]] = []
        self._line = 1  # of the file, that the parser is fed with
        self._lines_before = 0  # those the parser has not seen
        self._depth = 0
        self._is_open = self._is_closed = False
        self._unparsed = 0
        self._parser = self._new_parser()

    def rows(self, file: IO[bytes]) -> Iterator[tuple[int, XmlRow | str]]:
        """Yield (line, attributes or what is wrong)."""
        is_skipping = False
        try:
            while piece := file.readline(PIECE):
                if not is_skipping:
                    is_skipping = not self._feed(piece)
                yield from self._rows
                self._rows.clear()
                if piece.endswith(b"\n"):
                    self._line, is_skipping = self._line + 1, False
        except TORN as error:
            raise ArchiveRefused(self._name, "torn", "the compressed file is not whole") from error
        if not self._is_closed:
            raise ArchiveRefused(self._name, "torn", f"the file ends before </{self._root}>")

    def _feed(self, piece: bytes) -> bool:
        """Parse a piece of a line; return whether the rest of the line can be parsed too."""
        self._unparsed += len(piece)
        try:
            self._parser.Parse(piece, False)
        except (expat.ExpatError, ValueError) as error:
            self._give_up(f"not well-formed XML ({_words(error)})")
            return False
        if self._unparsed > LONGEST_ROW:
            self._give_up(f"longer than {LONGEST_ROW:,} bytes")
            return False
        return True

    def _give_up(self, reason: str) -> None:
        """Leave the row out and go on behind it, inside the root."""
        if not self._is_open or self._is_closed:
            raise ArchiveRefused(self._name, "foreign", f"this is no <{self._root}> of a dump: {reason}")
        self._rows.append((self._line, reason))
        self._parser = self._new_parser()
        self._lines_before, self._depth, self._unparsed = self._line, 0, 0
        self._parser.Parse(f"<{self._root}>".encode(), False)

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        return parser

    def _start(self, tag: str, attributes: XmlRow) -> None:
        self._depth += 1
        self._unparsed = 0
        if self._depth == 1 and tag != self._root:
            raise ArchiveRefused(self._name, "foreign", f"its root is <{tag[:40]}>, not <{self._root}>")
        if self._depth > DEEPEST:
            raise ArchiveRefused(self._name, "foreign", "its elements are nested too deeply")
        self._is_open = True
        if self._depth == 2:
            line = self._lines_before + self._parser.CurrentLineNumber
            self._rows.append((line, attributes if tag == "row" else f"<{tag[:40]}> is no row"))

    def _end(self, _tag: str) -> None:
        self._depth -= 1
        self._unparsed = 0
        self._is_closed = self._depth == 0

    def _refuse_doctype(self, *_declared: object) -> None:
        raise ArchiveRefused(self._name, "foreign", "it declares a document type; entities are not read")


def _words(error: Exception) -> str:
    return expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else str(error)
