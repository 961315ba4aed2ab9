"""How a document lies in a Whoosh segment: its terms, its filters, and one record of fixed length.

Whoosh's own posting blocks are compressed pickles, read one posting at a time. Measured on 29,514 questions with their
66,032 answers, 2 cores: three words took 59 ms (p95 247), the six rarest words of a title 146 ms (p95 500), building
87 s. Here the postings of a term are one array, used where it lies in the mapped file (docs/search.md has the figures).
Dictionary, columns, segments and table of contents remain Whoosh's.
"""

from array import array
from bisect import bisect_left
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import PostingsWriter
from whoosh.codec.whoosh3 import W3Codec, W3TermInfo, W3TermsReader
from whoosh.columns import FixedBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Existence, Format
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound

from app.search.analysis import terms_and_places
from app.search.backend import Document, State
from app.search.clauses import CLOSED, filter_key, language_of, realm_of, term_key
from app.search.weighing import standing_of

# Raised whenever an index written before could be misread.
FORMAT_VERSION = 6

# Positions in these tables are stored: only ever add at the end.
KINDS = ("question", "article", "service", "person", "case")
STATES = (State.OPEN, State.ANSWERED, State.ACCEPTED, State.CLOSED, None)

# One posting: the document, how often the term stands in title, body and answers. Then, for all postings of the term
# together, the places (uint16) in the order of the documents.
POSTING = np.dtype([("document", "<u4"), ("counts", "u1", (3,)), ("spare", "u1")])
PLACE = np.dtype("<u2")

RECORD = np.dtype(
    [
        ("id", "<i8"), ("version", "<i8"), ("created", "<i8"), ("updated", "<i8"), ("lengths", "<u2", (3,)),
        ("votes", "<i2"), ("answer_count", "<u2"), ("state", "u1"), ("kind", "u1"), ("spare", "u1", (2,)),
        ("standing", "<f4"),
    ]
)  # fmt: skip

_EXTENT = Struct("!qi")

MOST_PLACES = 65_000
MOST_COUNTED = 255
# The three counts of a term that stands once in title, body or answers.
COUNTED_ONCE = (b"\1\0\0", b"\0\1\0", b"\0\0\1")
# Between title, body and answers, so that no phrase reaches from one into the next.
GAP = 16


class PlacesFormat(Format):
    """Tells Whoosh what a posting of TermsField carries."""

    def decode_frequency(self, value: bytes) -> int:
        return (len(value) - 3) // PLACE.itemsize

    def decode_weight(self, value: bytes) -> float:
        return float(self.decode_frequency(value))

    def decode_positions(self, value: bytes) -> list[int]:
        return np.frombuffer(value, PLACE, offset=3).tolist()


# The words of a document, each marked with its realm (`nl:fiets`, see clauses.py); what a search can be narrowed by
# (`audience:public`, `tag:imap`, `person:12`); and the record.
TERMS = "terms"
FILTERS = "filters"
RECORDS = "record"
RECORD_COLUMN = FixedBytesColumn(RECORD.itemsize)
SCHEMA = Schema(
    **{
        TERMS: FieldType(format=PlacesFormat(), analyzer=None),
        FILTERS: FieldType(format=Existence(), analyzer=None),
        RECORDS: COLUMN(RECORD_COLUMN),
    }
)


class ArrayTermInfo(W3TermInfo):
    """What the dictionary says of a term. Whoosh's own forgets to unpack the length of the postings."""

    @classmethod
    def from_bytes(cls, data: bytes) -> "ArrayTermInfo":
        info = super().from_bytes(data)
        info.set_extent(*_EXTENT.unpack(data[-_EXTENT.size :]))
        return info


class ArrayTermsReader(W3TermsReader):
    """Whoosh's dictionary of a segment."""

    def term_info(self, field: str, term: bytes) -> ArrayTermInfo:
        data = self._tindex.get(self._keycoder(field, term))
        if data is None:
            raise TermNotFound(f"{field}:{term!r}")
        return ArrayTermInfo.from_bytes(data)


class ArrayPostingsWriter(PostingsWriter):
    """Writes the postings of one term after another."""

    def __init__(self, dbfile: Any) -> None:
        self._dbfile = dbfile
        self._info: W3TermInfo = None

    def start_postings(self, _format: Format, terminfo: W3TermInfo) -> None:
        self._info = terminfo
        self._start = self._dbfile.tell()

    def put(self, postings: bytearray, places: bytearray) -> None:
        """Write all postings of the term that was started: POSTING records in the order of documents, and PLACEs."""
        self._dbfile.write(postings)
        self._dbfile.write(places)
        info = self._info
        info._df = len(postings) // POSTING.itemsize
        info._weight = max(len(places) // PLACE.itemsize, info._df)
        info._minid = int.from_bytes(postings[:4], "little")
        info._maxid = int.from_bytes(postings[-POSTING.itemsize : -POSTING.itemsize + 4 or None], "little")
        info._maxweight = MOST_COUNTED

    def finish_postings(self) -> W3TermInfo:
        self._info.set_extent(self._start, self._dbfile.tell() - self._start)
        return self._info

    def written(self) -> bool:
        return True


class ArrayCodec(W3Codec):
    """Whoosh's third codec with the postings of a term in one array."""

    def terms_reader(self, storage: Any, segment: Any) -> ArrayTermsReader:
        name = segment.make_filename(self.TERMS_EXT)
        postings = segment.open_file(storage, self.POSTS_EXT)
        return ArrayTermsReader(self, storage.open_file(name), storage.file_length(name), postings)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> "ArrayPostingsWriter":
        assert not byteids
        return ArrayPostingsWriter(dbfile)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Format, term: Any = None, scorer: Any = None
    ) -> ListMatcher:
        """Return a matcher, so that Whoosh's own searcher can read the index too. Our scoring reads the arrays."""
        postings, places = split_postings(dbfile.get(*terminfo.extent()), terminfo.doc_frequency())
        ends = np.cumsum(postings["counts"].sum(axis=1))
        values = [
            bytes(counts) + found.tobytes()
            for counts, found in zip(postings["counts"], np.split(places, ends[:-1]), strict=True)
        ]
        ids = postings["document"].tolist()
        return ListMatcher(ids, values=values, format=format_, term=term, terminfo=terminfo, scorer=scorer)


def split_postings(data: bytes | memoryview, count: int) -> tuple[NDArray[np.void], NDArray[np.uint16]]:
    """Return the POSTING array of length `count` and the places behind it, both as views on `data`."""
    return np.frombuffer(data, POSTING, count), np.frombuffer(data, PLACE, offset=count * POSTING.itemsize)


def terms_of(document: Document) -> tuple[list[tuple[bytes, bytes, bytes]], tuple[int, ...]]:
    """Return (term, its three counts, its places) for each term, and how many words title, body and answers have."""
    realm = realm_of(document)
    language = language_of(realm)
    found: dict[str, list[int]] = {}
    starts: list[int] = []
    lengths: list[int] = []
    start = 0
    for text in (document.title, document.body, document.answers):
        starts.append(start)
        last = -1
        for term, place in terms_and_places(text, language):
            last = place
            if start + place >= MOST_PLACES:
                break
            if (places := found.get(term)) is None:
                found[term] = [start + place]
            else:
                places.append(start + place)
        lengths.append(min(last + 1, MOST_PLACES))
        start = min(start + last + 1 + GAP, MOST_PLACES)
    terms = []
    parts: tuple[list[int], ...]
    for term, places in found.items():
        if len(places) == 1:  # as most are
            in_which = (places[0] >= starts[1]) + (places[0] >= starts[2])
            terms.append((term_key(realm, term), COUNTED_ONCE[in_which], places[0].to_bytes(2, "little")))
            continue
        in_title = bisect_left(places, starts[1])
        in_answers = bisect_left(places, starts[2])
        parts = (places[:in_title], places[in_title:in_answers], places[in_answers:])
        if len(places) > MOST_COUNTED:
            parts = tuple(part[:MOST_COUNTED] for part in parts)
            places = [place for part in parts for place in part]
        terms.append((term_key(realm, term), bytes(map(len, parts)), array("H", places).tobytes()))
    return terms, tuple(lengths)


def filters_of(document: Document) -> set[bytes]:
    """Return the filter terms of a document."""
    keys = {
        filter_key("audience", document.audience),
        filter_key("kind", document.kind),
        filter_key("lang", document.language),
        *(filter_key("tag", tag) for tag in document.tags),
        *(filter_key("person", person) for person in document.people),
    }
    if document.category is not None:
        keys.add(filter_key("category", document.category))
    if document.state is not None:
        keys.add(filter_key("state", document.state))
    if document.is_closed:
        keys.add(CLOSED)
    return keys


def record_of(document: Document, lengths: tuple[int, ...]) -> bytes:
    """Return the record of a document whose three texts have that many words."""
    record = np.zeros(1, RECORD)
    record["id"] = document.id
    record["version"] = document.version
    record["created"] = int(document.created_at.timestamp())
    record["updated"] = int(document.updated_at.timestamp())
    record["lengths"] = lengths
    record["votes"] = max(-32_000, min(document.votes, 32_000))
    record["answer_count"] = min(document.answer_count, 65_535)
    record["state"] = STATES.index(document.state)
    record["kind"] = KINDS.index(document.kind)
    record["standing"] = standing_of(document)
    return record.tobytes()
