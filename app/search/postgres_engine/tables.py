"""The tables the index lies in. On SQLite they stay empty: the embedded engine keeps files.

They are derived: not in a backup, made anew from the rows at any time. `IndexHead` is the seal: it says what the others
must hold.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, Words

_VECTOR = TSVECTOR().with_variant(Text(), "sqlite")
_KEYS = ARRAY(Text()).with_variant(JSON(), "sqlite")
_DERIVED: dict[str, Any] = {"info": {"is_derived": True}}


class SearchDocument(Model):
    """One document. `words` are all its terms with their places, weighted A (title), B (body), C (answers); `title` has
    those of the title only; `length` counts its words. `filters` are what it can be narrowed by, `facets` those of them
    that are counted. `standing` is a factor: accepted, answered, voted for."""

    __tablename__ = "search_documents"
    __table_args__ = (
        # Without a list of what is still to be sorted in: searches would read it from end to end.
        Index("ix_search_documents_words", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index("ix_search_documents_title", "title", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index("ix_search_documents_filters", "filters", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        _DERIVED,
    )

    kind: Mapped[str] = mapped_column(Words(20), primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    audience: Mapped[str] = mapped_column(Words(40))
    created_at: Mapped[datetime]
    votes: Mapped[int]
    standing: Mapped[float]
    length: Mapped[int]
    filters: Mapped[list[str]] = mapped_column(_KEYS)
    facets: Mapped[list[str]] = mapped_column(_KEYS)
    title: Mapped[str] = mapped_column(_VECTOR)
    words: Mapped[str] = mapped_column(_VECTOR)


class SearchWord(Model):
    """In how many documents a term stands: how rare it is, and what a slip may have meant."""

    __tablename__ = "search_words"
    __table_args__ = _DERIVED

    word: Mapped[str] = mapped_column(Words(60), primary_key=True)
    documents: Mapped[int]


class IndexHead(Model):
    """One row: which rules made the index, and what it must hold. `seal` is the sum of a hash of each document,
    `postings` that of the words' documents, `lengths` that of the documents' lengths."""

    __tablename__ = "search_head"
    __table_args__ = _DERIVED

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_by: Mapped[str] = mapped_column(Words(40))
    generation: Mapped[int]
    documents: Mapped[int]
    lengths: Mapped[int]
    postings: Mapped[int]
    seal: Mapped[Any] = mapped_column(Numeric(40, 0))
    changed_at: Mapped[datetime]


def table(model: type[Model]) -> Table:
    """Return the table behind one of these, for statements in bulk."""
    found = model.__table__
    assert isinstance(found, Table)
    return found


DOCUMENTS, WORDS, HEAD = table(SearchDocument), table(SearchWord), table(IndexHead)
