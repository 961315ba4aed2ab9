"""HelpRequest, the row that a question or a case shares its id with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.db import Choice, Model, Words

STATES = ("open", "answered", "solved", "closed", "duplicate", "archived")
# States in which a request takes no answers.
CLOSED_STATES = frozenset({"closed", "duplicate", "archived"})


class HelpRequest(Model):
    """Somebody needs help. `audience` says who may know; `state` where it stands and `state_since` since when."""

    __tablename__ = "help_requests"
    __table_args__ = (
        Index("ix_help_requests_source", "source", "source_key", unique=True),
        Index("ix_help_requests_asker", "asker_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Choice("question", "case"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str] = mapped_column(Choice("web", "api", "mail", "import", "device"))
    source: Mapped[str | None] = mapped_column(Words(80))
    source_key: Mapped[str | None] = mapped_column(Words(160))
    language: Mapped[str] = mapped_column(Words(8))
    language_how: Mapped[str] = mapped_column(Choice("declared", "detected", "assumed"))
    audience: Mapped[str] = mapped_column(Words(40), default="public")
    state: Mapped[str] = mapped_column(Choice(*STATES), default="open")
    state_since: Mapped[datetime]
    next_update_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    asker: Mapped[Person] = relationship(foreign_keys=[asker_id])
