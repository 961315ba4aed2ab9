"""HelpRequest, the row that a question or a case shares its id with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.db import Choice, Model, Words
from app.organisations.models import Organisation

QUESTION_STATES = ("open", "answered", "solved", "closed", "duplicate", "archived")
CASE_STATES = ("received", "with_helper", "waiting", "solved", "closed", "duplicate")
STATES = (*QUESTION_STATES, "received", "with_helper", "waiting")
# States in which a request takes no answers.
CLOSED_STATES = frozenset({"closed", "duplicate", "archived"})
# By which way a request came.
CHANNELS = ("web", "api", "mail", "import", "device", "phone", "desk", "chat", "social")


class HelpRequest(Model):
    """Somebody needs help. `audience` says who may know; `state` where it stands and `state_since` since when.

    It is the asker's; `entered_by` is who wrote it down where that was somebody else: who represents her, an agent.
    The database holds what must never slip: a case is for those who take part in it alone, and an open one always says
    when there is news at the latest.
    """

    __tablename__ = "help_requests"
    __table_args__ = (
        Index("ix_help_requests_source", "source", "source_key", unique=True),
        Index("ix_help_requests_asker", "asker_id", "id"),
        Index(
            "ix_help_requests_next_update",
            "next_update_at",
            sqlite_where=text("next_update_at IS NOT NULL"),
            postgresql_where=text("next_update_at IS NOT NULL"),
        ),
        CheckConstraint("kind <> 'case' OR substr(audience, 1, 8) = 'request:'", name="case_is_private"),
        CheckConstraint(
            "kind <> 'case' OR next_update_at IS NOT NULL OR state NOT IN ('received', 'with_helper', 'waiting')",
            name="open_case_has_next_update",
        ),
        CheckConstraint(
            "CASE WHEN kind = 'case' THEN state NOT IN ('open', 'answered', 'archived')"
            " ELSE state NOT IN ('received', 'with_helper', 'waiting') END",
            name="state_fits_kind",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Choice("question", "case"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    acting_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    through_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str] = mapped_column(Choice(*CHANNELS))
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
    entered_by: Mapped[Person | None] = relationship(foreign_keys=[entered_by_id])
    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[acting_for_organisation_id])
    through: Mapped[Organisation | None] = relationship(foreign_keys=[through_organisation_id])
