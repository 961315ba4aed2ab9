"""Writing the index: one writer at a time, everything in one transaction, so that readers see all of a change or none.

A rebuild removes all rows and copies the new ones in, in one transaction: the old ones answer until it commits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, func, select, text, true, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.db import Base
from app.search.analysis import ANALYSIS_VERSION
from app.search.backend import Document, DocumentKey
from app.search.postgres_engine.tables import DOCUMENTS, HEAD, WORDS
from app.search.postgres_engine.vectors import COLUMNS, FORMAT_VERSION, entry_of

MADE_BY = f"{FORMAT_VERSION}.{ANALYSIS_VERSION}"
# One number for all who write the index of a database: PostgreSQL keeps the lock, and ends it with the transaction.
LOCK = 5_364_136_001
# Documents are read, cut into words and copied so many at a time.
BATCH = 500

_ADD_COUNTS = text(
    "INSERT INTO search_words (word, documents)"
    " SELECT * FROM unnest(CAST(:words AS text[]), CAST(:counts AS bigint[])) AS changed (word, documents)"
    " ON CONFLICT (word) DO UPDATE SET documents = search_words.documents + excluded.documents"
)
_FORGET_UNUSED = text("DELETE FROM search_words WHERE documents <= 0 AND word = ANY(CAST(:words AS text[]))")


@dataclass(frozen=True, slots=True)
class Totals:
    """What rows of `search_documents` hold together, as the head tells it."""

    documents: int = 0
    lengths: int = 0
    postings: int = 0
    seal: Decimal = Decimal(0)

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.documents + other.documents,
            self.lengths + other.lengths,
            self.postings + other.postings,
            self.seal + other.seal,
        )

    def __neg__(self) -> Totals:
        return Totals(-self.documents, -self.lengths, -self.postings, -self.seal)


def is_locked(session: Session) -> bool:
    """Take the writer's lock until the transaction ends; false where another has it."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))))


def apply(session: Session, head: Row[Any], upserts: Sequence[Document], deletes: Sequence[DocumentKey]) -> None:
    """Put one batch on top of an index with this head. Call it with the lock."""
    holds = told(head)
    documents = {document.key: document for document in upserts}
    these = _among({*documents, *deletes})
    counts = Counter[str]()
    if documents or deletes:
        holds += -totals(session, these)
        counts.subtract(_terms(session, these))
        session.execute(delete(DOCUMENTS).where(these))
        entries = [entry_of(document) for document in documents.values()]
        _copy(session, DOCUMENTS, COLUMNS, (entry.row for entry in entries))
        counts.update(term for entry in entries for term in entry.terms)
        holds += totals(session, these)
    _count(session, {term: count for term, count in counts.items() if count})
    _write_head(session, holds, head.generation + 1)


def rebuild(session: Session, documents: Iterable[Document]) -> int:
    """Make all rows anew, return how many documents there are. Call it with the lock."""
    Base.metadata.create_all(session.connection(), [DOCUMENTS, WORDS, HEAD])
    generation = session.scalar(select(HEAD.c.generation)) or 0
    for table in (HEAD, WORDS, DOCUMENTS):
        session.execute(delete(table))
    counts = Counter[str]()
    remaining = iter(documents)
    # Whole batches, and not one long copy: the documents may be read over the same connection.
    while batch := [entry_of(document) for document in islice(remaining, BATCH)]:
        _copy(session, DOCUMENTS, COLUMNS, (entry.row for entry in batch))
        for entry in batch:
            counts.update(entry.terms)
    _copy(session, WORDS, ("word", "documents"), counts.items())
    made = totals(session, true())
    _write_head(session, made, generation + 1)
    # The planner has to know how many there are; of the words it needs no statistics, and they take long.
    session.execute(text("ANALYZE search_documents (kind, audience, filters)"))
    session.execute(text("ANALYZE search_words"))
    return made.documents


def told(head: Row[Any]) -> Totals:
    """Return what the head says the index holds."""
    return Totals(head.documents, head.lengths, head.postings, head.seal)


def totals(session: Session, these: ColumnElement[bool]) -> Totals:
    """Read some documents and say what they hold."""
    columns = DOCUMENTS.c
    everything = func.concat_ws(
        "|",
        columns.kind,
        columns.document_id,
        columns.version,
        columns.audience,
        func.extract("epoch", columns.created_at),
        columns.votes,
        columns.standing,
        columns.length,
        columns.filters,
        columns.facets,
        columns.title,
        columns.words,
    )
    found = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(columns.length), 0),
            func.coalesce(func.sum(func.length(columns.words)), 0),
            func.coalesce(func.sum(func.hashtextextended(everything, 0)), 0),
        ).where(these)
    ).one()
    return Totals(int(found[0]), int(found[1]), int(found[2]), Decimal(found[3]))


def _among(keys: Iterable[DocumentKey]) -> ColumnElement[bool]:
    return tuple_(DOCUMENTS.c.kind, DOCUMENTS.c.document_id).in_([tuple(each) for each in keys])


def _terms(session: Session, these: ColumnElement[bool]) -> Mapping[str, int]:
    """Return in how many of these documents each of their terms stands."""
    word = func.unnest(func.tsvector_to_array(DOCUMENTS.c.words)).label("word")
    words = select(word).where(these).subquery()
    counted = select(words.c.word, func.count().label("times")).group_by(words.c.word)
    return {row.word: row.times for row in session.execute(counted)}


def _count(session: Session, changed: Mapping[str, int]) -> None:
    # In one order, whoever writes: two transactions that lock the same rows must not wait for each other.
    words = sorted(changed)
    if words:
        session.execute(_ADD_COUNTS, {"words": words, "counts": [changed[word] for word in words]})
        session.execute(_FORGET_UNUSED, {"words": [word for word in words if changed[word] < 0]})


def _copy(session: Session, table: Table, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Send rows as one stream, an order of magnitude faster than as statements."""
    driver = session.connection().connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _write_head(session: Session, holds: Totals, generation: int) -> None:
    given = {
        "made_by": MADE_BY,
        "generation": generation,
        "documents": holds.documents,
        "lengths": holds.lengths,
        "postings": holds.postings,
        "seal": holds.seal,
        "changed_at": clock.now(),
    }
    statement = insert(HEAD).values(id=1, **given)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=given))
