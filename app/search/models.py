"""StaleDocument: what the index has still to learn. Deflection: a question that need not be asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.changes import unseen_by_visitors
from app.db import Model, Words
from app.requests.models import HelpRequest


class StaleDocument(Model):
    """A document that changed since it was put into the index. `marks` grows with each change, so that whoever indexed
    it can tell whether it changed again meanwhile.

    Seen by visitors: that a row goes when the index has learned is how kept pages of results know of it."""

    __tablename__ = "stale_documents"
    __table_args__ = (Index("ix_stale_documents_marked", "marked_at"),)

    kind: Mapped[str] = mapped_column(Words(20), primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    marks: Mapped[int] = mapped_column(default=1)
    marked_at: Mapped[datetime]


@unseen_by_visitors
class Deflection(Model):
    """Somebody began to ask, and an answer given before was enough. Who it was is not kept, only what she typed."""

    __tablename__ = "deflections"
    __table_args__ = (Index("ix_deflections_request", "help_request_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    help_request_id: Mapped[int] = mapped_column(ForeignKey(HelpRequest.id))
    typed: Mapped[str] = mapped_column(Words(300))
    language: Mapped[str] = mapped_column(Words(8))
    happened_at: Mapped[datetime]
