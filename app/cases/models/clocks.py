"""CaseClock, ServiceLevel: how long customers wait, against what an organisation says it takes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.ticking import CLOCKS
from app.changes import unseen_by_visitors
from app.db import Choice, Model

IS_DUE = text("due_at IS NOT NULL AND breached_at IS NULL")
RUNS = text("due_at IS NOT NULL")


@unseen_by_visitors
class ServiceLevel(Model):
    """Within how many minutes of its opening hours an organisation answers, brings news, and solves; and how many of
    them before the end it is warned. Without a row the settings hold.
    """

    __tablename__ = "service_levels"
    __table_args__ = (
        CheckConstraint(
            "first_response_minutes > 0 AND next_update_minutes > 0 AND solution_minutes > 0", name="takes_some_time"
        ),
        CheckConstraint("warn_minutes >= 0", name="warn_not_negative"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True, autoincrement=False)
    first_response_minutes: Mapped[int]
    next_update_minutes: Mapped[int]
    solution_minutes: Mapped[int]
    warn_minutes: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


@unseen_by_visitors
class CaseClock(Model):
    """One clock of a case, computed from its facts (`app.cases.ticking`) and kept to be found when it is due.

    `used_s` are seconds of open hours up to `since`, when the present phase began. Only a running clock has a `due_at`.
    """

    __tablename__ = "case_clocks"
    __table_args__ = (
        Index(
            "ix_case_clocks_soon",
            "organisation_id",
            "warn_at",
            "help_request_id",
            sqlite_where=RUNS,
            postgresql_where=RUNS,
        ),
        Index("ix_case_clocks_due", "due_at", sqlite_where=IS_DUE, postgresql_where=IS_DUE),
        Index(
            "ix_case_clocks_warn",
            "warn_at",
            sqlite_where=text("warned_at IS NULL AND due_at IS NOT NULL"),
            postgresql_where=text("warned_at IS NULL AND due_at IS NOT NULL"),
        ),
    )

    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Choice(*CLOCKS), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    target_minutes: Mapped[int]
    phase: Mapped[str] = mapped_column(Choice("running", "paused", "over"))
    since: Mapped[datetime]
    used_s: Mapped[int]
    due_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
