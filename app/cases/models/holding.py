"""Handover and CaseMove: how a case came to who has it, and to where it stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.cases.lengths import HANDOVER_STATES, LONGEST_REASON
from app.cases.models.cases import CaseCause
from app.changes import unseen_by_visitors
from app.db import Choice, Model, Words
from app.organisations.models import Organisation
from app.requests.models import CASE_STATES

IS_PENDING = text("state = 'pending'")


@unseen_by_visitors
class Handover(Model):
    """A case offered by who has it to another organisation, or to another person in the same one; at most one waits.

    Until somebody there accepts, the holder stays. `reason` is what the receiver reads before she decides, `answer`
    what she says when she refuses. `assigned` was decided by the front desk. `due_at` is when waiting for an answer
    ends.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        Index("ix_handovers_case", "case_id", "id"),
        Index("uq_handovers_pending", "case_id", unique=True, sqlite_where=IS_PENDING, postgresql_where=IS_PENDING),
        Index("ix_handovers_to", "to_organisation_id", "id", sqlite_where=IS_PENDING, postgresql_where=IS_PENDING),
        Index("ix_handovers_due", "due_at", sqlite_where=IS_PENDING, postgresql_where=IS_PENDING),
        CheckConstraint(
            "from_organisation_id <> to_organisation_id OR to_person_id IS NOT NULL OR state = 'assigned'",
            name="goes_somewhere",
        ),
        CheckConstraint("(state = 'pending') = (answered_at IS NULL)", name="answered_at_some_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    from_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    from_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    to_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Words(LONGEST_REASON))
    state: Mapped[str] = mapped_column(Choice(*HANDOVER_STATES))
    answer: Mapped[str] = mapped_column(Words(LONGEST_REASON), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    offered_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    from_organisation: Mapped[Organisation] = relationship(foreign_keys=[from_organisation_id])
    to_organisation: Mapped[Organisation] = relationship(foreign_keys=[to_organisation_id])
    from_person: Mapped[Person | None] = relationship(foreign_keys=[from_person_id])
    to_person: Mapped[Person | None] = relationship(foreign_keys=[to_person_id])
    offered_by: Mapped[Person] = relationship(foreign_keys=[offered_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])


@unseen_by_visitors
class CaseMove(Model):
    """A case went from one state to another, with the reason that was given; its fact names this row."""

    __tablename__ = "case_moves"
    __table_args__ = (Index("ix_case_moves_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    from_state: Mapped[str] = mapped_column(Choice(*CASE_STATES))
    to_state: Mapped[str] = mapped_column(Choice(*CASE_STATES))
    reason: Mapped[str] = mapped_column(Words(LONGEST_REASON), default="")
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("case_causes.id"))
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    moved_at: Mapped[datetime]

    cause: Mapped[CaseCause | None] = relationship()
