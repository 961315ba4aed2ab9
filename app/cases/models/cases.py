"""Case and CaseCause."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.cases.lengths import ARBITER_REASONS, LONGEST_CAUSE, LONGEST_REASON
from app.changes import unseen_by_visitors
from app.community.lengths import LONGEST_TITLE
from app.db import Choice, Model, Words
from app.organisations.models import Organisation
from app.requests.models import HelpRequest


@unseen_by_visitors
class Case(Model):
    """A private request. Shares its id with its HelpRequest, which says where it stands and since when.

    `holder_organisation_id` answers for it, always; `holder_person_id` has it there, or nobody yet. `public_id` is
    random and the only name of it that leaves the program. `state_reason` says why it stands where it does. While
    `arbiter_since` is set the front desk decides who goes on. `solution_asks` counts how often the customer was asked
    whether it is solved, last at `solution_asked_at`; `over_at` is when it was solved or closed. `work_from` is from
    when those who help may work on it: since the customer confirmed what she asks, or when her silence ends; None
    while nobody said it again yet. With a `parent_id` it is a part of that case; `merged_into_id` names the case that
    goes on instead of this one, which is merged into none itself; `question_id` the public question it came from,
    `service_id` the service that was asked for. `first_due_at` is when the first of its clocks
    runs out, kept with them; None where none runs. Every other change moves `row_version`.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_holder", "holder_organisation_id", "last_activity_at", "id"),
        Index(
            "ix_cases_holder_person",
            "holder_person_id",
            "last_activity_at",
            "id",
            sqlite_where=text("holder_person_id IS NOT NULL"),
            postgresql_where=text("holder_person_id IS NOT NULL"),
        ),
        Index(
            "ix_cases_parent",
            "parent_id",
            sqlite_where=text("parent_id IS NOT NULL"),
            postgresql_where=text("parent_id IS NOT NULL"),
        ),
        Index(
            "ix_cases_arbiter",
            "arbiter_since",
            sqlite_where=text("arbiter_since IS NOT NULL"),
            postgresql_where=text("arbiter_since IS NOT NULL"),
        ),
        Index(
            "ix_cases_solution_asked",
            "solution_asked_at",
            sqlite_where=text("solution_asked_at IS NOT NULL"),
            postgresql_where=text("solution_asked_at IS NOT NULL"),
        ),
        Index(
            "ix_cases_merged_into",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        Index("ix_cases_question", "question_id"),
        Index(
            "ix_cases_service",
            "service_id",
            sqlite_where=text("service_id IS NOT NULL"),
            postgresql_where=text("service_id IS NOT NULL"),
        ),
        Index(
            "ix_cases_desk",
            "holder_organisation_id",
            "holder_person_id",
            "first_due_at",
            "id",
            "over_at",
            sqlite_where=text("over_at IS NULL"),
            postgresql_where=text("over_at IS NULL"),
        ),
        Index(
            "ix_cases_first_due",
            "holder_organisation_id",
            "first_due_at",
            "id",
            sqlite_where=text("over_at IS NULL"),
            postgresql_where=text("over_at IS NULL"),
        ),
        CheckConstraint("parent_id <> id", name="no_part_of_itself"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        CheckConstraint("(arbiter_since IS NULL) = (arbiter_reason IS NULL)", name="arbiter_has_a_reason"),
        CheckConstraint("(solution_asks = 0) = (solution_asked_at IS NULL)", name="asked_at_some_time"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"), primary_key=True, autoincrement=False)
    public_id: Mapped[str] = mapped_column(Words(32), unique=True)
    title: Mapped[str] = mapped_column(Words(LONGEST_TITLE))
    holder_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    holder_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    held_since: Mapped[datetime]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("case_causes.id"))
    state_reason: Mapped[str] = mapped_column(Words(LONGEST_REASON), default="")
    arbiter_since: Mapped[datetime | None]
    arbiter_reason: Mapped[str | None] = mapped_column(Choice(*ARBITER_REASONS))
    solution_asks: Mapped[int] = mapped_column(default=0)
    solution_asked_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]
    work_from: Mapped[datetime | None]
    last_activity_at: Mapped[datetime]
    first_due_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)

    request: Mapped[HelpRequest] = relationship()
    holder: Mapped[Organisation] = relationship()
    holder_person: Mapped[Person | None] = relationship()
    cause: Mapped[CaseCause | None] = relationship()
    merged_into: Mapped[Case | None] = relationship(foreign_keys=[merged_into_id], remote_side="Case.id")

    @property
    def asker_id(self) -> int:
        return self.request.asker_id

    @property
    def state(self) -> str:
        return self.request.state


@unseen_by_visitors
class CaseCause(Model):
    """One cause on an organisation's list, of which an agent chooses one when she closes a case.

    One that was taken off the list keeps its row: closed cases still name it.
    """

    __tablename__ = "case_causes"
    __table_args__ = (UniqueConstraint("organisation_id", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(Words(LONGEST_CAUSE))
    name_key: Mapped[str] = mapped_column(Words(2 * LONGEST_CAUSE))
    position: Mapped[int]
    ended_at: Mapped[datetime | None]
