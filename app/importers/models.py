"""What importing leaves behind beside the imported rows: runs, what was left out, what each text said in its source."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Choice, Model, Words

LONGEST_ROW = 40_000


class ImportRun(Model):
    """One import of one source, finished or to be taken up again where it stopped.

    `link` is the address of a question at the source with {id} in it. Each time in the source was moved by `shift_s`
    seconds; `is_shifted` says that this was asked for. `read` says, by kind of row, up to which number the files with
    this `fingerprint` are done, and how many rows that was.
    """

    __tablename__ = "import_runs"
    __table_args__ = (Index("ix_import_runs_source", "source", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Words(80))
    title: Mapped[str] = mapped_column(Words(200))
    licence: Mapped[str] = mapped_column(Words(200))
    licence_link: Mapped[str] = mapped_column(Words(400))
    link: Mapped[str] = mapped_column(Words(400))
    is_shifted: Mapped[bool] = mapped_column(default=False)
    shift_s: Mapped[int] = mapped_column(default=0)
    fingerprint: Mapped[str] = mapped_column(Words(64))
    state: Mapped[str] = mapped_column(Choice("running", "done"), default="running")
    read: Mapped[dict[str, Any]] = mapped_column(default=dict)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportLeftover(Model):
    """A row of a source that was not imported, with the reason; gone again once a later run could take it."""

    __tablename__ = "import_leftovers"
    __table_args__ = (UniqueConstraint("source", "file", "line"), Index("ix_import_leftovers_run", "run_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_runs.id"))
    source: Mapped[str] = mapped_column(Words(80))
    file: Mapped[str] = mapped_column(Words(120))
    line: Mapped[int]
    reason: Mapped[str] = mapped_column(Words(200))
    content: Mapped[str] = mapped_column(Words(LONGEST_ROW))


class ImportedText(Model):
    """What a text or a profile said in its source when it was last read, as a digest: an equal one needs no work."""

    __tablename__ = "imported_texts"

    kind: Mapped[str] = mapped_column(Choice("question", "answer", "comment", "person"), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(Words(32))


class ForgottenAuthor(Model):
    """An author who was erased here, or is somebody here now: a later run gives her texts to that row instead of making
    her anew."""

    __tablename__ = "import_forgotten"

    source: Mapped[str] = mapped_column(Words(80), primary_key=True)
    key_digest: Mapped[str] = mapped_column(Words(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))


class DeclinedClaim(Model):
    """Somebody who could claim an author's texts says that they are not hers, and is not asked again."""

    __tablename__ = "import_declined"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    declined_at: Mapped[datetime]


class AuthorAddress(Model):
    """A mail address that the source holds for an author, as a digest; who proves to have it may claim her texts."""

    __tablename__ = "import_addresses"
    __table_args__ = (Index("ix_import_addresses_digest", "digest"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(Words(80), primary_key=True)
